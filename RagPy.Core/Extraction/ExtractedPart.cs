namespace RagPy.Core.Extraction;

/// <summary>One element of an extraction: <see cref="ExtractedPage"/>s, then one <see cref="DocumentStructure"/>.</summary>
public abstract record ExtractedPart;
