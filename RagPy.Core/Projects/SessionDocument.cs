namespace RagPy.Core.Projects;

/// <summary>A document that a session brought; one document may come by several sessions.</summary>
public sealed class SessionDocument
{
    public long SessionId { get; set; }

    public Guid DocumentId { get; set; }

    /// <summary>0-based place in the source, the order of exports.</summary>
    public int Position { get; set; }

    /// <summary>The task whose reading of the source saw it last; what an update did not see is gone from the source.</summary>
    public long SeenByTaskId { get; set; }
}
