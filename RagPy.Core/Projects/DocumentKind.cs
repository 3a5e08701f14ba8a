namespace RagPy.Core.Projects;

/// <summary>What a document's text is. The number is stored.</summary>
public enum DocumentKind
{
    /// <summary>A file of the item.</summary>
    File = 1,

    /// <summary>Title and abstract of an item none of whose files gives text.</summary>
    Abstract = 2,
}
