namespace RagPy.Extractor.Text;

/// <summary>What becomes of a hyphen at the end of a line.</summary>
internal enum HyphenFate
{
    /// <summary>No word is broken here.</summary>
    EndOfLine,

    /// <summary>The parts are joined without it.</summary>
    Drop,

    /// <summary>The parts are joined with it.</summary>
    Keep,
}
