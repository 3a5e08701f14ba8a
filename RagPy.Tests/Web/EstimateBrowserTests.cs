using Microsoft.Playwright;
using RagPy.Tests.Api;
using RagPy.Tests.Simulators;
using Xunit;

namespace RagPy.Tests.Web;

/// <summary>What a person sees of a session that would cost something, before it is started, in a real browser.</summary>
[Trait("Category", "slow")]
public sealed class EstimateBrowserTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Embedder = "openai/text-embedding-3-large";
    private const float Patience = 60_000;

    private readonly OpenAISimulator _simulator = new();
    private ApiHost _host = null!;
    private Browser _browser = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _browser = await Browser.LaunchAsync();
        await _simulator.StartAsync();
        _host = await ApiHost.CreateAsync(
            postgres,
            ("OPENAI_API_KEY", OpenAISimulator.Key),
            ("OPENAI_BASE_URL", $"{_simulator.Address}v1")
        );
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        await _simulator.DisposeAsync();
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }
    }

    [Fact]
    public async Task The_estimate_is_shown_and_nothing_is_bought_until_Start_is_pressed()
    {
        var body = new { name = "priced", embedder = Embedder };
        var made = await _host.Client.SendJsonAsync(HttpMethod.Post, "/api/v1/projects", body);
        var project = made.GetProperty("id").GetInt64();
        var form = ApiCalls.Form(("tide.pdf", ApiCalls.Pdf("The tide turns at noon.")));
        form.Add(new StringContent("false"), "start");
        using var kept = await _host.Client.PostAsync($"/api/v1/projects/{project}/sessions", form, Token);
        kept.EnsureSuccessStatusCode();
        var page = await _browser.NewPageAsync(_host.Address, "en-GB", hasScripts: true);

        await page.GotoAsync($"/projects/{project}");
        var estimate = Assertions.Expect(page.Locator("[data-estimate]"));
        await estimate.ToContainTextAsync($"to embed by {Embedder}", new() { Timeout = Patience });
        await estimate.ToContainTextAsync("1 documents");
        await estimate.ToContainTextAsync("$");
        Assert.Empty(_simulator.Exchanges);

        await page.GetByRole(AriaRole.Button, new() { Name = "Start", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator(".document[data-state=indexed]")).ToHaveCountAsync(1, new() { Timeout = Patience });
        await Assertions.Expect(page.Locator("[data-estimate]")).ToHaveCountAsync(0);
        Assert.NotEmpty(_simulator.Exchanges);
    }
}
