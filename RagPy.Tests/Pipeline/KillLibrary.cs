namespace RagPy.Tests.Pipeline;

/// <summary>The library of the tests that kill workers: texts of several pages, scans, encrypted files, items without files. The same for the same size.</summary>
internal static class KillLibrary
{
    public static FakeLibrary Create(int items)
    {
        var library = new FakeLibrary();
        for (var i = 0; i < items; i++)
        {
            var item = library.Add($"I{i:0000}", $"Title {i}", i % 3 == 0 ? $"The abstract of item {i} about bridges." : "");
            switch (i % 10)
            {
                case 7:
                    item.With("a.pdf", Scans(i)).With("b.pdf", "CRYPT");
                    break;
                case 8:
                    break;
                case 9:
                    item.With("a.pdf", Text(i, 1)).With("b.pdf", $"CRYPT {i}").With("c.pdf", null);
                    break;
                default:
                    item.With("a.pdf", Text(i, 1 + (i % 4)));
                    break;
            }
        }

        return library;
    }

    private static string Scans(int item) => string.Join('\f', Enumerable.Range(1, 6).Select(page => $"SCAN words {item} of page {page}"));

    private static string Text(int item, int pages) =>
        string.Join(
            '\f',
            Enumerable
                .Range(0, pages)
                .Select(page => string.Join(' ', Enumerable.Range(0, 400).Select(word => $"word{item * 7919 % 997}x{page}x{word % 53}")))
        );
}
