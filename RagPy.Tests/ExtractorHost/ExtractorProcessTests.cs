using RagPy.Core.Extraction;
using RagPy.Core.Pipeline;
using Xunit;

namespace RagPy.Tests.ExtractorHost;

public sealed class ExtractorProcessTests
{
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Gives_pages_then_the_structure()
    {
        var parts = await ExtractAsync($"{FakeExtractor.PageOne}\n{FakeExtractor.Document}");

        var page = Assert.IsType<ExtractedPage>(parts[0]);
        Assert.Equal(
            (1, "iv", "pdfpig", "One page", 612f, 792f),
            (page.Index, page.Label, page.Engine, page.Text, page.Width, page.Height)
        );
        var structure = Assert.IsType<DocumentStructure>(parts[1]);
        Assert.Equal([new TextRegion(1, 0, 3, RegionKind.Heading, 1)], structure.Regions);
        Assert.Equal([new OutlineEntry(1, "One", 1)], structure.Outline);
        Assert.Equal(["iv"], structure.Labels);
        Assert.Equal("T", structure.Title);
        Assert.Equal(2, parts.Count);
    }

    [Fact]
    public async Task The_programs_own_failure_keeps_code_and_reason()
    {
        var failure = await FailAsync("""printf '%s\n' '{"failure":{"code":"encrypted","reason":"The PDF asks for a password."}}'""");

        Assert.Equal(new Failure(FailureCode.Encrypted, "The PDF asks for a password."), failure);
    }

    [Fact]
    public async Task A_page_that_never_ends_is_a_timeout_and_its_processes_are_gone() =>
        Assert.Equal(
            FailureCode.Timeout,
            (await FailAsync($"{FakeExtractor.PageOne}\nsleep 1000", o => o with { PageTimeout = TimeSpan.FromMilliseconds(300) })).Code
        );

    [Fact]
    public async Task Output_that_trickles_without_ending_a_line_is_a_timeout() =>
        Assert.Equal(
            FailureCode.Timeout,
            (
                await FailAsync("while true; do printf x; sleep 0.05; done", o => o with { PageTimeout = TimeSpan.FromMilliseconds(400) })
            ).Code
        );

    [Fact]
    public async Task The_limit_of_time_is_for_each_page_not_for_the_file()
    {
        var page = FakeExtractor.PageOne;
        var body = $"""
            sleep 0.4; {page}
            sleep 0.4; {page.Replace("\"page\":1", "\"page\":2")}
            sleep 0.4; {page.Replace("\"page\":1", "\"page\":3")}
            sleep 0.4; {FakeExtractor.Document.Replace("\"pages\":1", "\"pages\":3")}
            """;

        Assert.Equal(4, (await ExtractAsync(body, o => o with { PageTimeout = TimeSpan.FromSeconds(1.2) })).Count);
    }

    [Fact]
    public async Task Too_much_resident_memory_ends_as_memory() =>
        Assert.Equal(
            FailureCode.Memory,
            (await FailAsync("""x=$(head -c 100000000 /dev/zero | tr '\0' a); sleep 1000""", o => o with { ResidentBytes = 40 << 20 })).Code
        );

    [Fact]
    public async Task An_exhausted_heap_ends_as_memory() =>
        Assert.Equal(
            FailureCode.Memory,
            (await FailAsync("echo 'Unhandled exception. System.OutOfMemoryException' >&2; kill -ABRT $$")).Code
        );

    [Theory]
    [InlineData("kill -SEGV $$")]
    [InlineData("exit 3")]
    [InlineData("exit 0")]
    [InlineData("echo this is no JSON")]
    [InlineData("head -c 100000 /dev/urandom; echo")]
    [InlineData("""printf '%s\n' '{"page":2,"text":"the first page has another number"}'""")]
    [InlineData("""printf '%s\n' '{"page":1,"text":"\ud800 alone"}'""")]
    [InlineData("printf '{\"page\":1'")]
    [InlineData("echo null")]
    public async Task Signals_garbage_and_early_ends_are_crashes(string body) =>
        Assert.Equal(FailureCode.Crash, (await FailAsync(body)).Code);

