using System.Globalization;
using System.Text;
using RagPy.Hosting.Publishing.Text;

namespace RagPy.Hosting.Publishing.Compose;

/// <summary>Writes <c>.env.example</c>: every value that whoever deploys may or has to give.</summary>
internal static class EnvironmentExample
{
    public const string Name = ".env.example";
    public const string ImagePrefix = "RAGPY_IMAGE_PREFIX";
    public const string ImageTag = "RAGPY_IMAGE_TAG";
    public const string ApplicationPort = "APP_PORT";

    /// <summary>Variable that says at which port of the host a port is published.</summary>
    public static string PortOf(PublishedPort port) => $"{port.Scheme.ToUpperInvariant()}_PORT";

    /// <summary>Variable that says how many replicas of a service run.</summary>
    public static string ReplicasOf(PublishedService service) => $"{service.Name.Replace('-', '_').ToUpperInvariant()}_REPLICAS";

    public static string Write(PublishedServices services)
    {
        var text = new StringBuilder();
        text.Append(
            """
            # Published from RagPy.AppHost/Program.cs; do not edit. ./prepare.sh copies it to .env, which is read from then on.
            #
            # Ports of the host:
            #
            #   port  variable    service  what
            #   ----  ----------  -------  ------------------------------------------------------------

            """
        );
        var external = services
            .All.SelectMany(service => service.Ports.Where(port => port.IsExternal), (service, port) => (service, port))
            .ToArray();
        foreach (var (service, port) in external)
        {
            var isHttp = port.Scheme == "http";
            text.Append(
                Row(
                    isHttp ? 80 : 443,
                    PortOf(port),
                    service,
                    isHttp ? "leads to https" : "web page and API, TLS with the files in secrets/tls"
                )
            );
            if (isHttp)
            {
                text.Append(Row(ComposeServices.ApplicationPort, ApplicationPort, service, "as 80, under the application's own number"));
            }
        }

        text.Append(
            "#\n# Nothing else can be reached from outside: database, Redis and vector store are in a network without a way out.\n\n"
        );
        foreach (var (_, port) in external)
        {
            text.Append(CultureInfo.InvariantCulture, $"{PortOf(port)}={(port.Scheme == "https" ? 443 : 80)}\n");
            if (port.Scheme == "http")
            {
                text.Append(CultureInfo.InvariantCulture, $"{ApplicationPort}={ComposeServices.ApplicationPort}\n");
            }
        }

        text.Append(
            CultureInfo.InvariantCulture,
            $"\n# Name of the project: containers and volumes are named after it.\nCOMPOSE_PROJECT_NAME={services.Application}\n"
        );
        WriteImages(services, text);
        WriteSettings(services, text);
        WriteSecrets(services, text);

        return text.ToString();
    }

    private static string Row(int port, string variable, PublishedService service, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"#   {port, 4}  {variable, -10}  {service.Name, -7}  {what}\n");

    private static void WriteImages(PublishedServices services, StringBuilder text)
    {
        if (services.All.Select(service => service.Project).OfType<ProjectImage>().FirstOrDefault() is not { } image)
        {
            return;
        }

        text.Append("\n# The images PREFIX/NAME:TAG of our own services; a registry's name may stand before the prefix.\n");
        text.Append(CultureInfo.InvariantCulture, $"{ImagePrefix}={image.Prefix}\n{ImageTag}={image.Tag}\n");
        text.Append("\n# Replicas. Ports of the host can be taken by one gateway only, unless Docker Swarm shares them.\n");
        foreach (var service in services.All.Where(service => service is { Project: not null, IsJob: false }))
        {
            text.Append(CultureInfo.InvariantCulture, $"{ReplicasOf(service)}={service.Replicas}\n");
        }
    }

    private static void WriteSettings(PublishedServices services, StringBuilder text)
    {
        var settings = services
            .All.SelectMany(service => service.Environment.Values.Concat(service.Arguments))
            .SelectMany(value => value.Parts)
            .OfType<TextPart.Setting>()
            .DistinctBy(setting => setting.Variable)
            .ToArray();
        if (settings.Length > 0)
        {
            text.Append("\n# Settings (docs/settings.md).\n");
        }

        foreach (var setting in settings)
        {
            text.Append(CultureInfo.InvariantCulture, $"{setting.Variable}={setting.Default}\n");
        }
    }

    private static void WriteSecrets(PublishedServices services, StringBuilder text)
    {
        text.Append(
            """

            # Secrets: ./prepare.sh writes each to secrets/, from where the services read it as a file; containers do not have it in their environment.
            # One left blank that has to be there is made by chance, once. Letters, digits and -_.~ only.

            """
        );
        foreach (var secret in services.Secrets.Where(secret => secret.IsRequired))
        {
            text.Append(CultureInfo.InvariantCulture, $"{secret.Variable}=\n");
        }

        text.Append("\n# Keys of providers; leave blank what is not used.\n");
        foreach (var secret in services.Secrets.Where(secret => !secret.IsRequired))
        {
            text.Append(CultureInfo.InvariantCulture, $"{secret.Variable}=\n");
        }
    }
}
