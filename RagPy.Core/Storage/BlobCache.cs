using System.Globalization;

namespace RagPy.Core.Storage;

/// <summary>
/// Copies of stored files on the disk of this host, for all its processes, bounded in size: those used least recently go first. A copy that is in use is held
/// by a shared lock on its file (<c>flock</c>, as <see cref="FileStream"/> takes it), which ends with the process that holds it; a copy is removed under an
/// exclusive one. So no process needs to know of another. A file under a hash is always whole: it is written beside and renamed.
/// </summary>
/// <param name="root">Folder of the copies; made when missing.</param>
/// <param name="maxBytes">What copies that are not in use may take together; exceeded by at most a sixteenth for each process.</param>
internal sealed class BlobCache(string root, long maxBytes, TimeProvider time)
{
    private const string TemporaryFolder = "incoming";

    /// <summary>Time after which a copy that nobody has used goes, whatever room there is: its file may have been deleted by another host.</summary>
    public static readonly TimeSpan LongestIdle = TimeSpan.FromDays(1);

    /// <summary>What has come in since the last look at the folder.</summary>
    private long _added = long.MaxValue / 2;

    /// <summary>A new file beside the copies, to be written and then given to <see cref="Keep"/>; nobody else touches it until it is closed.</summary>
    public FileStream CreateTemporary()
    {
        var folder = Directory.CreateDirectory(Path.Combine(root, TemporaryFolder)).FullName;
        return new FileStream(
            Path.Combine(folder, Guid.NewGuid().ToString("n")),
            FileMode.CreateNew,
            FileAccess.Write,
            FileShare.None,
            0,
            useAsync: true
        );
    }

    /// <summary>The copy of a file, held until disposal; null when there is none.</summary>
    public CachedBlob? TryLease(long projectId, BlobReference blob)
    {
        var path = PathOf(projectId, blob);
        FileStream? held = null;
        try
        {
            held = BlobFile.OpenRead(path);
            // Removed, and perhaps made anew, before it was held: then what is held is not what is there.
            if (held.Length == blob.Length && File.GetLastWriteTimeUtc(held.SafeFileHandle) == File.GetLastWriteTimeUtc(path))
            {
                Touch(path);
                return new CachedBlob(path, held);
            }
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            // There is none.
        }
        catch (IOException) when (held is null)
        {
            // It is being removed at this moment.
        }

        held?.Dispose();
        return null;
    }

    /// <summary>Makes a file of this machine the copy of a blob, unless there is one, and holds it.</summary>
    /// <param name="path">On whatever disk; no longer the caller's afterwards.</param>
    /// <returns>The copy, held until disposal.</returns>
    public CachedBlob Keep(long projectId, BlobReference blob, string path)
    {
        if (TryLease(projectId, blob) is { } present)
        {
            File.Delete(path);
            return present;
        }

        var target = PathOf(projectId, blob);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        // A day's idleness and the order of use begin now, not when the file was written.
        Touch(path);
        // Held before it can be found: on the same disk it is the same file afterwards.
        var copy = new CachedBlob(target, BlobFile.OpenRead(path));
        File.Move(path, target, overwrite: true);
        if (Interlocked.Add(ref _added, blob.Length) > maxBytes / 16)
        {
            Trim();
        }

        return copy;
    }

    /// <summary>Removes the copy of a file, unless it is in use on this host: then it goes when it has been idle.</summary>
    public void Remove(long projectId, BlobReference blob) => TryRemove(new FileInfo(PathOf(projectId, blob)));

    /// <summary>Removes the copies of a project's files.</summary>
    public void RemoveProject(long projectId)
    {
        foreach (var file in Files(new DirectoryInfo(ProjectFolder(projectId))))
        {
            TryRemove(file);
        }
    }

    /// <summary>Removes copies that nobody has used for long, those beyond the limit, and what was never finished.</summary>
    public void Sweep(TimeSpan idle)
    {
        var now = time.GetUtcNow().UtcDateTime;
        foreach (var file in Files(new DirectoryInfo(root)))
        {
            var limit = file.Directory!.Name == TemporaryFolder ? idle : LongestIdle;
            if (now - LastUse(file) > limit)
            {
                TryRemove(file);
            }
        }

        Trim();
    }

    private void Trim()
    {
        Interlocked.Exchange(ref _added, 0);
        var copies = Files(new DirectoryInfo(root)).Where(file => file.Directory!.Name != TemporaryFolder).ToList();
        var total = copies.Sum(file => file.Length);
        foreach (var file in copies.OrderBy(LastUse))
        {
            if (total <= maxBytes)
            {
                return;
            }

            // Asked before: a file that is gone has no length.
            var length = file.Length;
            total -= TryRemove(file) ? length : 0;
        }
    }

    /// <summary>Kept by hand in the time of last access, which most disks are told not to keep by themselves.</summary>
    private void Touch(string path) => File.SetLastAccessTimeUtc(path, time.GetUtcNow().UtcDateTime);

    private static DateTime LastUse(FileInfo file) => file.LastAccessTimeUtc;

    private static bool TryRemove(FileInfo file)
    {
        try
        {
            using var alone = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.None, 0);
            file.Delete();
            return true;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return true;
        }
        catch (IOException)
        {
            // In use.
            return false;
        }
    }

    /// <summary>Files and what is known of them, those apart that vanish meanwhile.</summary>
    private static List<FileInfo> Files(DirectoryInfo folder)
    {
        var files = new List<FileInfo>();
        foreach (var file in folder.Exists ? folder.EnumerateFiles("*", SearchOption.AllDirectories) : [])
        {
            try
            {
                // Asks the disk once for all that is known of it.
                _ = file.Length;
                files.Add(file);
            }
            catch (FileNotFoundException)
            {
                // Another process was quicker.
            }
        }

        return files;
    }

    private string ProjectFolder(long projectId) => Path.Combine(root, projectId.ToString(CultureInfo.InvariantCulture));

    private string PathOf(long projectId, BlobReference blob) =>
        Path.Combine(ProjectFolder(projectId), BlobNames.Check(blob.Sha256)[..2], blob.Sha256);
}
