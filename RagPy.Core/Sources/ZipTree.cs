using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;
using RagPy.Core.Pipeline;

namespace RagPy.Core.Sources;

/// <summary>
/// A ZIP read in place. Entries whose names are absolute, climb by <c>..</c> or are links are as if they were not there; the archive's directory
/// is held to <see cref="ArchiveLimits"/> before anything is unpacked, and each file again while it is read.
/// </summary>
internal sealed class ZipTree : IFileTree, IDisposable
{
    private const int UnixTypeMask = 0xF000;
    private const int UnixLink = 0xA000;

    private readonly string _path;
    private readonly ArchiveLimits _limits;
    private readonly Dictionary<string, int> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TreeListing> _listings = new(StringComparer.Ordinal);

    /// <summary>A ZipArchive serves one reader at a time: each open file borrows one, and its index is read only once per borrower.</summary>
    private readonly ConcurrentBag<ZipArchive> _idle = [];
    private volatile bool _disposed;

    /// <exception cref="SourceException">The file is no ZIP, damaged, or exceeds the limits.</exception>
    public ZipTree(string path, ArchiveLimits limits)
    {
        _path = Path.GetFullPath(path);
        _limits = limits;
        var archive = OpenArchive();
        _idle.Add(archive);
        try
        {
            Index(archive);
        }
        catch
        {
            archive.Dispose();
            throw;
        }
    }

    public string Location => _path;

    public string? LocalRoot => null;

    public TreeFile? Find(string path)
    {
        if (!_files.TryGetValue(path, out var index))
        {
            return null;
        }

        var archive = Borrow();
        var entry = archive.Entries[index];
        var stamp = string.Create(CultureInfo.InvariantCulture, $"{path}\n{entry.Length}\n{entry.Crc32:x8}");
        var file = new TreeFile(path, entry.Length, () => Open(index, path), stamp);
        Return(archive);

        return file;
    }

    public TreeListing? List(string directory) => _listings.GetValueOrDefault(directory);

    public ValueTask DisposeAsync()
    {
        Dispose();

        return ValueTask.CompletedTask;
    }

    public void Dispose()
    {
        _disposed = true;
        while (_idle.TryTake(out var archive))
        {
            archive.Dispose();
        }
    }

    private void Index(ZipArchive archive)
    {
        long total = 0;
        var folders = new Dictionary<string, (HashSet<string> Files, HashSet<string> Directories)>(StringComparer.Ordinal);
        AddFolder(folders, "");
        for (var i = 0; i < archive.Entries.Count; i++)
        {
            var entry = archive.Entries[i];
            total += entry.Length;
            if (IsLink(entry) || SafeName(entry) is not { } name)
            {
                RefuseUnsafe(entry);
                continue;
            }

            if (name.EndsWith('/'))
            {
                continue;
            }

            var slash = name.LastIndexOf('/');
            var folder = AddFolder(folders, slash < 0 ? "" : name[..slash]);
            if (_files.TryAdd(name, i))
            {
                folder.Files.Add(name[(slash + 1)..]);
            }
        }

        var size = new FileInfo(_path).Length;
        if (total > _limits.MaxTotalBytes || (total > _limits.RatioExemptBytes && total / Math.Max(1, size) > _limits.MaxRatio))
        {
            throw new SourceException(
                $"'{_path}' would unpack from {size:N0} to {total:N0} bytes, more than is accepted. Give the folder of the export instead, or split it."
            )
            {
                IsTooLarge = true,
            };
        }

        foreach (var (folder, (files, directories)) in folders)
        {
            _listings[folder] = new TreeListing(new TreeNames(files), new TreeNames(directories));
        }
    }

    private static (HashSet<string> Files, HashSet<string> Directories) AddFolder(
        Dictionary<string, (HashSet<string> Files, HashSet<string> Directories)> folders,
        string path
    )
    {
        if (folders.TryGetValue(path, out var known))
        {
            return known;
        }

        var added = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        folders[path] = added;
        if (path.Length > 0)
        {
            var slash = path.LastIndexOf('/');
            AddFolder(folders, slash < 0 ? "" : path[..slash]).Directories.Add(path[(slash + 1)..]);
        }

        return added;
    }

