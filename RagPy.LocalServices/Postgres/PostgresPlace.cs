namespace RagPy.LocalServices.Postgres;

/// <summary>Puts programs and data where PostgreSQL's account can reach them.</summary>
/// <remarks>
/// A repository below /root (mode 0700) is the case that matters: the unprivileged account may not enter it whatever the modes below say. Then, and only then,
/// the programs are copied to <c>/var/lib/ragpy</c> and the data directory is made there, with a link where it would have been.
/// </remarks>
internal static class PostgresPlace
{
    private const string Elsewhere = "/var/lib/ragpy";

    private const UnixFileMode Public =
        UnixFileMode.UserRead
        | UnixFileMode.UserWrite
        | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherExecute;

    /// <summary>The programs' folder, or a copy of it that the account may read.</summary>
    public static async Task<string> ProgramsAsync(string native, PostgresAccount account, CancellationToken cancellationToken)
    {
        if (await account.CanEnterAsync(Path.Combine(native, "bin"), cancellationToken))
        {
            return native;
        }

        var copy = Path.Combine(Elsewhere, $"postgresql-{PostgresTools.Version(native)}");
        MakePublic(Elsewhere);
        using var _ = await FileLock.TakeAsync(Path.Combine(Elsewhere, "copy.lock"), exclusive: true, cancellationToken);

        if (!Directory.Exists(copy))
        {
            var partial = copy + ".partial";

            if (Directory.Exists(partial))
            {
                Directory.Delete(partial, recursive: true);
            }

            Copy(new DirectoryInfo(native), partial);
            Directory.Move(partial, copy);
        }

        return copy;
    }

    /// <summary>The real path of the data directory; made empty, owned by the account, when it is not there.</summary>
    public static async Task<string> DataAsync(PostgresFiles files, PostgresAccount account, CancellationToken cancellationToken)
    {
        var data = new DirectoryInfo(files.Data);

        if (data.LinkTarget is { } linked)
        {
            return linked;
        }

        if (await account.CanEnterAsync(files.Root, cancellationToken))
        {
            return files.Data;
        }

        if (data.Exists)
        {
            throw new LocalServicesException(
                $"The user that runs PostgreSQL may not enter {files.Root}, where a database already is; give it search permission on the folders above, or name another folder in RAGPY_DATA."
            );
        }

        MakePublic(Elsewhere);
        var home = Path.Combine(Elsewhere, Guid.NewGuid().ToString("n"));
        MakePublic(home);
        await File.WriteAllTextAsync(Path.Combine(home, "belongs-to"), files.Root + "\n", cancellationToken);
        var real = Path.Combine(home, "data");
        File.CreateSymbolicLink(files.Data, real);

        return real;
    }

    private static void MakePublic(string directory)
    {
        try
        {
            Directory.CreateDirectory(directory);
            File.SetUnixFileMode(directory, Public);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LocalServicesException(
                $"The user that runs PostgreSQL may not enter the data directory, and {directory} cannot be made instead ({e.Message}); name a folder in RAGPY_DATA that other users may enter.",
                e
            );
        }
    }

    private static void Copy(DirectoryInfo from, string to)
    {
        MakePublic(to);

        foreach (var entry in from.EnumerateFileSystemInfos())
        {
            var target = Path.Combine(to, entry.Name);

            if (entry.LinkTarget is { } link)
            {
                File.CreateSymbolicLink(target, link);
            }
            else if (entry is DirectoryInfo directory)
            {
                Copy(directory, target);
            }
            else
            {
                File.Copy(entry.FullName, target);
                File.SetUnixFileMode(target, File.GetUnixFileMode(target) | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
                CopyExecuteBit(target);
            }
        }
    }

    private static void CopyExecuteBit(string file)
    {
        var mode = File.GetUnixFileMode(file);

        if (mode.HasFlag(UnixFileMode.UserExecute))
        {
            File.SetUnixFileMode(file, mode | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        }
    }
}
