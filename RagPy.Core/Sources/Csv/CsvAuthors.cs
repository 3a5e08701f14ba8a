namespace RagPy.Core.Sources.Csv;

/// <summary>
/// Reads a cell of authors. Semicolons separate people whose names are <c>Family, Given</c>, as Zotero's own CSV export has it. Without a semicolon the
/// cell is the original's: <c>Family Given</c>, people separated by commas, so that what is exported comes back as it was.
/// </summary>
internal static class CsvAuthors
{
    public static IReadOnlyList<Creator> Read(string cell)
    {
        var isZotero = cell.Contains(';', StringComparison.Ordinal);
        var names = cell.Split(isZotero ? ';' : ',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

        return [.. names.Select(name => isZotero ? Inverted(name) : Plain(name))];
    }

    private static Creator Inverted(string name)
    {
        var parts = name.Split(',', 2, StringSplitOptions.TrimEntries);

        return parts.Length == 2 ? new Creator("author", parts[0], parts[1]) : Plain(name);
    }

    /// <summary>The family name is the first word that is no particle, with the particles before it; a single word is a family name.</summary>
    private static Creator Plain(string name)
    {
        var words = name.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var family = 1;
        while (family < words.Length - 1 && Bibliography.IsParticle(words[family - 1]))
        {
            family++;
        }

        return new Creator("author", string.Join(' ', words.Take(family)), string.Join(' ', words.Skip(family)));
    }
}
