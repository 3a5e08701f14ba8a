using System.IO.Compression;
using Microsoft.Playwright;
using RagPy.Tests.Api;
using RagPy.Tests.Extractor;
using Xunit;

namespace RagPy.Tests.Web;

/// <summary>What a person does, in a real browser, with a worker that reads real PDFs.</summary>
[Trait("Category", "slow")]
public sealed class BrowserTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const float Patience = 60_000;

    private readonly List<string> _complaints = [];
    private ApiHost _host = null!;
    private Browser _browser = null!;

    public static TheoryData<string> Languages => new("en-GB", "fr-FR");

    public async ValueTask InitializeAsync()
    {
        _browser = await Browser.LaunchAsync();
        _host = await ApiHost.WithPdfReaderAsync(postgres);
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task A_dropped_library_is_read_searched_and_opened_at_the_marked_sentence(string locale)
    {
        var isFrench = locale.StartsWith("fr", StringComparison.Ordinal);
        var page = await OpenAsync(locale);
        await page.GotoAsync("/");
        await DropAsync(page, "Coast.zip", SampleZip());

        await page.WaitForURLAsync("**/projects/*", new() { Timeout = Patience });
        var session = page.Locator("[data-session]");
        await Assertions.Expect(session.Locator("[data-progress]")).ToHaveCountAsync(0, new() { Timeout = Patience });
        await Assertions.Expect(session.Locator(".document[data-state=failed]")).ToHaveCountAsync(1);
        await Assertions.Expect(session.Locator(".document[data-state=indexed]")).ToHaveCountAsync(9);
        await Assertions.Expect(session).ToContainTextAsync(isFrench ? "Fichier endommagé." : "The file is damaged.");

        await page.FillAsync("#q", "Keepers were forbidden to touch the prisms");
        await page.Keyboard.PressAsync("Enter");
        var first = page.Locator(".result").First;
        await Assertions.Expect(first.Locator("mark.in-quote").First).ToHaveTextAsync("Keepers", new() { IgnoreCase = true });
        await Assertions.Expect(first.Locator(".page-chip")).ToHaveTextAsync("p.\u00a0120");
        await Assertions.Expect(first.Locator(".approximate")).ToHaveTextAsync(isFrench ? "approximatif" : "approximate");
        await first.Locator(".page-chip").ClickAsync();

        await AssertMarkedAsync(page, pageIndex: 4, "Keepers were forbidden to touch the");
        await Assertions.Expect(page.Locator("[data-page-input]")).ToHaveValueAsync("120");
        await page.GetByText(isFrench ? "Retour aux résultats" : "Back to the results").ClickAsync();
        await Assertions.Expect(page.Locator(".result").First).ToBeVisibleAsync();
        Assert.Empty(_complaints);
    }

    [Theory]
    [InlineData("/Rotate 90")]
    [InlineData("/Rotate 180")]
    [InlineData("/Rotate 270")]
    [InlineData("/CropBox [50 100 560 760]")]
    [InlineData("/Rotate 90 /CropBox [50 100 560 760]")]
    [InlineData("/UserUnit 2")]
    public async Task The_mark_lies_on_its_words_on_turned_cropped_and_scaled_pages(string entries)
    {
        var project = await _host.Client.NewProjectAsync();
        var pdf = new TestPdf().Page(
            TestPdf.Line(90, 640, 14, "Nothing is said here about it.")
                + "\n"
                + TestPdf.Line(90, 420, 14, "Oakum seals the planks of a hull."),
            entries
        );
        await _host.Client.BringInAsync(project, ("turned.pdf", pdf.ToBytes()));
        var page = await OpenAsync("en-GB");
        await page.GotoAsync($"/projects/{project}/search?q=oakum");
        await page.Locator(".page-chip").First.ClickAsync();

        await AssertMarkedAsync(page, pageIndex: 1, "Oakum seals the planks of a hull.");
        Assert.Empty(_complaints);
    }

    [Fact]
    public async Task A_dropped_folder_is_packed_and_brought_in()
    {
        var page = await OpenAsync("en-GB");
        await page.GotoAsync("/");
        await page.SetInputFilesAsync("[data-drop-folder]", Path.Combine(Repository.Root, "samples", "library"));

        await page.WaitForURLAsync("**/projects/*", new() { Timeout = Patience });
        await Assertions.Expect(page.Locator("[data-progress]")).ToHaveCountAsync(0, new() { Timeout = Patience });
        await Assertions.Expect(page.Locator(".document[data-state=indexed]")).ToHaveCountAsync(9);
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("library");
        Assert.Empty(_complaints);
    }

    [Fact]
    public async Task What_is_no_library_is_refused_in_words()
    {
        var page = await OpenAsync("fr-FR");
        await page.GotoAsync("/");
        await DropAsync(page, "notes.txt", "Buy flour."u8.ToArray());
        await Assertions.Expect(page.Locator("[data-upload-problem]")).ToContainTextAsync("Il n’y a ni PDF, ni CSV, ni export Zotero");

        await DropAsync(page, "fake.zip", "This is no archive."u8.ToArray());
        await Assertions
            .Expect(page.Locator("[data-upload-problem]"))
            .Not.ToContainTextAsync("Il n’y a ni PDF,", new() { Timeout = Patience });
        await Assertions.Expect(page.Locator("[data-upload-problem]")).ToBeVisibleAsync(new() { Timeout = Patience });
    }

    [Fact]
    public async Task Searching_and_reading_lists_need_no_script()
    {
        var project = await _host.Client.NewProjectAsync();
        await _host.Client.BringInAsync(
            project,
            ("plain.pdf", new TestPdf().Lines((72, 700, 12, "Oakum seals the planks of a hull.")).ToBytes())
        );
        var page = await OpenAsync("en-GB", hasScripts: false);
        await page.GotoAsync($"/projects/{project}");
        await page.Locator(".tabs a").Last.ClickAsync();
        await Assertions.Expect(page.Locator(".empty")).ToBeVisibleAsync();
        await page.GotoAsync($"/projects/{project}");
        await page.FillAsync("#q", "oakum");
        await page.Locator(".search .button").ClickAsync();

        await Assertions.Expect(page.Locator(".result mark").First).ToHaveTextAsync("Oakum");
        await page.Locator(".cite summary").First.ClickAsync();
        await Assertions.Expect(page.Locator(".cite-text").First).ToContainTextAsync("p. 1");
    }

    [Fact]
    public async Task The_keyboard_reaches_the_content_and_turns_pages()
    {
        var project = await _host.Client.NewProjectAsync();
        var pdf = new TestPdf()
            .Lines((72, 700, 12, "Oakum seals the planks."))
            .Lines((72, 700, 12, "Tar follows it."))
            .Lines((72, 700, 12, "Then paint."));
        await _host.Client.BringInAsync(project, ("three.pdf", pdf.ToBytes()));
        var page = await OpenAsync("en-GB");
        await page.GotoAsync($"/projects/{project}/search?q=tar");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        Assert.Equal("main", await page.EvaluateAsync<string>("document.activeElement.id"));

        await page.Locator(".page-chip").First.ClickAsync();
        await page.Locator(".pdf-page[data-drawn]").First.WaitForAsync();
        await page.Locator("[data-pages]").FocusAsync();
        await Assertions.Expect(page.Locator("[data-page-of]")).ToHaveTextAsync("(2 of 3)");
        await page.Keyboard.PressAsync("n");
        await Assertions.Expect(page.Locator("[data-page-of]")).ToHaveTextAsync("(3 of 3)");
        await page.Keyboard.PressAsync("p");
        await page.Keyboard.PressAsync("p");
        await Assertions.Expect(page.Locator("[data-page-of]")).ToHaveTextAsync("(1 of 3)");
        Assert.Empty(_complaints);
    }

    private async Task<IPage> OpenAsync(string locale, bool hasScripts = true)
    {
        var page = await _browser.NewPageAsync(_host.Address, locale, hasScripts);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                _complaints.Add(message.Text);
            }
        };
        page.PageError += (_, error) => _complaints.Add(error);
        return page;
    }

    /// <summary>Drops a file onto the page, as a file manager would.</summary>
    private static async Task DropAsync(IPage page, string name, byte[] content)
    {
        await page.WaitForFunctionAsync("document.querySelector('[data-theme-switch]')?.hidden === false");
        // The part that takes drops is fetched when the page is there.
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        await page.EvaluateAsync(
            """
            ([name, base64]) => {
              const data = new DataTransfer();
              data.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name));
              const drop = document.querySelector(".drop-area");
              for (const type of ["dragenter", "dragover", "drop"]) {
                drop.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
              }
            }
            """,
            new[] { name, Convert.ToBase64String(content) }
        );
    }

    /// <summary>Checks that the page is drawn, that a mark is in sight, and that the words under the marks are those of the sentence.</summary>
    private static async Task AssertMarkedAsync(IPage page, int pageIndex, string beginning)
    {
        var shown = page.Locator($"#page-{pageIndex}");
        await shown.And(page.Locator("[data-drawn]")).WaitForAsync(new() { Timeout = Patience });
        await Assertions.Expect(shown.Locator(".pdf-highlights i").First).ToBeInViewportAsync();
        var words = await page.EvaluateAsync<string>(
            """
            (page) => {
              const boxes = [...page.querySelectorAll(".pdf-highlights i")].map((i) => i.getBoundingClientRect());
              const isMarked = (r) => boxes.some((b) =>
                r.left + r.width / 2 > b.left && r.left + r.width / 2 < b.right && r.top + r.height / 2 > b.top && r.top + r.height / 2 < b.bottom);
              let text = "";
              const walker = document.createTreeWalker(page.querySelector(".textLayer"), NodeFilter.SHOW_TEXT);
              while (walker.nextNode()) {
                const range = document.createRange();
                for (const match of walker.currentNode.data.matchAll(/\S+/g)) {
                  range.setStart(walker.currentNode, match.index);
                  range.setEnd(walker.currentNode, match.index + match[0].length);
                  if (isMarked(range.getBoundingClientRect())) text += match[0] + " ";
                }
              }
              return text;
            }
            """,
            await shown.ElementHandleAsync()
        );
        Assert.StartsWith(beginning, words, StringComparison.Ordinal);
    }

    private static byte[] SampleZip()
    {
        using var archive = new MemoryStream();
        ZipFile.CreateFromDirectory(Path.Combine(Repository.Root, "samples", "library"), archive);
        return archive.ToArray();
    }
}
