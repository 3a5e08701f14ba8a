using System.Runtime.CompilerServices;
using RagPy.Core.Sources.Chunks;

namespace RagPy.Core.Extraction.Sections;

/// <summary>
/// The chunks of a document as its sections, as they are. The beginning that a chunk has in common with the end of the one before is marked, so that the whole
/// text has it once.
/// </summary>
internal sealed class ChunkTextExtractor(string provider) : IPageTextExtractor
{
    /// <summary>Overlaps looked for, in UTF-16 units; the original's has 150 tokens. A shorter one may be chance.</summary>
    private const int LeastOverlap = 20;
    private const int MostOverlap = 4000;

    public string Engine => provider.Length == 0 ? "chunks" : provider;

    public string Version => "chunk-text-1";

    public async IAsyncEnumerable<ExtractedPart> ExtractAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var regions = new List<TextRegion>();
        var (count, before) = (0, "");
        await foreach (var (text, _, _) in ChunkLines.ReadAsync(path, cancellationToken))
        {
            count++;
            yield return new ExtractedPage(count, null, Engine, text, 0, 0, ReadOnlyMemory<byte>.Empty, NeedsOcr: false);
            if (Overlap(before, text) is var overlap and >= LeastOverlap)
            {
                regions.Add(new TextRegion(count, 0, overlap, RegionKind.Furniture));
            }

            before = text;
        }

        yield return new DocumentStructure(count, new string?[count], regions, [], [], null, null);
    }

    /// <summary>Length of the longest beginning of a text that is an end of another: the prefix function of Knuth, Morris and Pratt, linear.</summary>
    internal static int Overlap(string before, string text)
    {
        var length = Math.Min(MostOverlap, Math.Min(before.Length, text.Length));
        var ends = new int[length];
        for (int i = 1, matched = 0; i < length; i++)
        {
            while (matched > 0 && text[i] != text[matched])
            {
                matched = ends[matched - 1];
            }

            ends[i] = matched += text[i] == text[matched] ? 1 : 0;
        }

        var overlap = 0;
        for (var i = before.Length - length; i < before.Length; i++)
        {
            while (overlap > 0 && (overlap == length || before[i] != text[overlap]))
            {
                overlap = ends[overlap - 1];
            }

            overlap += before[i] == text[overlap] ? 1 : 0;
        }

        return overlap;
    }
}
