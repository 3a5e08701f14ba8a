using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using RagPy.Core.Extraction;
using RagPy.Core.Extraction.Recognition;
using RagPy.Core.Pipeline;
using RagPy.Core.Providers;
using RagPy.Core.Settings;
using RagPy.Tests.Extractor;
using RagPy.Tests.Simulators;
using Xunit;

namespace RagPy.Tests.Recognition;

/// <summary>A vision model, by the simulator of OpenAI: it is shown pages that poppler rendered, and says what the test lets it say.</summary>
public sealed class VisionRecognizerTests : PageRecognizerConformance
{
    private readonly OpenAISimulator _simulator = new();
    private ServiceProvider _services = null!;

    private protected override IPageRecognizer Engine => _services.GetRequiredService<VisionRecognizer>();

    private RagPySettings Settings => new() { OpenAIApiKey = OpenAISimulator.Key, OpenAIBaseUrl = $"{_simulator.Address}v1" };

    public override async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(RecognitionSummary.RenderingProblem is null, "poppler is not installed.");
        await _simulator.StartAsync();
        _simulator.Chat.Reply = request => new SimulatedReply(Says(request));
        _services = CreateServices(Settings);
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await _simulator.DisposeAsync();
        if (_services is not null)
        {
            await _services.DisposeAsync();
        }

        await base.DisposeAsync();
    }

    private protected override byte[] CreateFile(string[][] pages)
    {
        var pdf = new TestPdf();
        foreach (var lines in pages)
        {
            pdf.Lines([.. lines.Select((line, i) => (72f, 700f - (i * 24f), 14f, line))]);
        }

        return pdf.ToBytes();
    }

    [Fact]
    public async Task A_page_is_shown_as_a_png_of_the_resolution_asked_for_with_the_instruction_and_its_number()
    {
        await using var services = CreateServices(
            Settings with
            {
                OpenAIOcrPrompt = "Read it.",
                OpenAIOcrRenderScale = 1.5,
                OpenAIOcrMaxTokens = 777,
                OpenAIOcrModel = "a-model",
            }
        );
        await using var work = services.GetRequiredService<VisionRecognizer>().Open(Job(2));

        await work.ReadAsync([2], Token);

        var request = Assert.Single(_simulator.Chat.Requests);
        Assert.Equal("a-model", request.GetProperty("model").GetString());
        Assert.Equal("Read it.\nPage 2.", SimulatedChat.AskedIn(request));
        Assert.Contains("777", request.GetRawText(), StringComparison.Ordinal);
        var image = ImageIn(request);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], image[..4]);
        // Width and height stand behind the header of the first chunk (PNG specification §11.2.2): 612 × 792 points at 1.5 pixels a point.
        Assert.Equal((918, 1188), (BigEndian(image, 16), BigEndian(image, 20)));
    }

    [Fact]
    public async Task An_answer_that_was_cut_off_is_not_taken_and_still_counted()
    {
        _simulator.Chat.Reply = _ => new SimulatedReply("The lighthouse has", Finish: "length");
        await using var work = Engine.Open(Job(1));

        var answer = await work.ReadAsync([1], Token);

        Assert.Empty(answer.Pages);
        Assert.Contains("OPENAI_OCR_MAX_TOKENS", answer.Refused[1].Reason, StringComparison.Ordinal);
        Assert.True(answer is { InputTokens: > 0, OutputTokens: > 0, Provider: "openai" });
    }

    [Fact]
    public async Task A_refusal_is_not_taken_for_text()
    {
        _simulator.Chat.Reply = _ => new SimulatedReply("", Refusal: "I cannot help with that.");
        await using var work = Engine.Open(Job(1));

        Assert.Equal(FailureCode.ProviderError, (await work.ReadAsync([1], Token)).Refused[1].Code);
    }

    [Fact]
    public async Task A_code_fence_around_the_answer_is_taken_off_and_headings_are_noted()
    {
        _simulator.Chat.Reply = _ => new SimulatedReply("```markdown\n# Lenses\n\nText.\n```");
        await using var work = Engine.Open(Job(1));

        var page = Assert.Single((await work.ReadAsync([1], Token)).Pages);

        Assert.Equal("Lenses\n\nText.", page.Text);
        Assert.Equal(RegionKind.Heading, Assert.Single(page.Regions).Kind);
    }

    [Fact]
    public async Task Without_a_key_it_says_what_to_set()
    {
        await using var services = CreateServices(new RagPySettings());

        var state = await services.GetRequiredService<VisionRecognizer>().GetStateAsync(Token);

        Assert.Contains("OPENAI_API_KEY", state.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_so_many_pages_of_a_file_as_the_setting_says_are_its_to_read()
    {
        Assert.Equal(10, Engine.MaxPages);
        await using var services = CreateServices(Settings with { OpenAIOcrMaxPages = 0 });
        Assert.Equal(int.MaxValue, services.GetRequiredService<VisionRecognizer>().MaxPages);
    }

    /// <summary>What is on the page whose number the question ends with.</summary>
    private static string Says(JsonElement request)
    {
        var number = SimulatedChat.AskedIn(request).Split("Page ")[^1].TrimEnd('.');
        var lines = Pages[int.Parse(number, System.Globalization.CultureInfo.InvariantCulture) - 1];
        return lines.Length == 0 ? "[page vide]" : string.Join('\n', lines);
    }

    private static byte[] ImageIn(JsonElement request)
    {
        var content = request.GetProperty("messages").EnumerateArray().Last().GetProperty("content");
        var image = content.EnumerateArray().Single(part => part.GetProperty("type").GetString() == "image_url");
        var address = image.GetProperty("image_url").GetProperty("url").GetString()!;
        const string prefix = "data:image/png;base64,";
        Assert.StartsWith(prefix, address, StringComparison.Ordinal);
        return Convert.FromBase64String(address[prefix.Length..]);
    }

    private static int BigEndian(byte[] bytes, int at) => System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at));

    private static ServiceProvider CreateServices(RagPySettings settings)
    {
        var services = new ServiceCollection();
        services.AddSingleton(settings);
        services.AddLogging();
        services.AddSingleton(TestWaits.Short);
        services.AddRagPyProviders();
        services.AddSingleton<VisionRecognizer>();
        return services.BuildServiceProvider();
    }
}
