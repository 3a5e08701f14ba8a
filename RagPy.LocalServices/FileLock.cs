using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace RagPy.LocalServices;

/// <summary>
/// An advisory lock (<c>flock(2)</c>) on a file. The kernel drops it when its process ends, however it ends, so a held lock says that its holder lives;
/// the number of a process, which may long belong to another one, is never asked. Children do not inherit it.
/// </summary>
/// <remarks><see cref="FileStream"/> takes such locks too, but only while opening and as a side effect of sharing modes; here they are the point.</remarks>
internal sealed class FileLock : IDisposable
{
    private static readonly TimeSpan s_retry = TimeSpan.FromMilliseconds(20);
    private readonly SafeFileHandle _file;

    private FileLock(SafeFileHandle file) => _file = file;

    /// <summary>Takes the lock if it is free at this moment.</summary>
    /// <returns>The lock, or null when someone else holds one that excludes it.</returns>
    /// <exception cref="LocalServicesException">The file cannot be opened or locked.</exception>
    public static FileLock? TryTake(string path, bool exclusive)
    {
        var descriptor = NativeMethods.Open(path, NativeMethods.ReadWriteCreateCloseOnExec, Convert.ToInt32("644", 8));

        if (descriptor < 0)
        {
            throw Error(path);
        }

        var file = new SafeFileHandle(descriptor, ownsHandle: true);
        var operation = (exclusive ? NativeMethods.LockExclusive : NativeMethods.LockShared) | NativeMethods.LockNonBlocking;
        int result;

        do
        {
            result = NativeMethods.Flock(file, operation);
        } while (result != 0 && Marshal.GetLastPInvokeError() == NativeMethods.Interrupted);

        if (result == 0)
        {
            return new FileLock(file);
        }

        var error = Marshal.GetLastPInvokeError() == NativeMethods.WouldBlock ? null : Error(path);
        file.Dispose();

        return error is null ? null : throw error;
    }

    /// <summary>Waits for the lock.</summary>
    public static async Task<FileLock> TakeAsync(string path, bool exclusive, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();

            if (TryTake(path, exclusive) is { } taken)
            {
                return taken;
            }

            await Task.Delay(s_retry, cancellationToken);
        }
    }

    /// <summary>Whether somebody holds the file exclusively.</summary>
    public static bool IsHeldExclusively(string path)
    {
        using var probe = TryTake(path, exclusive: false);

        return probe is null;
    }

    /// <summary>The file's bytes, at most 4 KB.</summary>
    public byte[] Read()
    {
        var buffer = new byte[4096];

        return buffer[..RandomAccess.Read(_file, buffer, 0)];
    }

    /// <summary>Replaces the file's bytes. The file itself stays, for the lock belongs to it and not to its name.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        RandomAccess.SetLength(_file, 0);
        RandomAccess.Write(_file, bytes, 0);
        RandomAccess.FlushToDisk(_file);
    }

    public void Dispose() => _file.Dispose();

    private static LocalServicesException Error(string path)
    {
        var reason = new Win32Exception(Marshal.GetLastPInvokeError()).Message;

        return new LocalServicesException(
            $"The lock file {path} cannot be used ({reason}); run as the user who owns that folder, or name another folder in RAGPY_DATA."
        );
    }
}
