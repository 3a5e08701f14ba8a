using System.Runtime.InteropServices;

namespace RagPy.LocalServices;

/// <summary>The few calls of the C library that .NET has no name for.</summary>
internal static partial class NativeMethods
{
    public const int ReadWriteCreateCloseOnExec = 0x2 | 0x40 | 0x80000;
    public const int LockShared = 1;
    public const int LockExclusive = 2;
    public const int LockNonBlocking = 4;
    public const int WouldBlock = 11;
    public const int Interrupted = 4;
    public const int SignalInterrupt = 2;
    public const int SignalQuit = 3;
    public const int SignalKill = 9;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    public static partial int Flock(Microsoft.Win32.SafeHandles.SafeFileHandle file, int operation);

    [LibraryImport("libc", EntryPoint = "chown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ChangeOwner(string path, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "setsid", SetLastError = true)]
    public static partial int NewSession();

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int process, int signal);
}
