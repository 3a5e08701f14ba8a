using Aspire.Hosting;

namespace RagPy.Hosting.Running;

/// <summary>One AppHost at a time works with a data folder.</summary>
internal static class RunLock
{
    /// <summary>Holds the data folder until it is disposed or this process has ended.</summary>
    /// <exception cref="DistributedApplicationException">Another AppHost holds it.</exception>
    public static FileStream Take(RunFolder folder)
    {
        try
        {
            // Unlike the number in a file, the lock goes with its process.
            return new FileStream(folder.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (File.Exists(folder.Lock))
        {
            var running = RunState.Read(folder);
            var where = running is null
                ? ""
                : $" (process {running.ProcessId}{(running.Urls.FirstOrDefault() is { } url ? $", {url.Address}" : "")})";
            throw new DistributedApplicationException(
                $"An AppHost already works with the data folder {folder.Data}{where}; stop it, or name another folder in RAGPY_DATA.",
                e
            );
        }
    }

    /// <summary>Whether an AppHost holds the data folder now.</summary>
    public static bool IsTaken(RunFolder folder)
    {
        if (!File.Exists(folder.Lock))
        {
            return false;
        }

        try
        {
            using var probe = new FileStream(folder.Lock, FileMode.Open, FileAccess.ReadWrite, FileShare.None);

            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }
}
