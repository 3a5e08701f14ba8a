using RagPy.Core.Extraction;
using RagPy.Core.Extraction.Recognition;
using Xunit;

namespace RagPy.Tests.Recognition;

/// <summary>What every engine that reads pages must do; each is a class that says how it is set up.</summary>
public abstract class PageRecognizerConformance : IAsyncLifetime
{
    private protected const float Width = 612;
    private protected const float Height = 792;

    private protected static readonly string[][] Pages =
    [
        ["The lighthouse has a lens of glass.", "It turns every ten seconds."],
        ["The second page tells of bridges", "and of the river under them."],
        [],
        ["The fourth page ends the document."],
    ];

    private readonly string _path = Path.GetTempFileName();

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected string FilePath => _path;

    private protected abstract IPageRecognizer Engine { get; }

    /// <summary>A file with <see cref="Pages"/> that the engine can read.</summary>
    private protected abstract byte[] CreateFile(string[][] pages);

    public virtual async ValueTask InitializeAsync() => await File.WriteAllBytesAsync(_path, CreateFile(Pages));

    public virtual ValueTask DisposeAsync()
    {
        File.Delete(_path);
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Each_page_asked_for_comes_once_with_its_own_text()
    {
        await using var work = Engine.Open(Job(1, 2, 4));
        var pages = new List<RecognizedPage>();
        foreach (var group in new[] { 1, 2, 4 }.Chunk(Engine.PagesPerCall))
        {
            pages.AddRange((await work.ReadAsync(group, Token)).Pages);
        }

        Assert.Equal([1, 2, 4], pages.Select(page => page.Index));
        Assert.Contains("lighthouse", pages[0].Text, StringComparison.Ordinal);
        Assert.Contains("bridges", pages[1].Text, StringComparison.Ordinal);
        Assert.Contains("fourth page ends", pages[2].Text, StringComparison.Ordinal);
        Assert.All(pages, page => Assert.DoesNotContain('\r', page.Text));
    }

    [Fact]
    public async Task A_blank_page_is_empty_and_no_failure()
    {
        await using var work = Engine.Open(Job(3));

        var page = Assert.Single((await work.ReadAsync([3], Token)).Pages);

        Assert.Equal((3, "", 0), (page.Index, page.Text, page.Regions.Count));
    }

    [Fact]
    public async Task Boxes_and_regions_lie_in_the_page_and_its_text()
    {
        await using var work = Engine.Open(Job(1));

        var page = Assert.Single((await work.ReadAsync([1], Token)).Pages);

        foreach (var word in PageGeometry.Decode(page.Geometry))
        {
            Assert.True(0 <= word.Start && word.Start < word.End && word.End <= page.Text.Length);
            Assert.True(0 <= word.X0 && word.X0 < word.X1 && word.X1 <= Width && 0 <= word.Y0 && word.Y0 < word.Y1 && word.Y1 <= Height);
        }

        Assert.All(
            page.Regions,
            region => Assert.True(region.PageIndex == 1 && region.Start < region.End && region.End <= page.Text.Length)
        );
    }

    [Fact]
    public async Task Cancelling_ends_a_call_at_once()
    {
        await using var work = Engine.Open(Job(1));
        using var cancel = new CancellationTokenSource();
        var call = work.ReadAsync([1], cancel.Token);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call).WaitAsync(TimeSpan.FromSeconds(10), Token);
    }

    [Fact]
    public async Task It_has_a_version_and_can_be_used()
    {
        var state = await Engine.GetStateAsync(Token);

        Assert.Null(state.Problem);
        Assert.NotEmpty(state.Version);
    }

    private protected RecognitionJob Job(params int[] pages) =>
        new(_path, new FileInfo(_path).Length, Pages.Length, pages.ToDictionary(page => page, _ => (Width, Height)), "en", "1");
}
