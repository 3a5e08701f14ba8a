using System.Globalization;

namespace RagPy.Core.Indexing.Remote;

/// <summary>
/// Ids of points in Pinecone: document, generation, ordinal, so that a generation is counted and a document's points are found by listing what begins alike. Only
/// characters that need no escaping in an address.
/// </summary>
internal static class PineconeId
{
    private const int GuidLength = 32;

    public static string Of(IndexPoint point) =>
        string.Create(CultureInfo.InvariantCulture, $"{Prefix(point.DocumentId, point.Generation)}{point.Ordinal}");

    /// <summary>What the ids of a document begin with.</summary>
    public static string Prefix(Guid document) => $"{document:N}-";

    /// <summary>What the ids of a generation begin with.</summary>
    public static string Prefix(Guid document, Guid generation) => $"{document:N}-{generation:N}-";

    /// <exception cref="FormatException">It is not one of our ids.</exception>
    public static PointName Read(string id)
    {
        if (id.Length < (2 * GuidLength) + 3)
        {
            throw new FormatException($"'{id}' is not the id of a point.");
        }

        var document = Guid.ParseExact(id.AsSpan(0, GuidLength), "N");
        var generation = Guid.ParseExact(id.AsSpan(GuidLength + 1, GuidLength), "N");
        var ordinal = int.Parse(id.AsSpan((2 * GuidLength) + 2), NumberStyles.None, CultureInfo.InvariantCulture);
        return new PointName(Uuid5.ForPoint(document, generation, ordinal), document, generation, ordinal);
    }
}
