namespace RagPy.Hosting.Diagnosis;

/// <summary>An answer of <c>doctor</c>.</summary>
/// <param name="Verdict">Whether it is good.</param>
internal sealed record Finding(string Subject, Verdict Verdict, string Text);
