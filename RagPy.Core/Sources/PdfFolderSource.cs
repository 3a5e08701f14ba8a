using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using RagPy.Core.Pipeline;

namespace RagPy.Core.Sources;

/// <summary>
/// Loose PDFs of a folder and its sub-folders, or of a ZIP: each is a document titled by its name and identified by its bytes, so that a file
/// renamed, moved or there twice is the same document.
/// </summary>
/// <param name="tree">The files; disposed with the source.</param>
/// <param name="hashes">Hashes of files that need not be read again; null to read all.</param>
/// <param name="only">Path of the one file to read; null for all.</param>
internal sealed class PdfFolderSource(IFileTree tree, IKnownHashes? hashes = null, string? only = null) : ISource
{
    private const string Pdf = "application/pdf";

    public string Kind => "pdf-folder";

    /// <summary>Paths of the PDFs in a tree by their names, folder by folder, without hidden ones and what macOS adds to archives.</summary>
    public static IEnumerable<string> Find(IFileTree tree)
    {
        var pending = new Stack<string>([""]);
        while (pending.TryPop(out var folder))
        {
            if (tree.List(folder) is not { } listing)
            {
                continue;
            }

            foreach (var name in listing.Files.Where(name => IsVisible(name) && name.EndsWith(".pdf", StringComparison.OrdinalIgnoreCase)))
            {
                yield return PathMatcher.Join(folder, name);
            }

            foreach (var name in listing.Directories.Reverse().Where(IsVisible))
            {
                pending.Push(PathMatcher.Join(folder, name));
            }
        }
    }

    /// <summary>Whether a file or folder is meant for people.</summary>
    public static bool IsVisible(string name) => !name.StartsWith('.') && name != "__MACOSX";

    public async IAsyncEnumerable<SourceDocument> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in only is null ? Find(tree) : [only])
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (tree.Find(path) is not { } file)
            {
                // Removed since it was listed, or a link that leads outside.
                continue;
            }

            var document = await ReadAsync(file, cancellationToken);
            if (seen.Add(document.Key))
            {
                yield return document;
            }
        }
    }

    public ValueTask DisposeAsync() => tree.DisposeAsync();

    private async Task<SourceDocument> ReadAsync(TreeFile file, CancellationToken cancellationToken)
    {
        try
        {
            return Document("sha256:" + await HashAsync(file, cancellationToken), file, null);
        }
        catch (DocumentFailedException e)
        {
            return Document("path:" + file.Path, file, e.Failure);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Document(
                "path:" + file.Path,
                file,
                new Failure(FailureCode.MissingFile, $"'{file.Path}' cannot be opened: {e.Message}")
            );
        }
    }

    private async Task<string> HashAsync(TreeFile file, CancellationToken cancellationToken)
    {
        if (file.Stamp is { } stamp && hashes?.Find(stamp) is { } known)
        {
            return known;
        }

        await using var stream = file.Open();
        var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken));
        if (file.Stamp is not null)
        {
            hashes?.Add(file.Stamp, hash);
        }

        return hash;
    }

    private static SourceDocument Document(string key, TreeFile file, Failure? failure)
    {
        var item = new SourceItem
        {
            Key = key,
            Type = "document",
            Title = UnicodeText.WellFormed(Path.GetFileNameWithoutExtension(file.Name)).Trim(),
        };

        return new SourceDocument(key, item, failure is null ? file.ToSourceFile(Pdf) : null, failure, file.Name, file.Path);
    }
}
