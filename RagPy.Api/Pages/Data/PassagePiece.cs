namespace RagPy.Api.Pages.Data;

/// <summary>A piece of a passage that looks the same throughout.</summary>
/// <param name="IsMark">Its words match the query.</param>
/// <param name="IsQuote">It belongs to the sentence that answers best.</param>
internal sealed record PassagePiece(string Text, bool IsMark, bool IsQuote);
