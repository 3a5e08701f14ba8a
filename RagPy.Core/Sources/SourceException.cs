namespace RagPy.Core.Sources;

/// <summary>A source that cannot be read at all. The message names the file and says what to do.</summary>
public sealed class SourceException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>It is refused for its size, unpacked or counted, not for damage.</summary>
    public bool IsTooLarge { get; init; }
}
