using Microsoft.Extensions.DependencyInjection;
using RagPy.Core.Extraction;
using RagPy.Core.Extraction.Recognition;
using RagPy.Core.Pipeline;
using RagPy.Core.Providers;
using RagPy.Core.Search;
using RagPy.Core.Settings;
using RagPy.Core.Sources;
using RagPy.Tests.Pipeline;
using Xunit;

namespace RagPy.Tests.Recognition;

/// <summary>Tesseract as installed on this machine.</summary>
public sealed class TesseractRecognizerTests(PostgresFixture postgres) : PageRecognizerConformance
{
    private readonly TesseractRecognizer _engine = new(new RagPySettings());

    private protected override IPageRecognizer Engine => _engine;

    public override async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(ScannedPdf.IsPossible, "Tesseract or poppler is not installed.");
        await base.InitializeAsync();
    }

    public override ValueTask DisposeAsync()
    {
        _engine.Dispose();
        return base.DisposeAsync();
    }

    private protected override byte[] CreateFile(string[][] pages) => ScannedPdf.Create(pages);

    [Fact]
    public async Task Words_have_their_boxes_in_points()
    {
        await using var work = _engine.Open(Job(1));

        var page = Assert.Single((await work.ReadAsync([1], Token)).Pages);

        var start = page.Text.IndexOf("lighthouse", StringComparison.Ordinal);
        var quad = Assert.Single(PageGeometry.Quads(page.Geometry, start, start + "lighthouse".Length));
        // The line stands at (72, 700) from the bottom left in letters of 14 points; "The " goes before.
        Assert.InRange(quad.X0, 92, 108);
        Assert.InRange(quad.Y0, 76, 88);
        Assert.InRange(quad.Y1, 90, 98);
    }

    [Fact]
    public async Task A_file_that_is_no_pdf_fails_with_a_reason_and_leaves_no_process()
    {
        await File.WriteAllTextAsync(FilePath, "no PDF", Token);
        await using var work = _engine.Open(Job(1));

        var thrown = await Assert.ThrowsAsync<ProviderRefusedException>(() => work.ReadAsync([1], Token));

        Assert.Contains("pdftoppm", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_that_takes_too_long_fails_and_its_process_is_ended()
    {
        var thrown = await Assert
            .ThrowsAsync<ProviderRefusedException>(() =>
                ToolProcess.RunAsync(
                    "/bin/sh",
                    ["-c", "sleep 600 & sleep 600"],
                    ReadOnlyMemory<byte>.Empty,
                    10,
                    TimeSpan.FromMilliseconds(200),
                    Token
                )
            )
            .WaitAsync(TimeSpan.FromSeconds(20), Token);

        Assert.Equal(FailureCode.Timeout, thrown.Failure.Code);
    }

    [Fact]
    public async Task Output_without_end_is_cut_off()
    {
        var thrown = await Assert
            .ThrowsAsync<ProviderRefusedException>(() =>
                ToolProcess.RunAsync("/bin/sh", ["-c", "yes"], ReadOnlyMemory<byte>.Empty, 1 << 20, TimeSpan.FromSeconds(60), Token)
            )
            .WaitAsync(TimeSpan.FromSeconds(20), Token);

        Assert.Equal(FailureCode.TooLarge, thrown.Failure.Code);
    }

    [Theory]
    [InlineData("fr", "fra")]
    [InlineData("en", "eng")]
    [InlineData("", "fra+eng")]
    public void The_language_decides_what_is_read_with(string language, string languages)
    {
        Assert.Equal(languages, TesseractRecognizer.LanguagesFor(language, ["eng", "fra", "osd"]));
        Assert.Equal("eng", TesseractRecognizer.LanguagesFor(language, ["eng"]));
    }

    [Fact]
    public async Task A_scan_in_a_folder_becomes_searchable_with_its_page_and_a_highlight()
    {
        using var folder = new TemporaryFolder();
        var mixed = Path.Combine(folder.Path, "scan.pdf");
        await File.WriteAllBytesAsync(mixed, ScannedPdf.Create(Pages[0], Pages[1]), Token);
        await using var host = await PipelineHost.CreateAsync(
            postgres,
            settings: new RagPySettings { Recognition = "tesseract" },
            extra: services =>
            {
                services.AddSingleton<IPageTextExtractor>(new ExtractorProcess(ExtractorOptions.From(new RagPySettings())));
                services.AddSingleton<SourceOpener>(SourceFactory.Open);
            }
        );
        await host.Worker.StartAsync(Token);

        var task = await host.Tasks.StartAsync(host.ProjectId, host.PersonId, folder.Path, null, Token);
        var progress = await host.WaitAsync(task.Id);

        Assert.Equal((1, 0), (progress.Done, progress.Failed));
        var request = new SearchRequest { Query = "bridges over the river", Mode = SearchMode.Sparse };
        var hit = Assert.Single((await host.Get<SearchService>().SearchAsync(host.ProjectId, request, Token)).Hits);
        Assert.Equal(2, hit.PageIndex);
        Assert.NotEmpty(hit.Quote.Highlights.SelectMany(highlight => highlight.Quads));
    }
}
