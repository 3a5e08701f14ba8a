using RagPy.Core.Sources;
using Xunit;

namespace RagPy.Tests.Sources;

/// <summary>What every source keeps to, on a library in the mess that real ones are in.</summary>
public abstract class SourceConformanceTests : IAsyncDisposable
{
    private readonly LibraryFolder _folder = new();

    /// <summary>Lays out a library with at least two usable files and gives its location.</summary>
    protected abstract string Arrange(LibraryFolder folder);

    [Fact]
    public async Task Reading_twice_gives_the_same_documents_in_the_same_order()
    {
        await using var source = SourceFactory.Open(Arrange(_folder));

        var first = await source.ReadAsync(TestContext.Current.CancellationToken).Select(Identity).ToListAsync();
        var second = await source.ReadAsync(TestContext.Current.CancellationToken).Select(Identity).ToListAsync();

        Assert.NotEmpty(first);
        Assert.Equal(first, second);
    }

    [Fact]
    public async Task Opening_it_anew_gives_the_same_documents()
    {
        var location = Arrange(_folder);

        Assert.Equal((await _folder.ReadAsync(location)).Select(Identity), (await _folder.ReadAsync(location)).Select(Identity));
    }

    [Fact]
    public async Task Keys_are_unique_and_documents_of_an_item_share_the_item()
    {
        var documents = await _folder.ReadAsync(Arrange(_folder));

        Assert.Equal(documents.Count, documents.Select(document => document.Key).Distinct().Count());
        Assert.All(documents, document => Assert.StartsWith(document.Item.Key, document.Key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_document_has_a_file_or_a_reason_and_reasons_are_sentences()
    {
        var documents = await _folder.ReadAsync(Arrange(_folder));

        Assert.Contains(documents, document => document.File is not null);
        Assert.All(documents, document => Assert.False(document.File is not null && document.Failure is not null));
        Assert.All(
            documents.Where(document => document.Failure is not null),
            document => Assert.EndsWith(".", document.Failure!.Reason, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Files_can_be_opened_again_and_at_the_same_time()
    {
        await using var source = SourceFactory.Open(Arrange(_folder));
        var documents = await source
            .ReadAsync(TestContext.Current.CancellationToken)
            .Where(document => document.File is not null)
            .ToListAsync();

        var once = await Task.WhenAll(documents.Select(LibraryFolder.BytesAsync));
        var again = await Task.WhenAll(documents.Select(LibraryFolder.BytesAsync));

        Assert.True(documents.Count > 1);
        Assert.Equal(once, again);
        Assert.All(documents.Zip(once), pair => Assert.Equal(pair.First.File!.Length, pair.Second.Length));
    }

    [Fact]
    public async Task Reading_may_stop_after_the_first_document()
    {
        await using var source = SourceFactory.Open(Arrange(_folder));

        Assert.NotNull(await source.ReadAsync(TestContext.Current.CancellationToken).FirstAsync());
    }

    [Fact]
    public async Task A_cancelled_reading_stops()
    {
        await using var source = SourceFactory.Open(Arrange(_folder));
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await source.ReadAsync(cancellation.Token).CountAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await _folder.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private static (string, string, string, string?) Identity(SourceDocument document) =>
        (document.Key, document.Item.Title, document.FileName, document.Failure?.ToString());
}
