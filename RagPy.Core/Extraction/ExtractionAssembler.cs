using System.Buffers;
using System.Text.Json;
using RagPy.Core.Pipeline;

namespace RagPy.Core.Extraction;

/// <summary>Turns the extractor's lines into parts. The program read a stranger's file and may be in any state: nothing that it says is taken unchecked.</summary>
internal sealed class ExtractionAssembler(string engine, ExtractorOptions options)
{
    private const int MaxLabel = 64;
    private const int MaxTitle = 2_000;
    private const int MaxReason = 500;
    private const int MaxLanguage = 35;

    /// <summary>Length of the text of each page of this run.</summary>
    private readonly List<int> _lengths = [];
    private int _given;

    /// <summary>Begins again with the first line, for a second run of the program on the same file; pages already given are not given twice.</summary>
    public void Restart()
    {
        _given = Math.Max(_given, _lengths.Count);
        _lengths.Clear();
    }

    /// <summary>Reads one line.</summary>
    /// <returns>The part, or null for a page that was given before.</returns>
    /// <exception cref="DocumentFailedException">The line says that the file failed, or makes no sense.</exception>
    public ExtractedPart? Read(ReadOnlySequence<byte> line)
    {
        var parsed = Parse(line);

        return parsed switch
        {
            { Failure: { } failure } => throw ToException(failure),
            { Page: { } page, Text: { } text } => ReadPage(parsed, page, text),
            { Document: { } document } => ReadDocument(document),
            _ => throw Nonsense(),
        };
    }

    private static ExtractorLine Parse(ReadOnlySequence<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line);

            return JsonSerializer.Deserialize(ref reader, ExtractorJson.Default.ExtractorLine) ?? throw Nonsense();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            // InvalidOperationException: a string that is no Unicode text. The inner message may quote the document.
            throw Nonsense();
        }
    }

    private ExtractedPage? ReadPage(ExtractorLine line, int index, string text)
    {
        if (index != _lengths.Count + 1)
        {
            throw Nonsense();
        }

        if (index > options.MaxPages)
        {
            throw TooManyPages();
        }

        if (text.Length > options.MaxPageChars)
        {
            throw new DocumentFailedException(
                FailureCode.TooLarge,
                $"Page {index} has more than {options.MaxPageChars} characters of text."
            );
        }

        _lengths.Add(text.Length);

        return index <= _given
            ? null
            : new ExtractedPage(
                index,
                Short(line.Label, MaxLabel),
                engine,
                // PostgreSQL refuses it. Replaced, not removed: offsets stay true.
                text.Replace('\0', ' '),
                Measure(line.Width),
                Measure(line.Height),
                line.Geometry ?? [],
                line.NeedsOcr
            );
    }

    private DocumentStructure ReadDocument(ExtractorDocumentLine line)
    {
        if (line.Pages != _lengths.Count)
        {
            throw Nonsense();
        }

        var labels = line.Labels ?? [];

        return new DocumentStructure(
            line.Pages,
            [.. Enumerable.Range(0, line.Pages).Select(i => i < labels.Length ? Short(labels[i], MaxLabel) : null)],
            ReadRegions(line.Regions ?? []),
            [.. (line.Outline ?? []).Select(ReadOutline).OfType<OutlineEntry>()],
            [.. (line.NeedsOcrPages ?? []).Where(IsPage).Distinct().Order()],
            Short(line.Title, MaxTitle),
            Short(line.Language, MaxLanguage)
        );
    }

    /// <summary>Drops what lies outside its page's text or over another region.</summary>
    private List<TextRegion> ReadRegions(int[][] regions)
    {
        List<TextRegion> kept = [];
        var valid = regions
            .Where(r =>
                r.Length == 5 && IsPage(r[0]) && 0 <= r[1] && r[1] < r[2] && r[2] <= _lengths[r[0] - 1] && Enum.IsDefined((RegionKind)r[3])
            )
            .Select(r => new TextRegion(r[0], r[1], r[2], (RegionKind)r[3], r[3] == (int)RegionKind.Heading ? Math.Clamp(r[4], 1, 9) : 0))
            .OrderBy(r => r.PageIndex)
            .ThenBy(r => r.Start);

        foreach (var region in valid)
        {
            if (kept.Count == 0 || kept[^1].PageIndex != region.PageIndex || kept[^1].End <= region.Start)
            {
                kept.Add(region);
            }
        }

        return kept;
    }

    private OutlineEntry? ReadOutline(JsonElement[] entry)
    {
        if (entry is not [{ ValueKind: JsonValueKind.Number } level, { ValueKind: JsonValueKind.String } title, var page])
        {
            return null;
        }

        int? target = page.ValueKind == JsonValueKind.Number && page.TryGetInt32(out var number) && IsPage(number) ? number : null;

        return level.TryGetInt32(out var depth) && depth >= 1 && Short(TextOf(title), MaxTitle) is { } text
            ? new OutlineEntry(depth, text, target)
            : null;
    }

    private static string? TextOf(JsonElement text)
    {
        try
        {
            return text.GetString();
        }
        catch (InvalidOperationException)
        {
            // Not Unicode text; the entry is left out.
            return null;
        }
    }

    private bool IsPage(int index) => index >= 1 && index <= _lengths.Count;

    private static float Measure(float points) => float.IsFinite(points) && points > 0 ? points : 0;

    /// <summary>A trimmed text of bounded length that does not end inside a surrogate pair; null for an empty one.</summary>
    private static string? Short(string? text, int length)
    {
        var clean = text?.Replace('\0', ' ').Trim();

        if (clean is not { Length: > 0 })
        {
            return null;
        }

        return clean.Length <= length ? clean : clean[..(char.IsHighSurrogate(clean[length - 1]) ? length - 1 : length)];
    }

    private static DocumentFailedException ToException(ExtractorFailureLine failure)
    {
        FailureCode code;

        try
        {
            code = FailureCodes.Parse(failure.Code);
        }
        catch (FormatException)
        {
            code = FailureCode.Internal;
        }

        return new DocumentFailedException(code, Short(failure.Reason, MaxReason) ?? "The extractor gave no reason.");
    }

    private DocumentFailedException TooManyPages() =>
        new(FailureCode.TooManyPages, $"The file has more than {options.MaxPages} pages; split it, then import the parts.");

    private static DocumentFailedException Nonsense() =>
        new(
            FailureCode.Crash,
            "The PDF reader lost its way in this file and gave output that makes no sense; repair the file with a PDF tool."
        );
}
