namespace RagPy.Core.Extraction.Recognition;

/// <summary>Whether an engine can be used here.</summary>
/// <param name="Version">Changes whenever the same page may give other text.</param>
/// <param name="Problem">Why it cannot be used, and what to do; null when it can.</param>
internal sealed record RecognizerState(string Version, string? Problem);
