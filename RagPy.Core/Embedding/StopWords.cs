using System.Collections.Frozen;

namespace RagPy.Core.Embedding;

/// <summary>
/// Words that carry no subject. Kept short: idf already silences common words, while a stopped word can never be found.
/// Words with a second meaning stay searchable (<c>été</c> summer, <c>son</c> sound, <c>est</c> east, <c>pas</c> step, <c>or</c> gold, <c>car</c>, <c>nous</c>).
/// </summary>
internal static class StopWords
{
    /// <summary>The list of Lucene's English analyser.</summary>
    public static readonly FrozenSet<string> English =
        "a an and are as at be but by for if in into is it no not of on or such that the their then there these they this to was will with"
            .Split(' ')
            .ToFrozenSet();

    /// <summary>Articles, prepositions, pronouns and conjunctions.</summary>
    public static readonly FrozenSet<string> French = (
        "le la les l un une des du de d et en au aux ce ces cet cette il elle ils elles on je tu me te se lui leur leurs sa ses "
        + "que qui quoi dont où ne ni par pour sur avec dans ou à y s n c j m t qu si"
    )
        .Split(' ')
        .ToFrozenSet();
}
