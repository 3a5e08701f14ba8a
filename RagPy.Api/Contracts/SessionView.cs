using RagPy.Core.Projects;

namespace RagPy.Api.Contracts;

/// <summary>One source brought into a project.</summary>
/// <param name="Kind">What the source turned out to be: <c>zotero-export</c>, <c>zotero-data</c>, <c>pdf-folder</c>; empty until it was opened.</param>
/// <param name="Counts">Its documents as they stand now.</param>
/// <param name="Task">Its newest task, null while there is none; the failed documents are left out here, <c>GET /tasks/{taskId}</c> has them.</param>
internal sealed record SessionView(
    long Id,
    long ProjectId,
    string Name,
    string Kind,
    SessionState State,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    SessionCounts Counts,
    TaskView? Task
);
