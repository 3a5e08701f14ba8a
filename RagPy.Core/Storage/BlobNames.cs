namespace RagPy.Core.Storage;

/// <summary>How blobs are named in every store.</summary>
internal static class BlobNames
{
    /// <summary>Length of a name: the hexadecimal digits of a SHA-256.</summary>
    public const int Length = 64;

    /// <summary>Whether a text is the name of a blob.</summary>
    public static bool IsName(string? sha256) => sha256 is { Length: Length } && sha256.All(char.IsAsciiHexDigitLower);

    /// <summary>The name of a blob, checked: it becomes part of a path.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static string Check(string sha256) =>
        IsName(sha256)
            ? sha256
            : throw new ArgumentException($"A blob is named by {Length} lower-case hexadecimal digits.", nameof(sha256));

    /// <summary>What is thrown for a file that is not there.</summary>
    public static FileNotFoundException NotFound(BlobReference blob, Exception? inner = null) =>
        new($"The project has no file {blob.Sha256}.", blob.Sha256, inner);
}
