namespace RagPy.Core.Indexing.Remote;

/// <summary>A project's collection in Qdrant.</summary>
/// <param name="Alias">Name that everything but its making uses.</param>
/// <param name="Version">Number of the collection behind the alias.</param>
/// <param name="Dimensions">Lengths of its dense vectors.</param>
/// <param name="AverageLength">Frozen in the collection's metadata.</param>
/// <param name="FrozenAt">Points that there were when the average was frozen or last found to be right.</param>
/// <param name="Points">Points there are now, about.</param>
internal sealed record QdrantCollection(
    string Alias,
    int Version,
    IReadOnlySet<int> Dimensions,
    double AverageLength,
    long FrozenAt,
    long Points
)
{
    /// <summary>Name of the collection behind the alias.</summary>
    public string Physical => NameOf(Alias, Version);

    public static string NameOf(string alias, int version) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{alias}_{version}");
}
