namespace RagPy.Hosting.Dcp;

/// <summary>A line of a watch.</summary>
/// <param name="Type"><c>ADDED</c>, <c>MODIFIED</c> or <c>DELETED</c>.</param>
internal sealed record WatchEvent<T>(string Type, T Object);
