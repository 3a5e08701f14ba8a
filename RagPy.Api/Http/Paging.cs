using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using RagPy.Api.Contracts;

namespace RagPy.Api.Http;

/// <summary>Lists in parts: a cursor holds the sort key of the last element given, so that nothing is given twice or left out when lists grow.</summary>
internal static class Paging
{
    public const int DefaultLimit = 50;
    public const int MaxLimit = 200;

    /// <summary>The number of elements wanted.</summary>
    /// <exception cref="ProblemException">It is out of range.</exception>
    public static int Limit(int? limit) =>
        limit switch
        {
            null => DefaultLimit,
            >= 1 and <= MaxLimit => limit.Value,
            _ => throw new ProblemException(
                StatusCodes.Status400BadRequest,
                ProblemCodes.BadRequest,
                $"The parameter 'limit' takes 1 to {MaxLimit}."
            ),
        };

    /// <summary>The key that a cursor holds; null for no cursor.</summary>
    /// <exception cref="ProblemException">It is none of ours.</exception>
    public static TKey? Key<TKey>(string? cursor)
        where TKey : class
    {
        if (string.IsNullOrEmpty(cursor))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<TKey>(Base64Url.DecodeFromChars(cursor)) ?? throw new FormatException();
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            throw new ProblemException(
                StatusCodes.Status400BadRequest,
                ProblemCodes.BadCursor,
                "The cursor is not one that this list gave. Begin again without it.",
                exception
            );
        }
    }

    /// <summary>One part of a list, of which one element more than wanted was read to see whether there are more.</summary>
    public static Listing<TView> Page<T, TKey, TView>(IReadOnlyList<T> read, int limit, Func<T, TKey> key, Func<T, TView> view)
    {
        var given = read.Take(limit).ToList();
        var next = read.Count > limit ? Base64Url.EncodeToString(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(key(given[^1])))) : null;
        return new Listing<TView>([.. given.Select(view)], next);
    }
}
