using RagPy.Core.Sources;

namespace RagPy.Core.Extraction.Sections;

/// <summary>Headings that stand over a list of references, in French and English.</summary>
internal static class ReferenceHeadings
{
    private static readonly HashSet<string> s_headings = new(
        [
            "references",
            "bibliography",
            "bibliographie",
            "works cited",
            "literature cited",
            "notes and references",
            "notes et references",
            "references bibliographiques",
            "ouvrages cites",
        ],
        StringComparer.Ordinal
    );

    public static bool Contains(string heading) => s_headings.Contains(Bibliography.FoldName(heading));
}
