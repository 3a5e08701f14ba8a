namespace RagPy.Api.Uploads;

/// <summary>What came with the files of an upload.</summary>
/// <param name="Name">Name for the session, null when none was given.</param>
/// <param name="ProjectId">The project, for the routes that take it as a field.</param>
/// <param name="Start">Whether work begins at once.</param>
/// <param name="VectorsOf">Which model made the vectors of a chunk file, null when it was not said.</param>
internal sealed record UploadForm(
    string? Name = null,
    string? ProjectId = null,
    string? VectorsOf = null,
    StartWhen Start = StartWhen.Always
);
