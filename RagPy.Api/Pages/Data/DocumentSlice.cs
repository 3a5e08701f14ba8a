using System.Globalization;
using RagPy.Core.Projects;

namespace RagPy.Api.Pages.Data;

/// <summary>One page of a session's documents.</summary>
/// <param name="State">Which documents are listed; null for all.</param>
/// <param name="Next">What <c>after</c> is on the next page, null on the last.</param>
public sealed record DocumentSlice(long SessionId, DocumentProgress? State, IReadOnlyList<DocumentOverview> Rows, string? Next)
{
    /// <summary>Documents on a page.</summary>
    public const int Size = 50;

    /// <param name="after"><see cref="Next"/> of the page before; what cannot be read begins at the first document.</param>
    /// <exception cref="NotFoundException">No such session for this person.</exception>
    public static async Task<DocumentSlice> ReadAsync(
        DocumentReader reader,
        long personId,
        long sessionId,
        DocumentProgress? state,
        string? after,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(reader);
        var rows = await reader.ListAsync(personId, sessionId, state, Parse(after), Size + 1, cancellationToken);
        var next = rows.Count > Size ? string.Create(CultureInfo.InvariantCulture, $"{rows[Size - 1].Position}.{rows[Size - 1].Id}") : null;
        return new DocumentSlice(sessionId, state, [.. rows.Take(Size)], next);
    }

    private static (int, Guid)? Parse(string? after) =>
        after?.Split('.', 2) is [var position, var id]
        && int.TryParse(position, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && Guid.TryParse(id, out var document)
            ? (number, document)
            : null;
}
