namespace RagPy.Core.Pipeline;

/// <summary>A task was asked for on a session into which nothing has been brought.</summary>
public sealed class NoSourceException() : Exception("Nothing has been brought into this session yet: upload a source to its project.");
