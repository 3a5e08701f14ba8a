namespace RagPy.Api.Uploads;

/// <summary>Whether work on an upload begins at once.</summary>
internal enum StartWhen
{
    /// <summary>It does.</summary>
    Always,

    /// <summary>Only when embedding costs nothing, or the session was run before.</summary>
    Free,

    /// <summary>It waits for <c>POST /sessions/{sessionId}/run</c>.</summary>
    Never,
}
