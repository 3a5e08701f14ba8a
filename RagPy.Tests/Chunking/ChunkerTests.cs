using System.Globalization;
using CsCheck;
using RagPy.Core.Chunking;
using RagPy.Core.Extraction;
using Xunit;

namespace RagPy.Tests.Chunking;

public sealed class ChunkerTests
{
    private static readonly TokenCounter s_counter = new();

    private static readonly Gen<string> s_text = Gen.OneOf(
            Gen.OneOfConst(" ", " ", "\n", "\n\n", "#", "##", "\n\n\n", ".", ", ", "\t"),
            Gen.OneOfConst("word", "longerword", "l'été", "élève", "12345", "中文", "it's", "<|endoftext|>"),
            Gen.Char['a', 'z'].Array[1, 30].Select(units => new string(units))
        )
        .Array[0, 120]
        .Select(string.Concat);

    private static readonly Gen<ChunkSettings> s_settings = Gen.Int[6, 60]
        .SelectMany(size => Gen.Int[0, size].Select(overlap => new ChunkSettings(size, overlap)));

    [Fact]
    public void One_page_gives_the_chunks_of_the_original_splitter() =>
        Gen.Select(s_text, s_settings)
            .Sample((text, settings) => Assert.Equal(Expected(text.Trim(), settings), Texts(Chunk(settings, [text]))), iter: 2_000);

    [Fact]
    public void Pages_give_the_chunks_of_their_texts_joined_by_a_line_feed() =>
        Gen.Select(s_text.Array[1, 6], s_settings)
            .Sample(
                (pages, settings) =>
                {
                    var joined = string.Join('\n', pages.Select(page => page.Trim()).Where(page => page.Length > 0));
                    Assert.Equal(Expected(joined, settings), Texts(Chunk(settings, pages)));
                },
                iter: 500
            );

    [Fact]
    public void Chunks_of_marked_pages_reproduce_the_page_text_without_furniture_and_keep_references_apart() =>
        Gen.Select(MarkedPage.Gen.Array[1, 5], s_settings)
            .Sample(
                (pages, settings) =>
                {
                    var regions = pages.SelectMany((page, i) => page.Regions(i + 1)).ToArray();
                    var chunks = Chunk(settings, [.. pages.Select(page => page.Text)], regions);
                    var seen = pages.Select(page => new bool[page.Text.Length]).ToArray();
                    foreach (var chunk in chunks)
                    {
                        var slices = chunk.Spans.Select(span => pages[span.PageIndex - 1].Text[span.Start..span.End]);
                        Assert.Equal(chunk.Text, string.Join('\n', slices));
                        Assert.Equal(s_counter.Count(chunk.Text), chunk.TokenCount);
                        foreach (var (page, start, end) in chunk.Spans)
                        {
                            for (var i = start; i < end; i++)
                            {
                                seen[page - 1][i] = true;
                                if (char.IsWhiteSpace(pages[page - 1].Text[i]))
                                    continue;

                                var kind = pages[page - 1].KindAt(i);
                                Assert.NotEqual(RegionKind.Furniture, kind);
                                if (kind is not (RegionKind.Heading or RegionKind.Aside))
                                    Assert.Equal(chunk.IsReferences, kind == RegionKind.References);
                            }
                        }
                    }

                    Assert.Equal(Enumerable.Range(0, chunks.Count), chunks.Select(chunk => chunk.Ordinal));
                    for (var page = 0; page < pages.Length; page++)
                    {
                        for (var i = 0; i < seen[page].Length; i++)
                        {
                            if (pages[page].KindAt(i) != RegionKind.Furniture && !char.IsWhiteSpace(pages[page].Text[i]))
                                Assert.True(seen[page][i], "A character is in no chunk.");
                        }
                    }
                },
                iter: 1_000
            );

    [Fact]
    public void Neither_surrogate_pairs_nor_combining_sequences_are_split() =>
        Gen.Select(
                Gen.OneOfConst("a", "e\u0301", "😀", "👩‍👩‍👧", "q\u0323\u0307", " \u0301", "नि", "각", "🇫🇷", " ", "\n")
                    .Array[1, 200]
                    .Select(string.Concat),
                s_settings
            )
            .Sample(
                (text, settings) =>
                {
                    var starts = StringInfo.ParseCombiningCharacters(text).Append(text.Length).ToHashSet();
                    foreach (var span in Chunk(settings, [text]).SelectMany(chunk => chunk.Spans))
                    {
                        Assert.Contains(span.Start, starts);
                        Assert.Contains(span.End, starts);
                    }
                },
                iter: 500
            );

