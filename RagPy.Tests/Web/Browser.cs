using Microsoft.Playwright;
using Xunit;

namespace RagPy.Tests.Web;

/// <summary>Chromium as the machine has it, driven by Playwright; nothing is downloaded.</summary>
internal sealed class Browser : IAsyncDisposable
{
    /// <summary>Names another browser program.</summary>
    private const string Variable = "RAGPY_TEST_CHROMIUM";

    private static readonly string[] s_places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Browser(IPlaywright playwright, IBrowser browser) => (_playwright, _browser) = (playwright, browser);

    /// <summary>Starts the browser, or skips the test where there is none.</summary>
    public static async Task<Browser> LaunchAsync()
    {
        var program = Environment.GetEnvironmentVariable(Variable) ?? s_places.FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null, $"No Chromium: install it (apt-get install chromium), or name one in {Variable}.");
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(
            new()
            {
                ExecutablePath = program,
                Args =
                [
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-quic",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                ],
            }
        );
        return new Browser(playwright, browser);
    }

    /// <summary>A page of a visitor who was never there before.</summary>
    public async Task<IPage> NewPageAsync(Uri address, string locale, bool hasScripts)
    {
        var context = await _browser.NewContextAsync(
            new()
            {
                BaseURL = address.ToString(),
                Locale = locale,
                JavaScriptEnabled = hasScripts,
                ViewportSize = new() { Width = 1280, Height = 860 },
            }
        );
        return await context.NewPageAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
