using RagPy.Core.Sources;

namespace RagPy.Core.Zotero;

/// <summary>
/// A private copy of an SQLite database with its journal, in a temporary folder that only this user can read. The original is opened for reading
/// only and nothing is written beside it; SQLite rolls an unfinished transaction back in the copy.
/// </summary>
internal sealed class DatabaseSnapshot : IDisposable
{
    /// <summary>Copies tried while another program keeps writing.</summary>
    private const int MaxTries = 5;

    private static readonly string[] s_journals = ["-journal", "-wal"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ragpy-zotero-");

    private DatabaseSnapshot() => Path = System.IO.Path.Combine(_folder.FullName, "zotero.sqlite");

    /// <summary>The copy.</summary>
    public string Path { get; }

    /// <summary>Copies a database that stays unchanged meanwhile.</summary>
    /// <exception cref="SourceException">It cannot be read, does not stand still, or there is no room for a copy.</exception>
    public static async Task<DatabaseSnapshot> TakeAsync(string original, CancellationToken cancellationToken)
    {
        var snapshot = new DatabaseSnapshot();
        try
        {
            for (var tries = 0; tries < MaxTries; tries++)
            {
                var before = States(original);
                await CopyAsync(original, snapshot.Path, cancellationToken);
                foreach (var journal in s_journals)
                {
                    File.Delete(snapshot.Path + journal);
                    if (File.Exists(original + journal))
                    {
                        await CopyAsync(original + journal, snapshot.Path + journal, cancellationToken);
                    }
                }

                if (States(original).SequenceEqual(before))
                {
                    return snapshot;
                }
            }

            throw new SourceException($"Zotero is writing to '{original}' all the time. Let it finish, or close it, and try again.");
        }
        catch (Exception e)
        {
            snapshot.Dispose();
            if (e is IOException or UnauthorizedAccessException)
            {
                var megabytes = new FileInfo(original).Length >> 20;
                throw new SourceException(
                    $"'{original}' cannot be copied to '{System.IO.Path.GetTempPath()}' ({megabytes} MB): {e.Message} Make room, or set TMPDIR to a folder that has it.",
                    e
                );
            }

            throw;
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static List<(bool, long, DateTime)> States(string original) =>
        [
            .. s_journals
                .Prepend("")
                .Select(suffix => new FileInfo(original + suffix))
                .Select(file => file.Exists ? (true, file.Length, file.LastWriteTimeUtc) : (false, 0L, default(DateTime))),
        ];

    private static async Task CopyAsync(string from, string to, CancellationToken cancellationToken)
    {
        await using var source = FolderTree.Open(from);
        await using var target = new FileStream(to, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20, useAsync: true);
        await source.CopyToAsync(target, cancellationToken);
    }
}
