using RagPy.Core.Exports;

namespace RagPy.Ingestion.Commands;

/// <summary>Writes the original's four files of a session into a folder.</summary>
internal static class SessionExport
{
    /// <summary>Each file is written beside its name and moved there when it is whole: a reader never meets half a file.</summary>
    /// <returns>The paths written.</returns>
    public static async Task<IReadOnlyList<string>> WriteAllAsync(
        CommandHost host,
        long sessionId,
        DirectoryInfo directory,
        CancellationToken cancellationToken
    )
    {
        directory.Create();
        var written = new List<string>();
        foreach (var file in Enum.GetValues<ExportFile>())
        {
            var path = Path.Combine(directory.FullName, file.FileName());
            var unfinished = path + ".part";
            await using (
                var output = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None, 128 * 1024, useAsync: true)
            )
                await host.Get<OriginalExport>().WriteAsync(file, sessionId, output, cancellationToken);
            File.Move(unfinished, path, overwrite: true);
            written.Add(path);
        }

        return written;
    }
}
