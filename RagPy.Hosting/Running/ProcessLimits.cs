using System.Globalization;
using Aspire.Hosting.ApplicationModel;

namespace RagPy.Hosting.Running;

/// <summary>What limits do to a .NET process on this machine: nothing here confines processes, so each is told to confine itself.</summary>
/// <param name="Cores">Cores it may use.</param>
/// <param name="HeapBytes">Largest heap of the garbage collector; null for no limit.</param>
internal sealed record ProcessLimits(int? Cores, long? HeapBytes)
{
    /// <summary>The rest is for what is not on the heap: mapped files, native libraries, stacks. The share that .NET takes in a container, too.</summary>
    private const double HeapShare = 0.75;

    /// <summary>Limits of a resource's processes; none when it has none.</summary>
    public static ProcessLimits Of(IResource resource) =>
        resource.TryGetLastAnnotation<ResourceLimitsAnnotation>(out var limits)
            ? new ProcessLimits(
                limits!.Cpus is { } cpus ? Math.Clamp((int)Math.Ceiling(cpus), 1, Environment.ProcessorCount) : null,
                limits.Memory is { } memory ? (long)(memory * HeapShare) : null
            )
            : new ProcessLimits(null, null);

    /// <summary>The variables that .NET reads them from.</summary>
    public IEnumerable<KeyValuePair<string, string>> Variables()
    {
        if (Cores is { } cores)
        {
            yield return new("DOTNET_PROCESSOR_COUNT", cores.ToString(CultureInfo.InvariantCulture));
        }

        if (HeapBytes is { } bytes)
        {
            // Hexadecimal, as all numbers of its own variables.
            yield return new("DOTNET_GCHeapHardLimit", bytes.ToString("X", CultureInfo.InvariantCulture));
        }
    }

    /// <summary>In words, with a preceding comma; empty without limits.</summary>
    public string Describe() =>
        (Cores is { } cores ? $", {cores} {(cores == 1 ? "core" : "cores")}" : "")
        + (
            HeapBytes is { } bytes ? string.Create(CultureInfo.InvariantCulture, $", heap of {bytes / (double)(1 << 30):0.##} GB each") : ""
        );
}
