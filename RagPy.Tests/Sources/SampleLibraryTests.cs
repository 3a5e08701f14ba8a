using Xunit;

namespace RagPy.Tests.Sources;

/// <summary>The library that is shipped: README and guide rely on it.</summary>
public sealed class SampleLibraryTests : IAsyncDisposable
{
    private readonly LibraryFolder _folder = new();

    [Fact]
    public async Task The_shipped_library_reads_as_its_readme_says()
    {
        var documents = await _folder.ReadAsync(Path.Combine(RepositoryRoot(), "samples", "library"));

        Assert.Equal(9, documents.Count);
        Assert.Equal(8, documents.Count(document => document.File is not null));
        Assert.DoesNotContain(documents, document => document.Failure is not null);
        Assert.Single(documents, document => document.FileName.Length == 0);
        Assert.Contains(documents, document => document.Item.Collections.Contains("Côtes/Phares"));
    }

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "RagPy.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("The tests run within the repository.");
        }

        return folder.FullName;
    }
}
