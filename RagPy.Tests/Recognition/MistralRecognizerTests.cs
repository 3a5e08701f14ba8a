using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using RagPy.Core.Extraction;
using RagPy.Core.Extraction.Recognition;
using RagPy.Core.Pipeline;
using RagPy.Core.Providers;
using RagPy.Core.Settings;
using RagPy.Tests.Simulators;
using Xunit;

namespace RagPy.Tests.Recognition;

/// <summary>Mistral's OCR, by a simulator whose exchanges are checked against the published OpenAPI document.</summary>
public sealed class MistralRecognizerTests : PageRecognizerConformance
{
    private readonly MistralOcrSimulator _simulator = new();
    private ServiceProvider _services = null!;

    private protected override IPageRecognizer Engine => _services.GetRequiredService<MistralRecognizer>();

    private RagPySettings Settings => new() { MistralApiKey = MistralOcrSimulator.Key, MistralApiBaseUrl = _simulator.Address.ToString() };

    public override async ValueTask InitializeAsync()
    {
        await _simulator.StartAsync();
        _services = CreateServices(Settings);
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _simulator.DisposeAsync();
        await base.DisposeAsync();
    }

    private protected override byte[] CreateFile(string[][] pages) =>
        Encoding.UTF8.GetBytes(string.Join('\f', pages.Select(lines => string.Join('\n', lines))));

    [Fact]
    public async Task A_small_file_of_one_call_goes_within_it_and_nothing_is_uploaded()
    {
        await using (var work = Engine.Open(Job(2, 4)))
        {
            await work.ReadAsync([2, 4], Token);
        }

        var request = JsonDocument.Parse(Assert.Single(_simulator.Exchanges).RequestBody).RootElement;
        Assert.Equal([1, 3], request.GetProperty("pages").EnumerateArray().Select(page => page.GetInt32()));
        Assert.Equal("document_url", request.GetProperty("document").GetProperty("type").GetString());
        CheckContract();
    }

    [Fact]
    public async Task A_file_of_several_calls_is_uploaded_once_and_deleted_at_the_end()
    {
        await using (var work = Engine.Open(Job(1, 2, 3, 4)))
        {
            await Task.WhenAll(work.ReadAsync([1, 2], Token), work.ReadAsync([3], Token), work.ReadAsync([4], Token));
            Assert.Single(_simulator.Files);
        }

        Assert.Empty(_simulator.Files);
        Assert.Equal(1, _simulator.Uploads);
        Assert.Equal(4, _simulator.Billed.Count);
        CheckContract();
    }

    [Fact]
    public async Task An_uploaded_file_is_deleted_when_reading_it_failed_and_kept_only_when_that_is_asked_for()
    {
        _simulator.Refused = "bridges";
        await using (var work = Engine.Open(Job(1, 2, 3, 4)))
        {
            await work.ReadAsync([1], Token);
            await Assert.ThrowsAsync<ProviderRefusedException>(() => work.ReadAsync([2], Token));
        }

        Assert.Empty(_simulator.Files);

        await using var services = CreateServices(Settings with { MistralDeleteUploadedFile = false });
        await using (var work = services.GetRequiredService<MistralRecognizer>().Open(Job(1, 2, 3, 4)))
        {
            await work.ReadAsync([1], Token);
        }

        Assert.Single(_simulator.Files);
    }

    [Fact]
    public async Task A_file_above_a_limit_is_sent_in_parts_of_the_pages_wanted()
    {
        Assert.SkipUnless(
            InstalledPrograms.Find("pdfunite") is not null && InstalledPrograms.Find("pdftotext") is not null,
            "poppler is not installed."
        );
        var pdf = new Extractor.TestPdf();
        for (var page = 1; page <= 1001; page++)
        {
            pdf.Lines((72, 700, 14, $"This is leaf {page}."));
        }

        await File.WriteAllBytesAsync(FilePath, pdf.ToBytes(), Token);
        _simulator.PagesOf = PopplerText;
        var job = Job(7, 1001) with { PageCount = 1001 };

        await using (var work = Engine.Open(job))
        {
            var pages = (await work.ReadAsync([7, 1001], Token)).Pages;
            Assert.Equal([(7, "This is leaf 7."), (1001, "This is leaf 1001.")], pages.Select(page => (page.Index, page.Text)));
        }

        Assert.Empty(_simulator.Files);
        CheckContract();
    }

