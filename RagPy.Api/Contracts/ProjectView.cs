using RagPy.Core.Projects;

namespace RagPy.Api.Contracts;

/// <summary>A project: a collection of sessions and its index.</summary>
/// <param name="Role">What you may do in it.</param>
/// <param name="Embedder">Which embedding its passages have.</param>
/// <param name="Approximate">That embedding is the offline one: results that it had a part in are approximate.</param>
/// <param name="CleanUp">Chat model that cleans its passages up, or <c>none</c>.</param>
/// <param name="Ocr">What reads pages without a usable text layer; <c>default</c> for what the server is set to.</param>
/// <param name="OcrPages">Which pages it reads; <c>default</c> for what the server is set to.</param>
/// <param name="OcrEngines">The engines that such pages go to now, in the order in which they are tried: those that are set up. Empty: nowhere.</param>
/// <param name="Store">Which vector store holds its passages.</param>
/// <param name="TargetStore">Which store they are being moved to, or null.</param>
/// <param name="StoreProblem">Why that move cannot go on at the moment, or null.</param>
/// <param name="Documents">Documents in any state.</param>
/// <param name="Indexed">Of these, those that search sees.</param>
/// <param name="Failed">Of these, those that ended with a reason.</param>
/// <param name="Chunks">Passages that search sees.</param>
internal sealed record ProjectView(
    long Id,
    string Name,
    string Description,
    ProjectRole Role,
    string Embedder,
    bool Approximate,
    string CleanUp,
    string Ocr,
    string OcrPages,
    IReadOnlyList<string> OcrEngines,
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