    [Theory]
    [InlineData("a")]
    [InlineData("0")]
    [InlineData("漢")]
    [InlineData("e\u0301")]
    [InlineData("\u0301")]
    [InlineData(" ")]
    [InlineData("#")]
    public void A_megabyte_without_a_break_is_cut_into_small_chunks(string unit)
    {
        var text = "x" + string.Concat(Enumerable.Repeat(unit, 1_000_000 / unit.Length)) + "x";

        var chunks = Chunk(new ChunkSettings(), [text]);

        Assert.All(chunks, chunk => Assert.InRange(chunk.TokenCount, 1, 1000));
        Assert.Equal(0, chunks[0].Spans[0].Start);
        Assert.Equal(text.Length, chunks[^1].Spans[^1].End);
    }

    [Fact]
    public void A_long_document_without_blank_lines_is_cut_as_pages_come()
    {
        var line = string.Concat(Enumerable.Repeat("some words in a line\n", 150));
        var given = 0;
        var asked = new List<int>();
        async IAsyncEnumerable<ExtractedPage> Pages()
        {
            for (given = 1; given <= 1500; given++)
                yield return Page(given, line);
            await Task.CompletedTask;
        }

        var chunks = new Chunker(s_counter, new ChunkSettings()).ChunkAsync(Pages(), Structure([]), CancellationToken.None);
        foreach (var chunk in chunks.ToBlockingEnumerable())
        {
            asked.Add(given - chunk.Spans[^1].PageIndex);
            Assert.InRange(chunk.TokenCount, 1, 1000);
        }

        Assert.InRange(asked.Max(), 0, (RecursiveSplitter.LongestParagraph / line.Length) + 2);
    }

    [Fact]
    public void A_sentence_that_runs_over_a_page_end_is_in_one_chunk()
    {
        const string First = "Head\n\nThe model is trained on a corpus\n\n7";
        const string Second = "Head\n\nof French newspapers.\n\nNext.";
        TextRegion[] regions =
        [
            new(7, 0, 4, RegionKind.Furniture),
            new(7, First.Length - 1, First.Length, RegionKind.Furniture),
            new(8, 0, 4, RegionKind.Furniture),
        ];

        var chunk = Assert.Single(Chunk(new ChunkSettings(), [First, Second], regions, firstPage: 7));

        Assert.Equal("The model is trained on a corpus\nof French newspapers.\n\nNext.", chunk.Text);
        Assert.Equal([7, 8], chunk.Spans.Select(span => span.PageIndex));
    }

    [Fact]
    public void References_are_chunks_of_their_own_with_their_heading()
    {
        const string Text = "Body ends here.\n\nReferences\n\n[1] A. Author.\n\n[2] B. Author.\n\nAppendix A\n\nMore body.";
        TextRegion[] regions =
        [
            RegionOf(Text, "References", RegionKind.Heading),
            RegionOf(Text, "[1] A. Author.", RegionKind.References),
            RegionOf(Text, "[2] B. Author.", RegionKind.References),
            RegionOf(Text, "Appendix A", RegionKind.Heading),
        ];

        var chunks = Chunk(new ChunkSettings(), [Text], regions);

        Assert.Equal(
            ["Body ends here.", "References\n\n[1] A. Author.\n\n[2] B. Author.", "Appendix A\n\nMore body."],
            chunks.Select(chunk => chunk.Text)
        );
        Assert.Equal([false, true, false], chunks.Select(chunk => chunk.IsReferences));
        Assert.Equal(
            [
                [],
                ["References"],
                ["Appendix A"],
            ],
            chunks.Select(chunk => chunk.HeadingPath)
        );
    }

    [Fact]
    public void Headings_over_a_chunk_are_its_path()
    {
        var filler = string.Concat(Enumerable.Repeat("word ", 40));
        var text = $"1 One\n\n{filler}\n\n1.1 Sub\n  part\n\n{filler}\n\n2 Two\n\n{filler}";
        TextRegion[] regions =
        [
            RegionOf(text, "1 One", RegionKind.Heading, 1),
            RegionOf(text, "1.1 Sub\n  part", RegionKind.Heading, 2),
            RegionOf(text, "2 Two", RegionKind.Heading, 1),
        ];
        OutlineEntry[] ignored = [new(1, "Bookmark", 1)];

        var chunks = Chunk(new ChunkSettings(50, 0), [text], regions, ignored);

        Assert.Equal(
            [
                ["1 One"],
                ["1 One", "1.1 Sub part"],
                ["2 Two"],
            ],
            chunks.Select(chunk => chunk.HeadingPath)
        );
    }

    [Fact]
    public void Without_headings_the_outline_gives_the_path_by_page()
    {
        OutlineEntry[] outline = [new(1, "Part", null), new(2, "Chapter 1", 2), new(2, "Chapter 2", 4), new(3, "Section", 4)];
        var page = string.Concat(Enumerable.Repeat("word ", 30));

        var chunks = Chunk(new ChunkSettings(31, 0), [page, page, "", page], [], outline);

        Assert.Equal(
            [
                [],
                ["Part", "Chapter 1"],
                ["Part", "Chapter 2", "Section"],
            ],
            chunks.Where(chunk => chunk.Text.Length > 100).Select(chunk => chunk.HeadingPath)
        );
    }

