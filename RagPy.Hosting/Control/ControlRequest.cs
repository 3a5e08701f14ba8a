using System.Globalization;
using Aspire.Hosting;
using RagPy.Hosting.Running;

namespace RagPy.Hosting.Control;

/// <summary>What is asked of a run from outside.</summary>
/// <param name="Verb">One of <see cref="Verbs"/>.</param>
/// <param name="Name">A resource, or one of its replicas.</param>
/// <param name="Replicas">How many of them; for <c>scale</c>.</param>
internal sealed record ControlRequest(string Verb, string Name, int Replicas = 0)
{
    private const string Start = "start";
    private const string Stop = "stop";
    private const string Restart = "restart";
    private const string Scale = "scale";

    /// <summary>What can be asked.</summary>
    public static readonly IReadOnlyList<string> Verbs = [Start, Stop, Restart, Scale];

    /// <summary>Reads the arguments of a command.</summary>
    /// <exception cref="DistributedApplicationException">They are not those of one of <see cref="Verbs"/>.</exception>
    public static ControlRequest Parse(IReadOnlyList<string> arguments) =>
        arguments switch
        {
            [Scale, var name, var count] when int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var replicas) => new(
                Scale,
                name,
                replicas
            ),
            [Scale, ..] => throw new DistributedApplicationException("Say what and how many: scale api 3."),
            [Start or Stop or Restart, var name] => new(arguments[0], name),
            _ => throw new DistributedApplicationException($"Say what: {arguments[0]} api (a resource, or one replica by its whole name)."),
        };

    /// <summary>Does it; returns when it is done.</summary>
    /// <exception cref="DistributedApplicationException">It cannot be done, or does not come out.</exception>
    public Task RunAsync(RunControl control, CancellationToken cancellationToken) =>
        Verb switch
        {
            Start => control.StartAsync(Name, cancellationToken),
            Stop => control.StopAsync(Name, cancellationToken),
            Restart => control.RestartAsync(Name, cancellationToken),
            Scale => control.ScaleAsync(Name, Replicas, cancellationToken),
            _ => throw new DistributedApplicationException($"A run cannot be asked to '{Verb}'."),
        };
}
