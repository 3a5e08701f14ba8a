using RagPy.Core.Sources.Chunks;
using RagPy.Core.Sources.Csv;
using RagPy.Core.Zotero;

namespace RagPy.Core.Sources;

/// <summary>Decides by content, then by name, what a file or folder is.</summary>
internal static class SourceDetector
{
    /// <summary>What may be given, for messages.</summary>
    public const string Accepted =
        "a Zotero export with files (ZIP, folder or its JSON), Zotero's data directory (the folder of zotero.sqlite), a CSV of texts, a chunk file of the original (output_chunks.json, with or without embeddings), a folder of PDFs, or a PDF";

    /// <summary>Beginnings of the names of the pipeline's own outputs, which are JSON arrays as well.</summary>
    private static readonly string[] s_outputs = ["output_", "output.", "generated_"];

    /// <summary>Folders of attachments, where no export lies.</summary>
    private static readonly HashSet<string> s_attachmentFolders = new(["files", "storage"], StringComparer.OrdinalIgnoreCase);

    public static ISource OpenFolder(string location, SourceOptions options)
    {
        if (HasDatabase(location))
        {
            return new ZoteroDataDirectorySource(location, options.AllowOutsidePaths);
        }

        var tree = new FolderTree(location, options.AllowOutsidePaths);
        if (Exports(tree, "").Count == 0 && DataDirectoryIn(location) is { } dataDirectory)
        {
            return new ZoteroDataDirectorySource(dataDirectory, options.AllowOutsidePaths);
        }

        return OpenTree(tree, options, options.AllowOutsidePaths)
            ?? throw new SourceException(
                $"'{tree.Location}' holds neither a Zotero export in JSON, nor zotero.sqlite, nor a PDF, nor a chunk file, nor a CSV{Hint(tree)}. Give {Accepted}."
            );
    }

    public static ISource OpenFile(string location, SourceOptions options)
    {
        var full = Path.GetFullPath(location);
        var head = Head(full);
        if (head.StartsWith("PK\u0003\u0004"u8) || head.StartsWith("PK\u0005\u0006"u8))
        {
            return OpenZip(full, options);
        }

        var folder = Path.GetDirectoryName(full) ?? "/";
        if (head.StartsWith("SQLite format 3\0"u8))
        {
            return new ZoteroDataDirectorySource(folder, options.AllowOutsidePaths, Path.GetFileName(full));
        }

        var tree = new FolderTree(folder, options.AllowOutsidePaths);
        var extension = Path.GetExtension(full).ToLowerInvariant();
        if (extension == ".pdf" || head.AsSpan().IndexOf("%PDF-"u8) >= 0)
        {
            return new PdfFolderSource(tree, options.Hashes, Path.GetFileName(full));
        }

        if (extension == ".json" && tree.Find(Path.GetFileName(full)) is { } json)
        {
            return ChunkFiles.Is(json)
                ? new ChunkSource(tree, json.Path, options.Vectors)
                : new ZoteroExportSource(tree, [json], options.AllowOutsidePaths);
        }

        if (IsTable(full))
        {
            return new CsvSource(tree, Path.GetFileName(full), options.SharesRowNumbers);
        }

        throw new SourceException(
            extension switch
            {
                ".bib" or ".ris" or ".rdf" or ".enw" =>
                    $"'{location}' is in a format that does not say enough about files. Export from Zotero as 'Better BibTeX JSON' with 'Export Files' ticked.",
                _ => $"'{location}' is neither a ZIP, nor JSON, nor CSV, nor a Zotero database, nor a PDF. Give {Accepted}.",
            }
        );
    }

    private static ISource OpenZip(string full, SourceOptions options)
    {
        var tree = new ZipTree(full, options.Archive);
        try
        {
            return OpenTree(tree, options, allowOutside: false)
                ?? throw new SourceException(
                    DataFolderIn(tree)
                        ? $"'{full}' holds Zotero's data directory. Unpack it and give the folder."
                        : $"'{full}' holds neither a Zotero export in JSON, nor a PDF, nor a chunk file, nor a CSV. Give {Accepted}."
                );
        }
        catch
        {
            // Opened by this method alone; its disposal is synchronous.
            tree.Dispose();
            throw;
        }
    }

