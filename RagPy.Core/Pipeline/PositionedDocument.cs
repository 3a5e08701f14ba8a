using RagPy.Core.Sources;

namespace RagPy.Core.Pipeline;

/// <summary>A document with its 0-based place in the source.</summary>
internal sealed record PositionedDocument(SourceDocument Document, int Position);
