namespace RagPy.Hosting.Control;

/// <summary>What comes of a <see cref="ControlRequest"/>.</summary>
/// <param name="Problem">Null when it was done, else a sentence.</param>
internal sealed record ControlAnswer(string? Problem);
