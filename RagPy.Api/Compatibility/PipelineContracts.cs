using System.Text.Json.Serialization;

namespace RagPy.Api.Compatibility;

/// <summary>A project as the original answers it.</summary>
internal sealed record PipelineProject(
    [property: JsonPropertyName("id")] long Id,
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("description")] string? Description,
    [property: JsonPropertyName("owner_id")] long OwnerId,
    [property: JsonPropertyName("owner_name")] string? OwnerName,
    [property: JsonPropertyName("session_folder")] string? SessionFolder,
    [property: JsonPropertyName("vector_db_type")] string? VectorDbType,
    [property: JsonPropertyName("index_name")] string? IndexName,
    [property: JsonPropertyName("is_archived")] bool IsArchived,
    [property: JsonPropertyName("created_at")] string? CreatedAt,
    [property: JsonPropertyName("updated_at")] string? UpdatedAt,
    [property: JsonPropertyName("user_role")] string? UserRole
);

/// <summary>An upload as the original answers it.</summary>
/// <param name="Path">Names the session in <c>process_dataframe</c>.</param>
/// <param name="Tree">What is in the archive; folders end in a slash.</param>
internal sealed record PipelineUpload(
    [property: JsonPropertyName("path")] string Path,
    [property: JsonPropertyName("tree")] IReadOnlyList<string> Tree,
    [property: JsonPropertyName("session_id")] long SessionId,
    [property: JsonPropertyName("project_id")] long ProjectId
);

/// <summary>An upload of a CSV as the original answers it.</summary>
/// <param name="Path">Names the session in <c>process_dataframe</c>.</param>
/// <param name="Tree">What the original calls the table.</param>
internal sealed record PipelineTableUpload(
    [property: JsonPropertyName("path")] string Path,
    [property: JsonPropertyName("tree")] IReadOnlyList<string> Tree,
    [property: JsonPropertyName("session_id")] long SessionId,
    [property: JsonPropertyName("project_id")] long ProjectId,
    [property: JsonPropertyName("message")] string Message
);

/// <summary>A session as the original answers it.</summary>
/// <param name="Status">
/// <c>created</c>, <c>extracting</c>, <c>chunking</c>, <c>embedding</c>, <c>uploading</c>, <c>completed</c> or <c>error</c>.
/// </param>
internal sealed record PipelineSession(
    [property: JsonPropertyName("id")] long Id,
    [property: JsonPropertyName("project_id")] long ProjectId,
    [property: JsonPropertyName("session_folder")] string SessionFolder,
    [property: JsonPropertyName("original_filename")] string? OriginalFilename,
    [property: JsonPropertyName("status")] string Status,
    [property: JsonPropertyName("source_type")] string? SourceType,
    [property: JsonPropertyName("row_count")] int? RowCount,
    [property: JsonPropertyName("chunk_count")] long? ChunkCount,
    [property: JsonPropertyName("vector_db_type")] string? VectorDbType,
    [property: JsonPropertyName("index_name")] string? IndexName,
    [property: JsonPropertyName("created_at")] string? CreatedAt,
    [property: JsonPropertyName("updated_at")] string? UpdatedAt
);

/// <summary>Sessions of a project, one page of them.</summary>
internal sealed record PipelineSessions(
    [property: JsonPropertyName("sessions")] IReadOnlyList<PipelineSession> Sessions,
    [property: JsonPropertyName("total")] int Total,
    [property: JsonPropertyName("page")] int Page,
    [property: JsonPropertyName("per_page")] int PerPage,
    [property: JsonPropertyName("pages")] int Pages
);

/// <summary>A job that was taken on.</summary>
internal sealed record PipelineJob(
    [property: JsonPropertyName("task_id")] string TaskId,
    [property: JsonPropertyName("status")] string Status,
    [property: JsonPropertyName("message")] string Message
);

/// <summary>What is given for a new project.</summary>
internal sealed record PipelineProjectBody(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("description")] string? Description
);

/// <summary>What is given for a session into which something will be brought.</summary>
internal sealed record PipelineSessionBody(
    [property: JsonPropertyName("name")] string? Name,
    [property: JsonPropertyName("ttl_hours")] double? TtlHours
);

/// <summary>Which session is to be processed; one of the two is enough.</summary>
internal sealed record PipelineJobBody(
    [property: JsonPropertyName("path")] string? Path,
    [property: JsonPropertyName("session_id")] long? SessionId
);