    private void RefuseUnsafe(ZipArchiveEntry entry)
    {
        if (_limits.RefuseUnsafeEntries)
        {
            throw new SourceException(
                IsLink(entry)
                    ? $"'{_path}' has the link '{entry.FullName}' in it. Make the ZIP again without links."
                    : $"'{_path}' has an entry named '{entry.FullName}', which leads outside. Make the ZIP again from within the folder."
            );
        }
    }

    private static bool IsLink(ZipArchiveEntry entry) => ((entry.ExternalAttributes >> 16) & UnixTypeMask) == UnixLink;

    /// <summary>The entry's path when it stays inside the archive, else null; that of a folder ends in a slash.</summary>
    private static string? SafeName(ZipArchiveEntry entry)
    {
        var name = entry.FullName.Replace('\\', '/');
        while (name.StartsWith("./", StringComparison.Ordinal))
        {
            name = name[2..];
        }

        var safe =
            !name.StartsWith('/')
            && !name.Contains('\0', StringComparison.Ordinal)
            && !(name.Length > 1 && name[1] == ':')
            && (name.EndsWith('/') ? name[..^1] : name).Split('/').All(part => part is not ("" or "." or ".."));

        return safe || name.Length == 0 ? name : null;
    }

    private Stream Open(int index, string path)
    {
        var archive = Borrow();
        try
        {
            var entry = archive.Entries[index];
            if (entry.IsEncrypted)
            {
                throw new DocumentFailedException(
                    FailureCode.Encrypted,
                    $"'{path}' is encrypted within the ZIP. Make a ZIP without a password."
                );
            }

            if (
                entry.Length > _limits.MaxFileBytes
                || (entry.Length > _limits.RatioExemptBytes && entry.Length / Math.Max(1, entry.CompressedLength) > _limits.MaxRatio)
            )
            {
                throw new DocumentFailedException(
                    FailureCode.TooLarge,
                    $"'{path}' would unpack from {entry.CompressedLength:N0} to {entry.Length:N0} bytes, more than is accepted from a ZIP."
                );
            }

            return new ZipEntryStream(entry.Open(), entry.Length, path, () => Return(archive));
        }
        catch (InvalidDataException e)
        {
            Return(archive);
            throw new DocumentFailedException(FailureCode.Corrupt, $"'{path}' is damaged within the ZIP. Make the ZIP again.", e);
        }
        catch
        {
            Return(archive);
            throw;
        }
    }

    private void RequireSmallDirectory(Stream stream)
    {
        if (
            ZipDirectory.Measure(stream) is var (entries, bytes)
            && (entries > (ulong)_limits.MaxEntries || bytes > (ulong)_limits.MaxDirectoryBytes)
        )
        {
            throw new SourceException(
                $"'{_path}' has {entries:N0} entries in a directory of {bytes:N0} bytes; at most {_limits.MaxEntries:N0} in {_limits.MaxDirectoryBytes:N0} are read. Split the export."
            )
            {
                IsTooLarge = true,
            };
        }

        stream.Position = 0;
    }

    private ZipArchive Borrow()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);

        return _idle.TryTake(out var archive) ? archive : OpenArchive();
    }

    private void Return(ZipArchive archive)
    {
        _idle.Add(archive);
        if (_disposed && _idle.TryTake(out var left))
        {
            left.Dispose();
        }
    }

    private ZipArchive OpenArchive()
    {
        var stream = FolderTree.Open(_path);
        try
        {
            RequireSmallDirectory(stream);
            var archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: false, ZipNameEncoding.Instance);
            _ = archive.Entries.Count;

            return archive;
        }
        catch (InvalidDataException e)
        {
            stream.Dispose();
            throw new SourceException(
                $"'{_path}' is not a ZIP, or is damaged or incomplete. Make it again, or give the folder of the export.",
                e
            );
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }
}