    /// <summary>An export at the root or one folder below it, else the PDFs wherever they lie, else chunks or a table at the root, else null.</summary>
    private static ISource? OpenTree(IFileTree tree, SourceOptions options, bool allowOutside)
    {
        if (Exports(tree, "") is { Count: > 0 } here)
        {
            return new ZoteroExportSource(tree, here, allowOutside);
        }

        var folders = (tree.List("")?.Directories ?? new TreeNames([]))
            .Where(name => PdfFolderSource.IsVisible(name) && !s_attachmentFolders.Contains(name))
            .Select(name => (Name: name, Exports: Exports(tree, name)))
            .Where(folder => folder.Exports.Count > 0)
            .Take(2)
            .ToList();
        if (folders.Count > 1)
        {
            throw new SourceException(
                $"'{tree.Location}' holds several exports, among them '{folders[0].Name}' and '{folders[1].Name}'. Give one of these folders."
            );
        }

        if (folders.Count == 1)
        {
            return new ZoteroExportSource(tree, folders[0].Exports, allowOutside);
        }

        if (DataFolderIn(tree))
        {
            return null;
        }

        if (PdfFolderSource.Find(tree).Any())
        {
            return new PdfFolderSource(tree, options.Hashes);
        }

        return ChunkFiles.FindAtRoot(tree) is { } chunks ? new ChunkSource(tree, chunks.Path, options.Vectors) : OpenTable(tree, options);
    }

    /// <summary>The CSV at the root of what holds neither an export nor a PDF, or null.</summary>
    private static CsvSource? OpenTable(IFileTree tree, SourceOptions options)
    {
        var tables = (tree.List("")?.Files ?? new TreeNames([]))
            .Where(name => PdfFolderSource.IsVisible(name) && IsTable(name))
            .Take(2)
            .ToList();

        return tables.Count switch
        {
            0 => null,
            1 => new CsvSource(tree, tables[0], options.SharesRowNumbers),
            _ => throw new SourceException(
                $"'{tree.Location}' holds several CSV files, among them '{tables[0]}' and '{tables[1]}'. Give one of these files."
            ),
        };
    }

    private static bool IsTable(string name) =>
        name.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".tsv", StringComparison.OrdinalIgnoreCase);

    private static bool DataFolderIn(IFileTree tree) =>
        tree.LocalRoot is null
        && tree.List("") is { } root
        && root.Directories.Prepend("")
            .Any(folder => tree.Find(PathMatcher.Join(folder, ZoteroDataDirectorySource.DatabaseName)) is not null);

    private static List<TreeFile> Exports(IFileTree tree, string folder)
    {
        var names = tree.List(folder)?.Files ?? new TreeNames([]);

        return
        [
            .. names
                .Where(name =>
                    PdfFolderSource.IsVisible(name) && name.EndsWith(".json", StringComparison.OrdinalIgnoreCase) && !IsOutput(name)
                )
                .Select(name => tree.Find(PathMatcher.Join(folder, name)))
                .OfType<TreeFile>()
                .Where(IsExport),
        ];
    }

    private static bool IsOutput(string name) => s_outputs.Any(start => name.StartsWith(start, StringComparison.OrdinalIgnoreCase));

    private static bool IsExport(TreeFile file)
    {
        using var stream = file.Open();

        return ZoteroJsonShape.IsExport(stream);
    }

    /// <summary>The data directory in a folder: <c>Zotero</c>, or the only sub-folder with a database.</summary>
    private static string? DataDirectoryIn(string location)
    {
        var named = Path.Combine(location, "Zotero");
        if (HasDatabase(named))
        {
            return named;
        }

        var options = new EnumerationOptions { IgnoreInaccessible = true };
        var found = Directory.EnumerateDirectories(location, "*", options).Where(HasDatabase).Take(2).ToList();

        return found.Count == 1 ? found[0] : null;
    }

    private static bool HasDatabase(string folder) => File.Exists(Path.Combine(folder, ZoteroDataDirectorySource.DatabaseName));

    private static string Hint(IFileTree tree)
    {
        if (tree.List("") is not { } root)
        {
            return "";
        }

        string? First(string extension) =>
            root.Files.FirstOrDefault(name => name.EndsWith(extension, StringComparison.OrdinalIgnoreCase) && !IsOutput(name));

        return First(".zip") is { } zip ? $" (there is '{zip}': give that file)"
            : First(".json") is { } json ? $" (there is '{json}', which is another program's or damaged: give that file to be told why)"
            : "";
    }

    private static byte[] Head(string full)
    {
        using var stream = FolderTree.Open(full);
        var head = new byte[1024];
        var length = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);

        return head[..length];
    }
}
