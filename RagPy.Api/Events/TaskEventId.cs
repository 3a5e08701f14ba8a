using System.Globalization;

namespace RagPy.Api.Events;

/// <summary>Id of an event: how far whoever saw it has come, in terms that every replica understands.</summary>
/// <param name="Position">Position of the changes seen (<see cref="RagPy.Core.Pipeline.TaskChanges.Position"/>); 0 for none.</param>
/// <param name="HasEnded">The end was seen.</param>
internal readonly record struct TaskEventId(long Position, bool HasEnded)
{
    private const string End = ".end";

    /// <summary>Reads an id. What is none of ours counts as nothing seen: better told twice than never.</summary>
    public static TaskEventId Parse(string? text)
    {
        text = text?.Trim() ?? "";
        var hasEnded = text.EndsWith(End, StringComparison.Ordinal);
        return long.TryParse(hasEnded ? text[..^End.Length] : text, NumberStyles.None, CultureInfo.InvariantCulture, out var position)
            ? new TaskEventId(position, hasEnded)
            : default;
    }

    public override string ToString() => Position.ToString(CultureInfo.InvariantCulture) + (HasEnded ? End : "");
}
