using RagPy.Hosting.Publishing.Text;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace RagPy.Hosting.Publishing.Compose;

/// <summary>What Docker Compose and Docker Swarm take.</summary>
internal static class ComposeFiles
{
    public const string ComposeName = "compose.yaml";
    public const string StackName = "stack.yaml";

    private const string ComposeHeader = """
        # Published from RagPy.AppHost/Program.cs; do not edit. Put what differs here into compose.override.yaml.
        #   ./prepare.sh && docker compose up -d

        """;

    private const string StackHeader = """
        # Published from RagPy.AppHost/Program.cs; do not edit. The services of compose.yaml for Docker Swarm, which waits for no dependencies.
        #   ./prepare.sh && set -a && . ./.env && set +a && docker stack deploy --compose-file stack.yaml ragpy

        """;

    public static IReadOnlyList<PublishedFile> Make(PublishedServices services) =>
        [
            new(ComposeName, ComposeHeader + Write(Document(services, isStack: false))),
            new(StackName, StackHeader + Write(Document(services, isStack: true))),
            new(EnvironmentExample.Name, EnvironmentExample.Write(services)),
            new(PrepareScript.Name, PrepareScript.Write(services.Secrets), IsExecutable: true),
        ];

    private static OrderedDictionary<string, object> Document(PublishedServices services, bool isStack)
    {
        var document = new OrderedDictionary<string, object>();
        if (isStack)
        {
            // Swarm's reader wants to be told the format.
            document["version"] = "3.8";
        }

        var writer = new ComposeServices(services, isStack);
        var written = new OrderedDictionary<string, object>();
        foreach (var service in services.All)
        {
            written[service.Name] = writer.Write(service);
        }

        document["services"] = written;
        document["networks"] = new OrderedDictionary<string, object>
        {
            [ComposeServices.WebNetwork] = new OrderedDictionary<string, object>(),
            // No way out: what holds data calls nobody.
            [ComposeServices.DataNetwork] = new OrderedDictionary<string, object> { ["internal"] = true },
        };
        var volumes = new OrderedDictionary<string, object>();
        foreach (
            var name in services
                .All.SelectMany(service => service.Mounts)
                .Where(ComposeServices.IsNamedVolume)
                .Select(mount => mount.Source!)
        )
        {
            volumes[name] = new OrderedDictionary<string, object>();
        }

        document["volumes"] = volumes;
        document["secrets"] = Secrets(services.Secrets);

        return document;
    }

    private static OrderedDictionary<string, object> Secrets(IReadOnlyList<TextPart.Secret> secrets)
    {
        var written = new OrderedDictionary<string, object>();
        foreach (var secret in secrets)
        {
            written[secret.Name] = new OrderedDictionary<string, object> { ["file"] = $"./{PrepareScript.Folder}/{secret.Name}" };
        }

        return written;
    }

    private static string Write(object document) =>
        new SerializerBuilder()
            .WithQuotingNecessaryStrings()
            .WithIndentedSequences()
            .WithDefaultScalarStyle(ScalarStyle.Any)
            .WithNewLine("\n")
            .DisableAliases()
            .WithEventEmitter(next => new LiteralScripts(next))
            .Build()
            .Serialize(document);
}
