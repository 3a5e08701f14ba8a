using Aspire.Hosting;
using Microsoft.Extensions.Configuration;

namespace RagPy.Hosting.Publishing;

/// <summary>What is to be published, and where to: our own verb, and the arguments that azd, aspirate and the Aspire CLI give.</summary>
/// <param name="Output">File or folder; null for the places in the repository.</param>
internal sealed record PublishRequest(IReadOnlyList<PublishTarget> Targets, string? Output)
{
    /// <summary>The verb that asks for it.</summary>
    public const string Verb = "publish";

    private const string StepPrefix = "publish-";
    private static readonly PublishTarget[] s_deployable = [PublishTarget.Compose, PublishTarget.Kubernetes];

    /// <summary>Whether the arguments ask for publishing at all.</summary>
    /// <param name="arguments">Those of the program.</param>
    /// <param name="configuration">With the arguments' <c>--name value</c> pairs.</param>
    public static bool IsMade(IReadOnlyList<string> arguments, IConfiguration configuration) =>
        arguments.FirstOrDefault() == Verb
        || string.Equals(configuration["operation"] ?? configuration["AppHost:Operation"], Verb, StringComparison.OrdinalIgnoreCase)
        || Publisher(configuration) is { Length: > 0 };

    /// <exception cref="DistributedApplicationException">The arguments ask for something that there is not.</exception>
    public static PublishRequest From(IReadOnlyList<string> arguments, IConfiguration configuration)
    {
        var output = configuration["output-path"] ?? configuration["Pipeline:OutputPath"] ?? configuration["output"];
        if (arguments.FirstOrDefault() == Verb)
        {
            return configuration["target"] is { } target
                ? new PublishRequest([Target(target)], output)
                : throw new DistributedApplicationException(
                    $"Say what to publish: {Verb} --target manifest|compose|kubernetes [--output DIR]."
                );
        }

        if (Publisher(configuration) is { Length: > 0 } publisher)
        {
            return new PublishRequest([Target(publisher)], Demand(output));
        }

        var step = configuration["step"] ?? configuration["Pipeline:Step"] ?? Verb;

        return step switch
        {
            Verb => new PublishRequest(s_deployable, Demand(output)),
            _ when step.StartsWith(StepPrefix, StringComparison.Ordinal) => new PublishRequest(
                [Target(step[StepPrefix.Length..])],
                Demand(output)
            ),
            _ => throw new DistributedApplicationException(
                $"There is no step '{step}'; there are {Verb}, {StepPrefix}manifest, {StepPrefix}compose and {StepPrefix}kubernetes."
            ),
        };
    }

    private static string? Publisher(IConfiguration configuration) => configuration["publisher"] ?? configuration["Publishing:Publisher"];

    private static PublishTarget Target(string name) =>
        name switch
        {
            "manifest" => PublishTarget.Manifest,
            "compose" or "docker-compose" => PublishTarget.Compose,
            "kubernetes" or "k8s" => PublishTarget.Kubernetes,
            _ => throw new DistributedApplicationException(
                $"There is nothing to publish called '{name}'; there are manifest, compose and kubernetes."
            ),
        };

    private static string Demand(string? output) =>
        output is { Length: > 0 } ? output : throw new DistributedApplicationException("Say where to publish to: --output-path PATH.");
}