    [Fact]
    public async Task Headings_and_references_are_marked_with_blocks_and_without()
    {
        await File.WriteAllTextAsync(FilePath, "HEAD 12\n\n# Lenses\n\nText.\n\n[1] Marsh 2016.", Token);
        await using var work = Engine.Open(Job(1));

        var withBlocks = Assert.Single((await work.ReadAsync([1], Token)).Pages);
        _simulator.HasBlocks = false;
        var without = Assert.Single((await work.ReadAsync([1], Token)).Pages);

        Assert.Equal([RegionKind.Furniture, RegionKind.Heading, RegionKind.References], withBlocks.Regions.Select(region => region.Kind));
        Assert.Equal([RegionKind.Heading], without.Regions.Select(region => region.Kind));
        Assert.Equal("Lenses", without.Text[without.Regions[0].Start..without.Regions[0].End]);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(429)]
    public async Task A_trouble_that_passes_is_not_noticed(int status)
    {
        _simulator.Faults.Add(Fault.WithStatus(status));
        await using var work = Engine.Open(Job(1));

        Assert.Single((await work.ReadAsync([1], Token)).Pages);

        Assert.Equal(1, Assert.Single(_simulator.Billed).Value);
    }

    [Fact]
    public async Task A_cut_connection_and_a_broken_answer_are_tried_again()
    {
        _simulator.Faults.Add(Fault.Cut);
        _simulator.Faults.Add(Fault.Truncated);
        await using var work = Engine.Open(Job(1));

        Assert.Contains("lighthouse", (await work.ReadAsync([1], Token)).Pages[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_without_one_of_the_pages_is_never_taken()
    {
        _simulator.Forgotten = "bridges";
        await using var work = Engine.Open(Job(1, 2));

        await Assert.ThrowsAsync<TransientFailureException>(() => work.ReadAsync([1, 2], Token));
    }

    [Fact]
    public async Task A_wrong_key_ends_it_at_once()
    {
        await using var services = CreateServices(Settings with { MistralApiKey = "wrong" });
        await using var work = services.GetRequiredService<MistralRecognizer>().Open(Job(1));

        var thrown = await Assert.ThrowsAsync<DocumentFailedException>(() => work.ReadAsync([1], Token));

        Assert.Equal(FailureCode.ProviderAuth, thrown.Failure.Code);
        Assert.Single(_simulator.Exchanges);
    }

    [Fact]
    public async Task Without_a_key_it_says_what_to_set()
    {
        await using var services = CreateServices(new RagPySettings());

        var state = await services.GetRequiredService<MistralRecognizer>().GetStateAsync(Token);

        Assert.Contains("MISTRAL_API_KEY", state.Problem, StringComparison.Ordinal);
    }

    private void CheckContract()
    {
        // Deletion is in the API reference and not in the published document.
        if (ApiContract.Find("mistral-subset.openapi.json") is { } contract)
        {
            Assert.Empty(contract.Check(_simulator.Exchanges, exchange => exchange.Method != "DELETE"));
        }
    }

    private static string[] PopplerText(byte[] pdf)
    {
        var path = Path.GetTempFileName();
        File.WriteAllBytes(path, pdf);
        var info = new System.Diagnostics.ProcessStartInfo("pdftotext", [path, "-"]) { RedirectStandardOutput = true };
        using var process = System.Diagnostics.Process.Start(info)!;
        var text = process.StandardOutput.ReadToEnd();
        File.Delete(path);
        return [.. text.TrimEnd('\f').Split('\f').Select(page => page.Trim())];
    }

    private static ServiceProvider CreateServices(RagPySettings settings)
    {
        var services = new ServiceCollection();
        services.AddSingleton(settings);
        services.AddLogging();
        services.AddSingleton(TestWaits.Short);
        services.AddRagPyProviders();
        services.AddSingleton<MistralRecognizer>();
        return services.BuildServiceProvider();
    }
}
