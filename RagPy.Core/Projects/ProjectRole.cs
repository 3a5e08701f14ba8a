namespace RagPy.Core.Projects;

/// <summary>What a member may do. The number is stored; a larger one includes the smaller.</summary>
public enum ProjectRole
{
    /// <summary>Search and read.</summary>
    Viewer = 1,

    /// <summary>Also bring sources in and run tasks.</summary>
    Collaborator = 2,

    /// <summary>Also delete, share and change settings.</summary>
    Owner = 3,
}
