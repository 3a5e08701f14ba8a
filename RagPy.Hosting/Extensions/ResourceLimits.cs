// The one file of this application's own additions to the model. It is written against Aspire's public types alone, so that it can be compiled with Aspire's packages too.
using System.Globalization;
using Aspire.Hosting.ApplicationModel;

namespace RagPy.Hosting;

/// <summary>What one process or container of a resource may take, and what is kept free for it. Null: not said.</summary>
/// <param name="Cpus">Cores it may use at most; fractions are allowed.</param>
/// <param name="Memory">Bytes it may use at most.</param>
/// <param name="ReserveCpus">Cores kept free for it.</param>
/// <param name="ReserveMemory">Bytes kept free for it.</param>
/// <param name="OpenFiles">Files it may have open at once.</param>
public sealed record ResourceLimitsAnnotation(double? Cpus, long? Memory, double? ReserveCpus, long? ReserveMemory, int? OpenFiles)
    : IResourceAnnotation;

/// <summary>How the number of replicas follows the load where something watches it; the declared number is that of a quiet system elsewhere.</summary>
/// <param name="Min">Fewest replicas.</param>
/// <param name="Max">Most replicas.</param>
/// <param name="CpuPercent">Use of the reserved processor time, in percent, that is aimed at.</param>
public sealed record AutoscaleAnnotation(int Min, int Max, int CpuPercent) : IResourceAnnotation;

/// <summary>Says how large resources may become.</summary>
public static class ResourceLimits
{
    private const string Suffixes = "KMGT";

    /// <summary>Limits each replica of a resource.</summary>
    /// <param name="cpus">Cores at most.</param>
    /// <param name="memory">Memory at most, as <c>512M</c> or <c>8G</c> (powers of 1,024).</param>
    /// <param name="reserveCpus">Cores kept free.</param>
    /// <param name="reserveMemory">Memory kept free, as <paramref name="memory"/>.</param>
    /// <param name="nofile">Open files at most.</param>
    /// <exception cref="ArgumentException">A size cannot be read, a number is not positive, or more is reserved than allowed.</exception>
    public static IResourceBuilder<T> WithLimits<T>(
        this IResourceBuilder<T> builder,
        double? cpus = null,
        string? memory = null,
        double? reserveCpus = null,
        string? reserveMemory = null,
        int? nofile = null
    )
        where T : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(builder);
        var limits = new ResourceLimitsAnnotation(
            Positive(cpus, nameof(cpus)),
            memory is null ? null : ParseSize(memory),
            Positive(reserveCpus, nameof(reserveCpus)),
            reserveMemory is null ? null : ParseSize(reserveMemory),
            nofile is < 1 ? throw new ArgumentException($"'{nofile}' open files are too few.", nameof(nofile)) : nofile
        );
        if (limits.ReserveCpus > limits.Cpus || limits.ReserveMemory > limits.Memory)
        {
            throw new ArgumentException($"'{builder.Resource.Name}' has more reserved than it may use.", nameof(builder));
        }

        return builder.WithAnnotation(limits, ResourceAnnotationMutationBehavior.Replace);
    }

    /// <summary>Lets the number of replicas follow the load.</summary>
    /// <param name="min">Fewest replicas.</param>
    /// <param name="max">Most replicas.</param>
    /// <param name="cpu">Use of the reserved processor time that is aimed at, in percent.</param>
    /// <exception cref="ArgumentException">There is no number between the two, or no such percentage.</exception>
    public static IResourceBuilder<ProjectResource> WithAutoscale(
        this IResourceBuilder<ProjectResource> builder,
        int min,
        int max,
        int cpu = 70
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (min < 1 || max < min)
        {
            throw new ArgumentException($"'{builder.Resource.Name}' cannot have {min} to {max} replicas.", nameof(min));
        }

        return cpu is < 1 or > 100
            ? throw new ArgumentException($"{cpu} is no percentage.", nameof(cpu))
            : builder.WithAnnotation(new AutoscaleAnnotation(min, max, cpu), ResourceAnnotationMutationBehavior.Replace);
    }

    /// <summary>Bytes of a size as <c>8G</c>, <c>512M</c> or <c>1048576</c>.</summary>
    /// <exception cref="ArgumentException">It is no size above zero.</exception>
    public static long ParseSize(string size)
    {
        ArgumentNullException.ThrowIfNull(size);
        var power = size.Length == 0 ? -1 : Suffixes.IndexOf(size[^1], StringComparison.OrdinalIgnoreCase);
        var digits = power < 0 ? size : size[..^1];
        var unit = 1L << (10 * (power + 1));

        return
            long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number > 0
            && number <= long.MaxValue / unit
            ? number * unit
            : throw new ArgumentException($"'{size}' is no size; give one as 512M or 8G.", nameof(size));
    }

    private static double? Positive(double? number, string name) =>
        number is <= 0 ? throw new ArgumentException($"{number} cores are too few.", name) : number;
}
