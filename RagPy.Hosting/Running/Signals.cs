using System.Runtime.InteropServices;

namespace RagPy.Hosting.Running;

/// <summary>Signals to processes.</summary>
internal static partial class Signals
{
    public const int Terminate = 15;
    public const int Kill = 9;

    /// <summary>Sends one. That it cannot be sent means that the process has gone.</summary>
    public static void Send(int process, int signal) => _ = SendTo(process, signal);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendTo(int process, int signal);
}
