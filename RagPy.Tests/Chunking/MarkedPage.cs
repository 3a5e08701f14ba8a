using CsCheck;
using RagPy.Core.Extraction;

namespace RagPy.Tests.Chunking;

/// <summary>A page made of parts, each of one kind (null: unmarked).</summary>
internal sealed record MarkedPage((RegionKind? Kind, string Text)[] Parts)
{
    public static Gen<MarkedPage> Gen { get; } =
        CsCheck
            .Gen.Select(
                CsCheck.Gen.OneOfConst<RegionKind?>(
                    null,
                    null,
                    RegionKind.Furniture,
                    RegionKind.Heading,
                    RegionKind.References,
                    RegionKind.Aside
                ),
                CsCheck
                    .Gen.OneOfConst("word ", "été", " \n", "\n\n", "😀", "e\u0301", ". ", "#", "run", " ")
                    .Array[0, 12]
                    .Select(string.Concat)
            )
            .Array[0, 6]
            .Select(parts => new MarkedPage(parts));

    public string Text => string.Concat(Parts.Select(part => part.Text));

    public IEnumerable<TextRegion> Regions(int page)
    {
        var start = 0;
        foreach (var (kind, text) in Parts)
        {
            if (kind is { } marked)
                yield return new TextRegion(page, start, start + text.Length, marked, marked == RegionKind.Heading ? 1 : 0);
            start += text.Length;
        }
    }

    public RegionKind? KindAt(int index)
    {
        foreach (var (kind, text) in Parts)
        {
            if (index < text.Length)
                return kind;
            index -= text.Length;
        }

        throw new ArgumentOutOfRangeException(nameof(index));
    }
}
