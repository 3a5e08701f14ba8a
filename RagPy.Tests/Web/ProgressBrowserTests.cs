using Microsoft.Playwright;
using RagPy.Core.Pipeline;
using RagPy.Tests.Api;
using Xunit;

namespace RagPy.Tests.Web;

/// <summary>What a person sees and does while documents are at work, in a real browser, with a worker whose files take as long as the test wants.</summary>
[Trait("Category", "slow")]
public sealed class ProgressBrowserTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const float Patience = 60_000;

    private ApiHost _host = null!;
    private Browser _browser = null!;

    public async ValueTask InitializeAsync()
    {
        _browser = await Browser.LaunchAsync();
        _host = await ApiHost.CreateAsync(postgres);
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_run_is_cancelled_and_taken_up_again()
    {
        var project = await StartAsync(("slow.pdf", "WAIT for the tide."), ("quick.pdf", "Oakum seals the planks."));
        var page = await _browser.NewPageAsync(_host.Address, "en-GB", hasScripts: true);
        await page.GotoAsync($"/projects/{project}");
        await _host.Extractor.Waiting;
        await Expect(page, "[data-progress] [data-stage=done] b").ToHaveTextAsync("1", new() { Timeout = Patience });
        await Expect(page, "[data-progress] [data-stage=extract] b").ToHaveTextAsync("1");

        await page.GetByRole(AriaRole.Button, new() { Name = "Stop" }).ClickAsync();
        await Expect(page, ".document[data-state=indexed]").ToHaveCountAsync(1, new() { Timeout = Patience });
        await Expect(page, "[data-progress]").ToHaveCountAsync(0, new() { Timeout = Patience });
        await Expect(page, "[data-session]").ToContainTextAsync("stopped", new() { IgnoreCase = true });

        _host.Extractor.Release();
        await page.GetByRole(AriaRole.Button, new() { Name = "Try the failed ones again" }).ClickAsync();
        await Expect(page, ".document[data-state=indexed]").ToHaveCountAsync(2, new() { Timeout = Patience });
    }

    [Fact]
    public async Task What_failed_is_tried_again_at_a_click()
    {
        _host.Extractor.Errors.Enqueue(new DocumentFailedException(FailureCode.Timeout, "A page took too long."));
        var project = await StartAsync(("storm.pdf", "THROW a line ashore."));
        var page = await _browser.NewPageAsync(_host.Address, "fr-FR", hasScripts: true);
        await page.GotoAsync($"/projects/{project}");
        await Expect(page, ".document[data-state=failed]").ToHaveCountAsync(1, new() { Timeout = Patience });

        await page.GetByRole(AriaRole.Button, new() { Name = "Réessayer les échecs" }).ClickAsync();
        await Expect(page, ".document[data-state=indexed]").ToHaveCountAsync(1, new() { Timeout = Patience });
        await Expect(page, ".document[data-state=failed]").ToHaveCountAsync(0);
    }

    [Fact]
    public async Task The_page_goes_on_through_another_replica_when_its_own_is_gone()
    {
        await using var second = _host.Second();
        await using var relay = new CuttableRelay(_host.Address);
        var project = await StartAsync(("slow.pdf", "WAIT for the tide."), ("quick.pdf", "Oakum seals the planks."));
        var page = await _browser.NewPageAsync(relay.Address, "en-GB", hasScripts: true);
        await page.GotoAsync($"/projects/{project}");
        await Expect(page, "[data-progress] [data-stage=done] b").ToHaveTextAsync("1", new() { Timeout = Patience });

        relay.Cut();
        await Expect(page, "[data-figure=rate]").ToContainTextAsync("connection", new() { IgnoreCase = true, Timeout = Patience });
        _host.Extractor.Release();
        relay.GoOnWith(second.Address);

        await Expect(page, "[data-progress]").ToHaveCountAsync(0, new() { Timeout = Patience });
        await Expect(page, ".document[data-state=indexed]").ToHaveCountAsync(2);
    }

    private async Task<long> StartAsync(params (string Name, string Text)[] files)
    {
        var project = await _host.Client.NewProjectAsync();
        using var answer = await _host.Client.UploadAsync(project, [.. files.Select(f => (f.Name, ApiCalls.Pdf(f.Text)))]);
        answer.EnsureSuccessStatusCode();
        return project;
    }

    private static ILocatorAssertions Expect(IPage page, string selector) => Assertions.Expect(page.Locator(selector));
}
