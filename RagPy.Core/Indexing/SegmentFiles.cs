namespace RagPy.Core.Indexing;

/// <summary>Where segment files lie: one folder for each project.</summary>
internal sealed class SegmentFiles(string root, TimeProvider time)
{
    private const string Extension = ".seg";

    /// <summary>A file without a row that is younger may be one whose row is about to be written.</summary>
    private static readonly TimeSpan s_refuseAge = TimeSpan.FromMinutes(10);

    public string PathOf(long projectId, Guid segment) => Path.Combine(FolderOf(projectId), segment.ToString("N") + Extension);

    /// <summary>Path for a new file; the folder is there when it returns.</summary>
    public string Create(long projectId, Guid segment)
    {
        var folder = FolderOf(projectId);
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            DurableFiles.FlushDirectory(root);
        }

        return PathOf(projectId, segment);
    }

    /// <summary>Opens a project's segment.</summary>
    /// <exception cref="SegmentCorruptException">It is damaged or gone.</exception>
    public Segment Open(long projectId, SegmentRow row)
    {
        try
        {
            var segment = Segment.Open(row.Id, PathOf(projectId, row.Id));
            if (segment.Bytes == row.Bytes && segment.PointCount == row.PointCount && segment.Dimension == row.Dimension)
            {
                return segment;
            }

            segment.Dispose();
            throw new SegmentCorruptException("The segment is not the one its row describes.");
        }
        catch (IOException e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new SegmentCorruptException("The segment's file is gone.", e);
        }
    }

    public void Delete(long projectId, IEnumerable<Guid> segments)
    {
        if (Directory.Exists(FolderOf(projectId)))
        {
            foreach (var segment in segments)
            {
                File.Delete(PathOf(projectId, segment));
            }
        }
    }

    public void DeleteProject(long projectId)
    {
        if (Directory.Exists(FolderOf(projectId)))
        {
            Directory.Delete(FolderOf(projectId), recursive: true);
        }
    }

    /// <summary>Projects that have a folder.</summary>
    public IEnumerable<long> Projects() =>
        Directory.Exists(root)
            ? Directory
                .EnumerateDirectories(root)
                .Select(d => long.TryParse(Path.GetFileName(d), out var id) ? id : -1)
                .Where(id => id >= 0)
            : [];

    /// <summary>Deletes files that crashes left behind: without a row, and not just being written.</summary>
    /// <returns>Number of files deleted.</returns>
    public int Sweep(long projectId, IReadOnlySet<Guid> known)
    {
        var limit = time.GetUtcNow() - s_refuseAge;
        var deleted = 0;
        foreach (var file in Directory.EnumerateFiles(FolderOf(projectId)))
        {
            var listed =
                Path.GetExtension(file) == Extension
                && Guid.TryParse(Path.GetFileNameWithoutExtension(file), out var id)
                && known.Contains(id);
            if (!listed && File.GetLastWriteTimeUtc(file) < limit.UtcDateTime)
            {
                File.Delete(file);
                deleted++;
            }
        }

        return deleted;
    }

    private string FolderOf(long projectId) => Path.Combine(root, projectId.ToString(System.Globalization.CultureInfo.InvariantCulture));
}
