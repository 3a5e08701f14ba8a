using RagPy.Core.Embedding;
using RagPy.Core.Extraction.Recognition;

namespace RagPy.Core.Estimates;

/// <summary>What was chosen for the project, or is the default of new ones.</summary>
/// <param name="CleanUp">Name of the chat model, or <see cref="Core.CleanUp.CleanUpRules.None"/>.</param>
/// <param name="Recognition">What reads pages without a usable text layer.</param>
/// <param name="VectorsOf">Which model made the vectors that come with the source; null when nobody says.</param>
internal sealed record EstimateChoices(EmbedderInfo Embedder, string CleanUp, RecognitionPlan Recognition, string? VectorsOf);
