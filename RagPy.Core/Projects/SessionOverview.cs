using RagPy.Core.Pipeline;

namespace RagPy.Core.Projects;

/// <summary>A session with its numbers and its newest task.</summary>
/// <param name="SourceLocation">As <see cref="Session.SourceLocation"/>.</param>
/// <param name="Task">Null while nothing was run; without the failed documents.</param>
public sealed record SessionOverview(
    long Id,
    long ProjectId,
    string Name,
    string SourceKind,
    string SourceLocation,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    SessionCounts Counts,
    TaskProgress? Task
);
