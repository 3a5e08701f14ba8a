namespace RagPy.Core.Extraction;

/// <summary>The extractor program is missing or does not run: nothing is wrong with the document. The message says what to do.</summary>
public sealed class ExtractorUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
