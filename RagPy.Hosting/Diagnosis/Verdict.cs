namespace RagPy.Hosting.Diagnosis;

internal enum Verdict
{
    Good,

    /// <summary>It works, and one should know.</summary>
    Note,

    /// <summary>It does not work.</summary>
    Missing,
}
