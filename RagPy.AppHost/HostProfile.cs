using RagPy.Hosting;

namespace RagPy.AppHost;

/// <summary>
/// How large the services may become on a host of some size (load plan, P1-T2). The topology declares what they have where the plan has 4 cores and 8 GB; on a host of
/// 8 GB it has 2 and 4 GB, on one of 16 GB or more 8 and 12 GB. What is declared changes in the same proportion.
/// </summary>
/// <param name="Name">What a person says.</param>
/// <param name="Cpus">Factor for cores.</param>
/// <param name="Memory">Factor for memory.</param>
/// <param name="IsOfThisMachine">It was chosen by looking at this machine.</param>
internal sealed record HostProfile(string Name, double Cpus, double Memory, bool IsOfThisMachine = false)
{
    private const string Auto = "auto";
    private const long Gigabyte = 1L << 30;

    /// <summary>A machine of 8 GB shows a little less, and one of 12 is no large one yet.</summary>
    private const long SmallHost = 12 * Gigabyte;

    private const long LargeHost = 15 * Gigabyte;

    /// <summary>With less than this a service does not run well; who is given less from the start keeps that.</summary>
    private const long LeastMemory = Gigabyte / 2;

    /// <summary>What the topology declares.</summary>
    public static readonly HostProfile Default = new("default", 1, 1);

    private static readonly HostProfile s_small = new("8gb", 0.5, 0.5);
    private static readonly HostProfile s_large = new("16gb", 2, 1.5);

    /// <summary>What a person can say.</summary>
    public static readonly IReadOnlyList<string> Names = [s_small.Name, s_large.Name, Auto];

    /// <summary>The profile of a name; null when there is none.</summary>
    public static HostProfile? Find(string name) =>
        name == s_small.Name ? s_small
        : name == s_large.Name ? s_large
        : name == Auto ? OfThisMachine()
        : null;

    /// <summary>The one that fits the memory there is.</summary>
    public static HostProfile OfThisMachine() => OfMachine(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);

    /// <summary>The one that fits a machine.</summary>
    /// <param name="memory">Bytes it has.</param>
    internal static HostProfile OfMachine(long memory) =>
        (
            memory < SmallHost ? s_small
            : memory < LargeHost ? Default
            : s_large
        ) with
        {
            IsOfThisMachine = true,
        };

    /// <summary>Changes every limit that was declared.</summary>
    public void ApplyTo(IDistributedApplicationBuilder builder)
    {
        foreach (var resource in builder.Resources.ToArray())
        {
            if (resource.Annotations.OfType<ResourceLimitsAnnotation>().LastOrDefault() is { } limits)
            {
                builder.CreateResourceBuilder(resource).WithAnnotation(Scale(limits), ResourceAnnotationMutationBehavior.Replace);
            }
        }
    }

    private ResourceLimitsAnnotation Scale(ResourceLimitsAnnotation limits) =>
        limits with
        {
            Cpus = limits.Cpus * Cpus,
            Memory = Scale(limits.Memory),
            ReserveCpus = limits.ReserveCpus * Cpus,
            ReserveMemory = Scale(limits.ReserveMemory),
        };

    private long? Scale(long? memory) => memory is { } bytes ? Math.Max((long)(bytes * Memory), Math.Min(bytes, LeastMemory)) : null;
}