    [Fact]
    public void Text_of_an_abstract_is_page_zero()
    {
        var chunk = Assert.Single(Chunk(new ChunkSettings(), ["Title. An abstract."], firstPage: 0));

        Assert.Equal(new TextSpan(0, 0, 19), Assert.Single(chunk.Spans));
    }

    [Fact]
    public void Pages_without_text_give_no_chunk() => Assert.Empty(Chunk(new ChunkSettings(), ["", " \n\n ", "\u00A0"]));

    [Fact]
    public async Task Cancellation_stops_within_a_page()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        var chunks = new Chunker(s_counter, new ChunkSettings()).ChunkAsync(
            new[] { Page(1, "text") }.ToAsyncEnumerable(),
            Structure([]),
            source.Token
        );

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await chunks.CountAsync());
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(10, 11)]
    [InlineData(10, -1)]
    public void Impossible_settings_are_refused(int size, int overlap) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Chunker(s_counter, new ChunkSettings(size, overlap)));

    [Fact]
    public void Ranges_of_a_chunk_are_found_in_the_pages() =>
        Gen.Select(s_text.Array[1, 5], s_settings, Gen.Double[0, 1], Gen.Double[0, 1])
            .Sample(
                (pages, settings, a, b) =>
                {
                    foreach (var chunk in Chunk(settings, pages))
                    {
                        var start = (int)(Math.Min(a, b) * chunk.Text.Length);
                        var end = (int)(Math.Max(a, b) * chunk.Text.Length);
                        var parts = CitationLocator.LocateAll(chunk.Spans, start, end);
                        var found = string.Join('\n', parts.Select(part => pages[part.PageIndex - 1][part.Start..part.End]));

                        Assert.Equal(chunk.Text[start..end].Trim('\n'), found.Trim('\n'));
                        Assert.Contains(CitationLocator.Locate(chunk.Spans, start, end), parts);
                    }
                },
                iter: 500
            );

    [Fact]
    public void A_sentence_over_a_page_end_is_cited_by_the_page_that_has_most_of_it()
    {
        TextSpan[] spans = [new(3, 10, 20), new(4, 0, 30)];

        Assert.Equal(new TextSpan(4, 0, 19), CitationLocator.Locate(spans, 5, 30));
        Assert.Equal(new TextSpan(3, 12, 20), CitationLocator.Locate(spans, 2, 12));
        Assert.Throws<ArgumentOutOfRangeException>(() => CitationLocator.Locate(spans, 0, 42));
        Assert.Equal(spans, TextSpan.Unflatten(TextSpan.Flatten(spans)));
    }

    private static List<string> Expected(string text, ChunkSettings settings) =>
        new LangChainSplitter(piece => s_counter.Count(piece), settings.Size, settings.Overlap).Split(text);

    private static List<string> Texts(List<Chunk> chunks) => chunks.ConvertAll(chunk => chunk.Text);

    [Fact]
    public void A_footnote_does_not_cut_the_sentence_that_goes_on_over_the_page_end()
    {
        const string First = "The sentence goes on\n\n1. A note.";
        const string Second = "to its end here.\n\nAnother paragraph.";
        var chunk = Assert.Single(
            Chunk(new ChunkSettings(), [First, Second], [new TextRegion(1, First.IndexOf('1'), First.Length, RegionKind.Aside)])
        );

        Assert.Equal("The sentence goes on\nto its end here.\n1. A note.\nAnother paragraph.", chunk.Text);
        Assert.Equal([1, 2, 1, 2], chunk.Spans.Select(span => span.PageIndex));
    }

    private static TextRegion RegionOf(string text, string part, RegionKind kind, int level = 1)
    {
        var start = text.IndexOf(part, StringComparison.Ordinal);

        return new TextRegion(1, start, start + part.Length, kind, kind == RegionKind.Heading ? level : 0);
    }

    private static List<Chunk> Chunk(
        ChunkSettings settings,
        string[] pages,
        TextRegion[]? regions = null,
        OutlineEntry[]? outline = null,
        int firstPage = 1
    ) =>
        [
            .. new Chunker(s_counter, settings)
                .ChunkAsync(
                    pages.Select((text, i) => Page(firstPage + i, text)).ToAsyncEnumerable(),
                    Structure(regions ?? [], outline),
                    CancellationToken.None
                )
                .ToBlockingEnumerable(),
        ];

    private static ExtractedPage Page(int index, string text) => new(index, null, "test", text, 595, 842, default, false);

    private static DocumentStructure Structure(TextRegion[] regions, OutlineEntry[]? outline = null) =>
        new(0, [], regions, outline ?? [], [], null, null);
}
