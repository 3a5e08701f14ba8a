namespace RagPy.Core.Extraction;

/// <summary>Kinds of marked text; everything unmarked is body text.</summary>
public enum RegionKind
{
    /// <summary>Running head, footer or page number: kept in the page's text, left out of chunks.</summary>
    Furniture = 1,
    Heading = 2,

    /// <summary>Part of the list of references.</summary>
    References = 3,

    /// <summary>Footnote, caption or margin note: it stands outside the running text, which goes on around it.</summary>
    Aside = 4,
}
