namespace RagPy.Core.Projects;

/// <summary>Where a document stands. The number is stored. Failed and indexed are terminal until a new task takes the document up again.</summary>
public enum DocumentState
{
    /// <summary>Has an open work item.</summary>
    Pending = 1,

    /// <summary>Its generation is current in the index.</summary>
    Indexed = 2,

    /// <summary>Ended with a failure code and a reason.</summary>
    Failed = 3,
}
