using System.Diagnostics;
using System.Text;
using RagPy.Core.Chunking;
using RagPy.Core.Extraction;

// Speed of chunking with the default settings, on ordinary text and on runs without a break. One process, one thread; the best of three.
// Usage: dotnet run -c Release --project bench/chunking [-- TEXT_FILE…]   Without files, text made from a fixed list of words.

const int Megabyte = 1_000_000;
const int PageLength = 3_000;
const int Rounds = 3;

var chunker = new Chunker(new TokenCounter(), new ChunkSettings());
var ordinary = args.Length > 0 ? string.Concat(args.Select(File.ReadAllText)) : Words(5 * Megabyte);
Measure("warm-up", Pages(ordinary[..Math.Min(ordinary.Length, Megabyte)]), isShown: false);

Console.WriteLine("| input | MB of characters | pages | chunks | seconds | MB/s | peak of live memory, MB |");
Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- |");
foreach (var size in new[] { 1, 2, 5 })
    Measure("ordinary text", Pages(Repeat(ordinary, size * Megabyte)));
foreach (var size in new[] { 10, 30 })
    Measure("ordinary text without blank lines", Pages(Repeat(ordinary, size * Megabyte).Replace("\n\n", "\n", StringComparison.Ordinal)));
foreach (
    var (name, unit) in new[]
    {
        ("a", "a"),
        ("space", " "),
        ("#", "#"),
        ("line feed", "\n"),
        ("combining mark", "\u0301"),
        ("漢", "漢"),
        ("ACGT", "ACGT"),
    }
)
{
    foreach (var size in new[] { 1, 2, 5 })
        Measure($"one page, run of {name}", [$"x{Repeat(unit, size * Megabyte)}x"]);
}

void Measure(string name, string[] pages, bool isShown = true)
{
    var (seconds, chunks, peak) = (double.MaxValue, 0, 0L);
    var held = GC.GetTotalMemory(forceFullCollection: true);
    for (var round = 0; round < Rounds; round++)
    {
        var watch = Stopwatch.StartNew();
        chunks = 0;
        foreach (var _ in chunker.ChunkAsync(Extracted(pages), Structure(pages.Length), CancellationToken.None).ToBlockingEnumerable())
        {
            if (++chunks % 5_000 == 0)
                peak = Math.Max(peak, GC.GetTotalMemory(forceFullCollection: true) - held);
        }

        seconds = Math.Min(seconds, watch.Elapsed.TotalSeconds);
    }

    var megabytes = pages.Sum(page => (double)page.Length) / Megabyte;
    if (isShown)
        Console.WriteLine(
            FormattableString.Invariant(
                $"| {name} | {megabytes:0.#} | {pages.Length} | {chunks} | {seconds:0.00} | {megabytes / seconds:0.0} | {(peak == 0 ? "–" : (peak / 1e6).ToString("0.0", null))} |"
            )
        );
}

static async IAsyncEnumerable<ExtractedPage> Extracted(string[] pages)
{
    for (var i = 0; i < pages.Length; i++)
        yield return new ExtractedPage(i + 1, null, "bench", pages[i], 595, 842, default, false);
    await Task.CompletedTask;
}

static DocumentStructure Structure(int pages) => new(pages, new string?[pages], [], [], [], null, null);

static string[] Pages(string text) => [.. text.Chunk(PageLength).Select(units => new string(units))];

static string Repeat(string text, int length)
{
    var repeated = new StringBuilder(length + text.Length);
    while (repeated.Length < length)
        repeated.Append(text);

    return repeated.ToString(0, length);
}

static string Words(int length)
{
    string[] words =
    [
        .. "the of analysis les résultats montrent que model we present une méthode for students learning élèves data , . ( ) 2020 et al. however".Split(
            ' '
        ),
    ];
    var random = new Random(1);
    var text = new StringBuilder(length);
    while (text.Length < length)
    {
        text.Append(words[random.Next(words.Length)]);
        text.Append(
            random.Next(100) switch
            {
                0 => "\n\n",
                < 9 => "\n",
                _ => " ",
            }
        );
    }

    return text.ToString(0, length);
}
