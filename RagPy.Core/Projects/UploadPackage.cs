using System.Globalization;
using System.IO.Compression;
using RagPy.Core.Sources;

namespace RagPy.Core.Projects;

/// <summary>
/// One upload on its way in: each file goes straight to the disk, never into memory, and is held to the limits while it is read. An archive is kept as it
/// came; a Zotero JSON, a CSV and loose PDFs become an archive whose entries are stored unpacked under their own names. Disposal leaves nothing behind.
/// </summary>
public sealed class UploadPackage : IAsyncDisposable
{
    private const int HeadLength = 1024;
    private const int BufferLength = 128 * 1024;
    private const int MaxNameLength = 200;

    /// <summary>Most files of one upload.</summary>
    public const int MaxFiles = 10_000;

    /// <summary>Entries carry no time, so that the same files make the same archive.</summary>
    private static readonly DateTimeOffset s_noTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly long _maxBytes;
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _given = [];
    private readonly FileStream _file;
    private ZipArchive? _archive;
    private Kind _kind;
    private long _received;
    private bool _isChecked;

    /// <param name="folder">Made when missing.</param>
    /// <param name="maxBytes">Largest sum of all files.</param>
    internal UploadPackage(string folder, long maxBytes)
    {
        _maxBytes = maxBytes;
        var path = System.IO.Path.Combine(Directory.CreateDirectory(folder).FullName, Guid.NewGuid().ToString("n"));
        _file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, 0, useAsync: true);
    }

    private enum Kind
    {
        None,
        Zip,
        Json,
        Pdf,
        Csv,
    }

    /// <summary>A name for the upload: that of its first file, and how many others there are.</summary>
    public string Name =>
        _given.Count switch
        {
            0 => "",
            1 => System.IO.Path.GetFileNameWithoutExtension(_given[0]),
            _ => string.Create(CultureInfo.InvariantCulture, $"{_given[0]} + {_given.Count - 1}"),
        };

    /// <summary>The file on this machine, once <see cref="CompleteAsync"/> has checked it.</summary>
    internal string Path => _file.Name;

    /// <summary>Takes one file.</summary>
    /// <param name="fileName">As the sender names it; only its last component counts.</param>
    /// <exception cref="UploadRefusedException">It is too large, empty, of no kind that is read, or does not go with the files before.</exception>
    public async Task AddAsync(string fileName, Stream content, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        var name = CleanName(fileName);
        var head = new byte[HeadLength];
        var length = await content.ReadAtLeastAsync(head, HeadLength, throwOnEndOfStream: false, cancellationToken);
        var kind = Recognise(name, head.AsMemory(0, length).Span);
        if (_given.Count > 0 && (kind != _kind || kind != Kind.Pdf))
        {
            throw new UploadRefusedException(
                UploadRefusal.UnsupportedType,
                "Send one ZIP, or one Zotero JSON, or one CSV, or any number of PDFs; these do not go together."
            );
        }

        if (_given.Count == MaxFiles)
        {
            throw new UploadRefusedException(UploadRefusal.TooLarge, $"At most {MaxFiles:N0} files are taken at once. Send a ZIP of them.");
        }

        _kind = kind;
        _given.Add(name);
        if (kind == Kind.Zip)
        {
            await CopyAsync(head.AsMemory(0, length), content, _file, cancellationToken);
            return;
        }

        await PackAsync(Unique(WithExtension(name, kind)), head.AsMemory(0, length), content, cancellationToken);
    }

    /// <summary>Takes a folder of this machine as it is, in the place of any other file.</summary>
    /// <exception cref="UploadRefusedException">Its files are too large together.</exception>
    public async Task AddFolderAsync(string folder, CancellationToken cancellationToken)
    {
        var root = System.IO.Path.GetFullPath(folder);
        _given.Add(System.IO.Path.GetFileName(root));
        foreach (var path in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            await using var content = FolderTree.Open(path);
            var name = System.IO.Path.GetRelativePath(root, path).Replace(System.IO.Path.DirectorySeparatorChar, '/');
            await PackAsync(name, ReadOnlyMemory<byte>.Empty, content, cancellationToken);
        }
    }

    /// <summary>Ends the upload and checks that it can be read as a source.</summary>
    /// <exception cref="UploadRefusedException">There is no file, or the archive is broken, harmful, or holds nothing that can be read.</exception>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        if (_isChecked)
        {
            return;
        }

        if (_given.Count == 0)
        {
            throw new UploadRefusedException(UploadRefusal.Empty, "There is no file in the upload. Send it as the form field 'file'.");
        }

        if (_archive is not null)
        {
            await _archive.DisposeAsync();
            _archive = null;
        }

        await _file.FlushAsync(cancellationToken);
        try
        {
            // The directory of a large archive is read here, which blocks.
            await Task.Run(CheckAsync, cancellationToken);
            _isChecked = true;
        }
        catch (SourceException exception)
        {
            // Whoever sent the file knows it by its name.
            var message = exception.Message.Replace(Path, _given[0], StringComparison.Ordinal);
            throw new UploadRefusedException(UploadRefusal.BadArchive, message, exception);
        }
    }

    /// <summary>What is in the upload, once <see cref="CompleteAsync"/> has checked it: paths in order, those of folders ending in a slash.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken)
    {
        await using var archive = await ZipArchive.CreateAsync(
            FolderTree.Open(Path),
            ZipArchiveMode.Read,
            leaveOpen: false,
            ZipNameEncoding.Instance,
            cancellationToken
        );
        var paths = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var name in archive.Entries.Select(entry => entry.FullName.Replace('\\', '/')))
        {
            paths.Add(name);
            for (var slash = name.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = name.IndexOf('/', slash + 1))
            {
                paths.Add(name[..(slash + 1)]);
            }
        }

        return [.. paths];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_archive is not null)
            {
                await _archive.DisposeAsync();
            }
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException or InvalidDataException)
        {
            // An entry was cut off, or the disk is full: the archive is thrown away as it is.
        }
        finally
        {
            await _file.DisposeAsync();
            File.Delete(_file.Name);
        }
    }

    private async Task PackAsync(string name, ReadOnlyMemory<byte> head, Stream content, CancellationToken cancellationToken)
    {
        _archive ??= await ZipArchive.CreateAsync(
            _file,
            ZipArchiveMode.Create,
            leaveOpen: true,
            entryNameEncoding: null,
            cancellationToken
        );
        var entry = _archive.CreateEntry(name, CompressionLevel.NoCompression);
        entry.LastWriteTime = s_noTime;
        await using var target = await entry.OpenAsync(cancellationToken);
        await CopyAsync(head, content, target, cancellationToken);
    }

    private async Task CheckAsync()
    {
        var options = new SourceOptions { Archive = new ArchiveLimits { RefuseUnsafeEntries = true } };
        await SourceFactory.Open(Path, options).DisposeAsync();
    }

    private static Kind Recognise(string name, ReadOnlySpan<byte> head)
    {
        if (head.IsEmpty)
        {
            throw new UploadRefusedException(UploadRefusal.Empty, $"'{name}' is empty (0 bytes).");
        }

        if (head.StartsWith("PK\u0003\u0004"u8) || head.StartsWith("PK\u0005\u0006"u8))
        {
            return Kind.Zip;
        }

        if (head.IndexOf("%PDF-"u8) >= 0)
        {
            return Kind.Pdf;
        }

        var text = head.StartsWith("\uFEFF"u8) ? head[3..] : head;
        var start = text.TrimStart(" \t\r\n"u8);
        if (name.EndsWith(".json", StringComparison.OrdinalIgnoreCase) && (start.StartsWith("["u8) || start.StartsWith("{"u8)))
        {
            return Kind.Json;
        }

        if (name.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".tsv", StringComparison.OrdinalIgnoreCase))
        {
            return Kind.Csv;
        }

        throw new UploadRefusedException(
            UploadRefusal.UnsupportedType,
            name.EndsWith(".pdf", StringComparison.OrdinalIgnoreCase)
                ? $"'{name}' is named like a PDF but is none."
                : $"'{name}' is neither a ZIP, nor a Zotero JSON, nor a CSV, nor a PDF."
        );
    }

    private async Task CopyAsync(ReadOnlyMemory<byte> head, Stream content, Stream target, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferLength];
        for (var part = head; ; )
        {
            _received += part.Length;
            if (_received > _maxBytes)
            {
                throw new UploadRefusedException(
                    UploadRefusal.TooLarge,
                    $"The upload is larger than the limit of {_maxBytes:N0} bytes (RAGPY_MAX_UPLOAD_SIZE). Send it in parts."
                );
            }

            await target.WriteAsync(part, cancellationToken);
            part = buffer.AsMemory(0, await content.ReadAsync(buffer, cancellationToken));
            if (part.IsEmpty)
            {
                return;
            }
        }
    }

    /// <summary>The last component without control characters; never hidden.</summary>
    private static string CleanName(string fileName)
    {
        var name = fileName[(fileName.LastIndexOfAny(['/', '\\']) + 1)..];
        name = UnicodeText.WellFormed(string.Concat(name.Where(unit => !char.IsControl(unit)))).Trim().TrimStart('.');
        if (name.Length > MaxNameLength)
        {
            var extension = System.IO.Path.GetExtension(name);
            extension = extension.Length > 10 ? "" : extension;
            name = UnicodeText.WellFormed(name[..(MaxNameLength - extension.Length)] + extension);
        }

        return name.Length == 0 ? "upload" : name;
    }

    private static string WithExtension(string name, Kind kind) =>
        kind == Kind.Pdf && !name.EndsWith(".pdf", StringComparison.OrdinalIgnoreCase) ? name + ".pdf" : name;

    private string Unique(string name)
    {
        var unique = name;
        for (var number = 2; !_names.Add(unique); number++)
        {
            unique = string.Create(
                CultureInfo.InvariantCulture,
                $"{System.IO.Path.GetFileNameWithoutExtension(name)} ({number}){System.IO.Path.GetExtension(name)}"
            );
        }

        return unique;
    }
}
