namespace RagPy.Core.Pipeline;

/// <summary>What makes two extractions the same.</summary>
internal sealed record ExtractionKey(long ProjectId, string FileHash, string Engine, string Version, string Options);
