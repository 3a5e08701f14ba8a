namespace RagPy.Core.Sources;

/// <summary>A file that a source can open.</summary>
/// <param name="ContentType">Media type by content or name, e.g. <c>application/pdf</c>.</param>
/// <param name="Length">Size in bytes when known without reading.</param>
/// <param name="OpenAsync">Opens the bytes from the start; the caller disposes the stream. May be called again, also at the same time, until the source is disposed.</param>
public sealed record SourceFile(string ContentType, long? Length, Func<CancellationToken, ValueTask<Stream>> OpenAsync);
