using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace RagPy.Tests.Simulators;

/// <summary>The embedding model inside the simulators: the same text gives the same vector, and every text it was paid for is counted.</summary>
internal sealed class EmbeddingVectors
{
    private readonly ConcurrentDictionary<string, int> _bought = new(StringComparer.Ordinal);

    /// <summary>Texts embedded, with how often.</summary>
    public IReadOnlyDictionary<string, int> Bought => _bought;

    /// <summary>Number of vectors given out.</summary>
    public int Total => _bought.Values.Sum();

    /// <summary>A text with this in it gets a vector of zeros.</summary>
    public string? ZeroFor { get; set; }

    /// <summary>Embeds a text.</summary>
    public float[] Embed(string model, string text, int dimension)
    {
        _bought.AddOrUpdate(text, 1, static (_, count) => count + 1);
        return Of(model, text, dimension, ZeroFor);
    }

    /// <summary>The vector of a text, without paying for it.</summary>
    public static float[] Of(string model, string text, int dimension, string? zeroFor = null)
    {
        var vector = new float[dimension];
        if (zeroFor is not null && text.Contains(zeroFor, StringComparison.Ordinal))
        {
            return vector;
        }

        var seed = BitConverter.ToUInt32(SHA256.HashData(Encoding.UTF8.GetBytes(model + "\n" + text)));
        for (var i = 0; i < dimension; i++)
        {
            // A linear congruential generator (Numerical Recipes): quick, and the same everywhere.
            seed = unchecked((seed * 1664525) + 1013904223);
            vector[i] = ((seed >> 8) / (float)(1 << 23)) - 1;
        }

        return vector;
    }
}
