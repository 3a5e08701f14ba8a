using System.IO.Compression;
using System.Text;
using RagPy.Core.Sources;
using Xunit;

namespace RagPy.Tests.Sources;

/// <summary>A temporary folder in which a test lays out a library.</summary>
public sealed class LibraryFolder : IAsyncDisposable
{
    private readonly DirectoryInfo _parent = Directory.CreateTempSubdirectory("ragpy-test-");

    private readonly List<ISource> _sources = [];

    public LibraryFolder() => Root = Directory.CreateDirectory(Path.Combine(_parent.FullName, "library")).FullName;

    /// <summary>The folder.</summary>
    public string Root { get; }

    /// <summary>Something outside the folder, on the same disk.</summary>
    public string Outside => _parent.FullName;

    /// <summary>Bytes that pass for a PDF where nobody parses them.</summary>
    public static byte[] Pdf(string text) => Encoding.UTF8.GetBytes("%PDF-1.7\n% " + text + "\n%%EOF\n");

    public LibraryFolder Write(string path, byte[] content)
    {
        var full = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllBytes(full, content);

        return this;
    }

    public LibraryFolder Write(string path, string content) => Write(path, Encoding.UTF8.GetBytes(content));

    /// <summary>Writes a PDF that differs from every other by its path.</summary>
    public LibraryFolder WritePdf(string path) => Write(path, Pdf(path));

    /// <summary>Packs the folder; <paramref name="prefix"/> goes before each name.</summary>
    public string Zip(string prefix = "")
    {
        var zip = Path.Combine(_parent.FullName, Guid.NewGuid().ToString("N") + ".zip");
        using var archive = ZipFile.Open(zip, ZipArchiveMode.Create);
        foreach (var file in Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            archive.CreateEntryFromFile(file, prefix + Path.GetRelativePath(Root, file).Replace('\\', '/'));
        }

        return zip;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var source in _sources)
        {
            await source.DisposeAsync();
        }

        _parent.Delete(recursive: true);
    }

    /// <summary>Everything that a location yields; the files can be opened as long as this folder is there.</summary>
    public async Task<List<SourceDocument>> ReadAsync(string location, SourceOptions? options = null)
    {
        var source = SourceFactory.Open(location, options ?? SourceOptions.Local);
        _sources.Add(source);

        return await source.ReadAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The bytes of a document's file.</summary>
    public static async Task<byte[]> BytesAsync(SourceDocument document)
    {
        await using var stream = await document.File!.OpenAsync(TestContext.Current.CancellationToken);
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy, TestContext.Current.CancellationToken);

        return copy.ToArray();
    }
}
