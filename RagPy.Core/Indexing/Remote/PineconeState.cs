using System.Globalization;
using System.Text.Json;

namespace RagPy.Core.Indexing.Remote;

/// <summary>What is kept of a project in Pinecone, which keeps no such things itself; in the project's row of <see cref="ProjectStore"/>.</summary>
/// <param name="Version">Number of the namespace that the project's points are in.</param>
/// <param name="Latest">Highest number that a namespace of the project ever had. None is given twice: removals show late.</param>
/// <param name="AverageLength">Average length that its weights were computed with.</param>
/// <param name="FrozenAt">Points there were when that was frozen, or last found right.</param>
/// <param name="Dimensions">Lengths of the project's vectors; each is an index.</param>
/// <param name="Retired">Numbers of namespaces that are to be removed: left, or not finished.</param>
internal sealed record PineconeState(
    int Version,
    int Latest,
    double AverageLength,
    long FrozenAt,
    IReadOnlyList<int> Dimensions,
    IReadOnlyList<int> Retired
)
{
    /// <summary>Name of one of the project's namespaces.</summary>
    /// <param name="name">The project's name in the store.</param>
    public static string Namespace(string name, int version) => string.Create(CultureInfo.InvariantCulture, $"{name}_{version}");

    public static PineconeState Read(string json) => JsonSerializer.Deserialize<PineconeState>(json, JsonSerializerOptions.Web)!;

    public string Write() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);
}
