using System.Text.Json;
using RagPy.Core.Sources;

namespace RagPy.Core.Projects;

/// <summary>
/// The ids of items and documents: version 5 UUIDs of their source keys in a namespace of the project (DESIGN §3.1), so that the same library
/// brought twice names the same rows, and two projects never share one.
/// </summary>
public static class DocumentIdentity
{
    /// <summary>The namespace in which a project's items and documents are named.</summary>
    public static Guid ProjectNamespace(long projectId) =>
        Uuid5.Create(Uuid5.RagPyNamespace, FormattableString.Invariant($"project:{projectId}"));

    /// <summary>Id of the item whose <see cref="SourceItem.Key"/> is <paramref name="itemKey"/>.</summary>
    public static Guid ItemId(long projectId, string itemKey) => Uuid5.Create(ProjectNamespace(projectId), "item:" + itemKey);

    /// <summary>Id of the document whose <see cref="SourceDocument.Key"/> is <paramref name="documentKey"/>.</summary>
    public static Guid DocumentId(long projectId, string documentKey) => Uuid5.Create(ProjectNamespace(projectId), documentKey);

    /// <summary>Id of the document made of title and abstract of the item whose key is <paramref name="itemKey"/>.</summary>
    public static Guid AbstractDocumentId(long projectId, string itemKey) =>
        Uuid5.Create(ProjectNamespace(projectId), "abstract:" + itemKey);

    /// <summary>The row of an item as a project stores it.</summary>
    public static Item ToItem(long projectId, SourceItem item)
    {
        ArgumentNullException.ThrowIfNull(item);
        return new Item
        {
            Id = ItemId(projectId, item.Key),
            ProjectId = projectId,
            SourceKey = item.Key,
            ZoteroKey = item.ZoteroKey,
            Library = item.Library,
            Type = item.Type,
            Title = item.Title,
            Abstract = item.Abstract,
            Creators = JsonSerializer.Serialize(item.Creators),
            AuthorKeys = Bibliography.AuthorKeys(item.Creators),
            Date = item.Date,
            Years = Bibliography.Years(item.Date),
            Url = item.Url,
            Doi = item.Doi,
            Language = item.Language,
            PublicationTitle = item.PublicationTitle,
            Tags = [.. item.Tags],
            Collections = [.. item.Collections],
        };
    }
}
