using RagPy.Core.CleanUp;

namespace RagPy.Core.Projects;

/// <summary>People's shared collection of sessions and its index.</summary>
public sealed class Project
{
    public long Id { get; set; }

    /// <summary>Unique per owner.</summary>
    public required string Name { get; set; }

    public string Description { get; set; } = "";

    public long OwnerId { get; set; }

    /// <summary>Id of the embedder whose vectors the project's points have.</summary>
    public required string Embedder { get; set; }

    /// <summary>Dimension of those vectors.</summary>
    public int Dimension { get; set; }

    /// <summary>Chat model that cleans passages up, <c>provider/model</c>; <c>none</c> for none.</summary>
    public string CleanUp { get; set; } = CleanUpRules.None;

    /// <summary>What reads its pages that have no usable text layer; null for what the server is set to.</summary>
    public string? Recognition { get; set; }

    /// <summary>Which of its pages are read so; null for what the server is set to.</summary>
    public string? RecognitionPages { get; set; }

    /// <summary>Kind of vector store that serves the project's searches.</summary>
    public required string Store { get; set; }

    /// <summary>Kind of vector store that the points are being moved to; null when they stay.</summary>
    public string? TargetStore { get; set; }

    /// <summary>Why the move cannot go on at the moment.</summary>
    public string? StoreProblem { get; set; }

    /// <summary>Grows by one in every transaction that changes which points are current.</summary>
    public long IndexVersion { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Set while a deletion is under way: the project is gone for everyone but the deleting job.</summary>
    public DateTimeOffset? DeletedAt { get; set; }
}
