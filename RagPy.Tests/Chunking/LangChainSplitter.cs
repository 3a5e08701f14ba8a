namespace RagPy.Tests.Chunking;

/// <summary>
/// LangChain's <c>RecursiveCharacterTextSplitter</c> (langchain-text-splitters 0.3: <c>_split_text</c>, <c>_merge_splits</c>, separator kept
/// at the start), written down as naively as the original to compare with.
/// </summary>
internal sealed class LangChainSplitter(Func<string, int> length, int size, int overlap)
{
    private static readonly string[] s_separators = ["\n\n", "#", "##", "\n", " ", ""];

    public List<string> Split(string text) => Split(text, s_separators);

    private List<string> Split(string text, string[] separators)
    {
        var chunks = new List<string>();
        var chosen = Array.FindIndex(separators, s => s.Length == 0 || text.Contains(s, StringComparison.Ordinal));
        var rest = separators[(chosen + 1)..];

        var good = new List<string>();
        foreach (var piece in Pieces(text, separators[chosen]))
        {
            if (length(piece) < size)
            {
                good.Add(piece);
                continue;
            }

            chunks.AddRange(Merge(good));
            good = [];
            if (rest.Length == 0)
                chunks.Add(piece);
            else
                chunks.AddRange(Split(piece, rest));
        }

        chunks.AddRange(Merge(good));

        return chunks;
    }

    private static IEnumerable<string> Pieces(string text, string separator)
    {
        if (separator.Length == 0)
            return text.EnumerateRunes().Select(rune => rune.ToString());

        var parts = text.Split(separator);

        return parts.Select((part, i) => i == 0 ? part : separator + part).Where(part => part.Length > 0);
    }

    private List<string> Merge(List<string> pieces)
    {
        var chunks = new List<string>();
        var current = new List<string>();
        var total = 0;
        foreach (var piece in pieces)
        {
            if (total + length(piece) > size && current.Count > 0)
            {
                Add(chunks, current);
                while (total > overlap || (total + length(piece) > size && total > 0))
                {
                    total -= length(current[0]);
                    current.RemoveAt(0);
                }
            }

            current.Add(piece);
            total += length(piece);
        }

        Add(chunks, current);

        return chunks;
    }

    private static void Add(List<string> chunks, List<string> pieces)
    {
        var text = string.Concat(pieces).Trim();
        if (text.Length > 0)
            chunks.Add(text);
    }
}
