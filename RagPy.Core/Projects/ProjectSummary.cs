namespace RagPy.Core.Projects;

/// <summary>A project as a list shows it.</summary>
/// <param name="Role">Role of the person who asked.</param>
/// <param name="CleanUp">Chat model that cleans its passages up, or <c>none</c>.</param>
/// <param name="Recognition">What reads pages without a text layer; null for what the server is set to.</param>
/// <param name="RecognitionPages">Which pages are read so; null for what the server is set to.</param>
/// <param name="TargetStore">The store it is being moved to, or null.</param>
/// <param name="StoreProblem">Why that move cannot go on at the moment, or null.</param>
/// <param name="Documents">Documents in any state.</param>
/// <param name="Indexed">Documents whose generation is current.</param>
/// <param name="Failed">Documents that ended with a reason.</param>
/// <param name="Chunks">Chunks of current generations.</param>
public sealed record ProjectSummary(
    long Id,
    string Name,
    string Description,
    ProjectRole Role,
    string Embedder,
    string CleanUp,
    string? Recognition,
    string? RecognitionPages,
    string Store,
    string? TargetStore,
    string? StoreProblem,
    int Sessions,
    int Documents,
    int Indexed,
    int Failed,
    long Chunks,
    DateTimeOffset CreatedAt
);
