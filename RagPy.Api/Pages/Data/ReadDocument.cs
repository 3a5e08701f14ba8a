using RagPy.Core.Projects;

namespace RagPy.Api.Pages.Data;

/// <summary>A document that someone reads.</summary>
/// <param name="IsStored">Its file is there.</param>
/// <param name="Labels">Printed labels by 1-based page index, where known; of sections their headings.</param>
/// <param name="Section">The section that is shown, of a document without pages.</param>
internal sealed record ReadDocument(
    Document Document,
    Item Item,
    string ProjectName,
    bool IsStored,
    IReadOnlyDictionary<int, string> Labels,
    ReadSection? Section = null
)
{
    /// <summary>Its text has sections, not pages.</summary>
    public bool HasSections => Section is not null;
}
