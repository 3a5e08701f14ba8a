namespace RagPy.Core.Sources;

/// <summary>A file that a source can open.</summary>
/// <param name="ContentType">Media type by content or name, e.g. <c>application/pdf</c>.</param>
/// <param name="Length">Size in bytes when known without reading.</param>
/// <param name="OpenAsync">Opens the bytes from the start; the caller disposes the stream. May be called again, also at the same time, until the source is disposed.</param>
/// <param name="Stamp">Changes with the bytes, as far as can be told without reading them: by place, size and time in a folder, by name, size and check sum in a ZIP. Null where nothing tells.</param>
public sealed record SourceFile(
    string ContentType,
    long? Length,
    Func<CancellationToken, ValueTask<Stream>> OpenAsync,
    string? Stamp = null
);
