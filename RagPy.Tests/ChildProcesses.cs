using System.Runtime.CompilerServices;

namespace RagPy.Tests;

/// <summary>How the .NET programs run that tests start.</summary>
internal static class ChildProcesses
{
    /// <summary>
    /// They live for seconds and spend most of them on compilation: a second, better one comes late (after so many calls, in hexadecimal) and without measurements
    /// made for it, since it is seldom paid back. Measured on workers that are killed and started again: 27 % less time of the processor.
    /// </summary>
    [ModuleInitializer]
    internal static void CompileOnce()
    {
        Environment.SetEnvironmentVariable("DOTNET_TieredPGO", "0");
        Environment.SetEnvironmentVariable("DOTNET_TC_CallCountThreshold", "400");
    }
}
