namespace RagPy.Core.Exports;

/// <summary>
/// The CSV dialect of the original (pandas with <c>escapechar='\\'</c>): comma, minimal quoting, quotes doubled, backslashes doubled
/// whether quoted or not, records end in CR LF, UTF-8 with BOM at the start of the file.
/// </summary>
internal sealed class OriginalCsvWriter(TextWriter writer)
{
    private bool _isFirst = true;

    /// <summary>Whether a backslash is written twice.</summary>
    internal bool DoublesBackslashes { get; set; } = true;

    internal Task BeginAsync(CancellationToken cancellationToken) => writer.WriteAsync("\uFEFF".AsMemory(), cancellationToken);

    /// <summary>Writes a field whose text is at hand.</summary>
    internal async Task WriteFieldAsync(string value, CancellationToken cancellationToken)
    {
        await SeparateAsync(cancellationToken);
        var quote = value.AsSpan().ContainsAny("\",\r\n") ? "\"" : "";
        await writer.WriteAsync((quote + Escape(value) + quote).AsMemory(), cancellationToken);
    }

    /// <summary>Writes a field that comes in parts; it is quoted when there is more than one part.</summary>
    /// <param name="separator">Stands between two parts; has a line break.</param>
    internal async Task WriteFieldAsync(IAsyncEnumerator<string> parts, string separator, CancellationToken cancellationToken)
    {
        var first = parts.Current;
        if (!await parts.MoveNextAsync())
        {
            await WriteFieldAsync(first, cancellationToken);
            return;
        }

        await SeparateAsync(cancellationToken);
        await writer.WriteAsync(("\"" + Escape(first)).AsMemory(), cancellationToken);
        do
        {
            await writer.WriteAsync((separator + Escape(parts.Current)).AsMemory(), cancellationToken);
        } while (await parts.MoveNextAsync());

        await writer.WriteAsync("\"".AsMemory(), cancellationToken);
    }

    internal Task EndRecordAsync(CancellationToken cancellationToken)
    {
        _isFirst = true;

        return writer.WriteAsync("\r\n".AsMemory(), cancellationToken);
    }

    private string Escape(string value) =>
        (DoublesBackslashes ? value.Replace("\\", "\\\\", StringComparison.Ordinal) : value).Replace(
            "\"",
            "\"\"",
            StringComparison.Ordinal
        );

    private async Task SeparateAsync(CancellationToken cancellationToken)
    {
        if (!_isFirst)
            await writer.WriteAsync(",".AsMemory(), cancellationToken);
        _isFirst = false;
    }
}