    [Fact]
    public async Task A_line_without_end_is_a_crash_and_does_not_fill_memory()
    {
        var before = GC.GetTotalAllocatedBytes(precise: true);

        Assert.Equal(FailureCode.Crash, (await FailAsync("cat /dev/zero", o => o with { MaxLineBytes = 1 << 20 })).Code);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 512L << 20);
    }

    [Fact]
    public async Task More_pages_than_allowed_are_refused() =>
        Assert.Equal(
            FailureCode.TooManyPages,
            (
                await FailAsync(
                    $"{FakeExtractor.PageOne}\n{FakeExtractor.PageOne.Replace("\"page\":1", "\"page\":2")}",
                    o => o with { MaxPages = 1 }
                )
            ).Code
        );

    [Fact]
    public async Task A_page_longer_than_allowed_is_refused() =>
        Assert.Equal(FailureCode.TooLarge, (await FailAsync(FakeExtractor.PageOne, o => o with { MaxPageChars = 3 })).Code);

    [Fact]
    public async Task What_lies_outside_the_text_is_dropped()
    {
        var document =
            """{"document":{"pages":1,"labels":[],"regions":[[1,0,4,1,0],[1,2,6,1,0],[1,5,99,1,0],[2,0,1,1,0],[1,5,8,77,0],[1,-1,2,1,0],[1,4]],"outline":[[0,"x",1],[1,"y",9],[1],["z"]],"needsOcrPages":[1,1,0,7]}}""";
        var parts = await ExtractAsync($"{FakeExtractor.PageOne}\nprintf '%s\\n' '{document}'");

        var structure = Assert.IsType<DocumentStructure>(parts[^1]);
        Assert.Equal([new TextRegion(1, 0, 4, RegionKind.Furniture)], structure.Regions);
        Assert.Equal([new OutlineEntry(1, "y", null)], structure.Outline);
        Assert.Equal([1], structure.NeedsOcrPages);
        Assert.Equal([null], structure.Labels);
    }

    [Fact]
    public async Task A_process_killed_from_outside_is_run_again_and_no_page_comes_twice()
    {
        var body = $"""
            {FakeExtractor.PageOne}
            [ -e "$1.killed" ] || {"{"} : > "$1.killed"; kill -KILL $$; {"}"}
            {FakeExtractor.Document}
            """;

        Assert.Equal(2, (await ExtractAsync(body)).Count);
    }

    [Fact]
    public async Task A_process_killed_every_time_fails_the_file_in_the_end() =>
        Assert.Equal(FailureCode.Memory, (await FailAsync("kill -KILL $$")).Code);

    [Fact]
    public async Task Much_on_standard_error_does_not_block() =>
        Assert.Equal(2, (await ExtractAsync($"head -c 1000000 /dev/zero >&2\n{FakeExtractor.PageOne}\n{FakeExtractor.Document}")).Count);

    [Fact]
    public async Task The_program_inherits_no_secrets()
    {
        Environment.SetEnvironmentVariable("RAGPY_TEST_SECRET", "key");
        var parts = await ExtractAsync($"""[ -z "$RAGPY_TEST_SECRET" ] && {FakeExtractor.PageOne}{'\n'}{FakeExtractor.Document}""");

        Assert.IsType<ExtractedPage>(parts[0]);
    }

    [Fact]
    public async Task Cancelling_kills_the_program()
    {
        using var fake = new FakeExtractor($"{FakeExtractor.PageOne}\nsleep 1000");
        using var extractor = new ExtractorProcess(fake.Options);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in extractor.ExtractAsync(fake.Notes, cancel.Token))
            {
                await cancel.CancelAsync();
            }
        });
        await fake.GoneAsync(TestContext.Current.CancellationToken).WaitAsync(s_soon, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_reader_that_leaves_early_leaves_no_process_behind()
    {
        using var fake = new FakeExtractor($"{FakeExtractor.PageOne}\nsleep 1000");
        using var extractor = new ExtractorProcess(fake.Options);

        await foreach (var _ in extractor.ExtractAsync(fake.Notes, TestContext.Current.CancellationToken))
        {
            break;
        }

        await fake.GoneAsync(TestContext.Current.CancellationToken).WaitAsync(s_soon, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task The_program_dies_with_its_parent()
    {
        using var fake = new FakeExtractor($"{FakeExtractor.PageOne}\nwhile true; do :; done");
        var extractor = new ExtractorProcess(fake.Options);
        await using var parts = extractor.ExtractAsync(fake.Notes, TestContext.Current.CancellationToken).GetAsyncEnumerator();
        Assert.True(await parts.MoveNextAsync());

        // The thread that started it ends, as it does when the whole process dies.
        extractor.Dispose();

        await fake.GoneAsync(TestContext.Current.CancellationToken).WaitAsync(s_soon, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_missing_program_is_no_fault_of_the_document()
    {
        using var extractor = new ExtractorProcess(new ExtractorOptions { Program = "/nowhere/RagPy.Extractor" });

        await Assert.ThrowsAsync<ExtractorUnavailableException>(async () =>
            await extractor.ExtractAsync("x.pdf", TestContext.Current.CancellationToken).GetAsyncEnumerator().MoveNextAsync()
        );
        Assert.Throws<ExtractorUnavailableException>(() => extractor.Version);
    }

    [Fact]
    public void The_version_is_asked_once()
    {
        using var fake = new FakeExtractor("""[ "$1" = --version ] && echo pdfpig-0.1.16/7 && echo asked >> "$0.asked" """);
        using var extractor = new ExtractorProcess(fake.Options);

        Assert.Equal("pdfpig-0.1.16/7", extractor.Version);
        Assert.Equal("pdfpig-0.1.16/7", extractor.Version);
        Assert.Equal(["asked"], File.ReadAllLines(fake.Program + ".asked"));
        Assert.Contains("pdfpig-0.1.16/7", extractor.Describe());
    }

    private static async Task<List<ExtractedPart>> ExtractAsync(string body, Func<ExtractorOptions, ExtractorOptions>? change = null)
    {
        using var fake = new FakeExtractor(body);
        var options = change?.Invoke(fake.Options) ?? fake.Options;
        using var extractor = new ExtractorProcess(options);
        List<ExtractedPart> parts = [];

        try
        {
            await foreach (var part in extractor.ExtractAsync(fake.Notes, TestContext.Current.CancellationToken))
            {
                parts.Add(part);
            }
        }
        finally
        {
            await fake.GoneAsync(TestContext.Current.CancellationToken).WaitAsync(s_soon, TestContext.Current.CancellationToken);
        }

        return parts;
    }

    private static async Task<Failure> FailAsync(string body, Func<ExtractorOptions, ExtractorOptions>? change = null) =>
        (await Assert.ThrowsAsync<DocumentFailedException>(() => ExtractAsync(body, change))).Failure;
}
