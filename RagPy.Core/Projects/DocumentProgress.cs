namespace RagPy.Core.Projects;

/// <summary>Where a document stands, as people see it.</summary>
public enum DocumentProgress
{
    /// <summary>Waits for its next stage.</summary>
    Pending,

    /// <summary>A worker is at it.</summary>
    Running,

    /// <summary>Search sees it.</summary>
    Indexed,

    /// <summary>Ended with a reason.</summary>
    Failed,
}
