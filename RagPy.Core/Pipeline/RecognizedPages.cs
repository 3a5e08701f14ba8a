using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using RagPy.Core.Extraction.Recognition;

namespace RagPy.Core.Pipeline;

/// <summary>How recognised pages are kept among what was bought: under everything that shaped them.</summary>
internal static class RecognizedPages
{
    /// <summary>Key of a page.</summary>
    /// <param name="options">Of the engine's work on the file.</param>
    public static Guid KeyOf(string engine, string version, string options, string fileHash, int page)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"recognition\n{engine}\n{version}\n{options}\n{fileHash}\n{page}");
        return new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16));
    }

    public static byte[] Encode(RecognizedPage page) => JsonSerializer.SerializeToUtf8Bytes(page);

    public static RecognizedPage Decode(ReadOnlySpan<byte> value) =>
        JsonSerializer.Deserialize<RecognizedPage>(value) ?? throw new InvalidDataException("A stored page is null.");
}
