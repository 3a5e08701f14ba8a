using System.Globalization;
using System.Security.Cryptography;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using RagPy.Hosting.Dcp;
using RagPy.Hosting.Tools;

namespace RagPy.Hosting.Running;

/// <summary>Aspire's dashboard: where it listens and the keys of this run.</summary>
internal sealed record Dashboard
{
    public const string ResourceName = "dashboard";
    private const string DefaultUrl = "http://localhost:18888";

    /// <summary>What people open.</summary>
    public required Uri Frontend { get; init; }

    /// <summary>Where services send telemetry by gRPC.</summary>
    public required Uri Otlp { get; init; }

    /// <summary>Lets a browser in.</summary>
    public required string BrowserToken { get; init; }

    /// <summary>Lets services send.</summary>
    public required string OtlpKey { get; init; }

    /// <summary>Lets programs read telemetry.</summary>
    public required string ApiKey { get; init; }

    /// <summary>Lets the dashboard, and nobody else, see and command what runs.</summary>
    public required string ResourceKey { get; init; }

    /// <summary>All that must not be shown.</summary>
    public IEnumerable<string> Secrets => [BrowserToken, OtlpKey, ApiKey, ResourceKey];

    /// <summary>The address with the token in it.</summary>
    public string LoginUrl => new Uri(Frontend, $"login?t={BrowserToken}").ToString();

    /// <summary>Addresses as Aspire's variables give them, where those are free; new keys unless they are given.</summary>
    public static Dashboard Plan(IConfiguration configuration, PortBook ports, RunConsole console)
    {
        var urls = configuration["ASPNETCORE_URLS"] is { Length: > 0 } given ? given : DefaultUrl;
        var wanted = urls.Split(';').FirstOrDefault(url => url.StartsWith("http://", StringComparison.OrdinalIgnoreCase)) ?? DefaultUrl;

        return new Dashboard
        {
            Frontend = Place(new Uri(wanted), "dashboard", ports, console),
            Otlp = configuration["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] is { Length: > 0 } otlp
                ? Place(new Uri(otlp), "dashboard-otlp", ports, console)
                : At(ports.Take("dashboard-otlp")),
            BrowserToken = configuration["ASPIRE_DASHBOARD_FRONTEND_BROWSERTOKEN"] is { Length: > 0 } token ? token : Key(),
            OtlpKey = Key(),
            ApiKey = Key(),
            ResourceKey = Key(),
        };
    }

    /// <summary>How it is started. It sees nothing of our environment: it would take much of that for its own settings.</summary>
    /// <param name="resources">Gives the address of the resource service, once that is known.</param>
    public ReplicaLaunch Launch(AspireTools tools, RunFolder folder, Task<Uri> resources) =>
        new()
        {
            DescribeAsync = async (_, cancellationToken) => Describe(tools, folder, await resources.WaitAsync(cancellationToken)),
            FindProblemAsync = (_, cancellationToken) => HttpHealth.FindProblemAsync(new Uri(Frontend, "health"), 200, cancellationToken),
        };

    /// <summary>The variables that Aspire gives to what sends telemetry.</summary>
    /// <param name="instance">Identifies the replica.</param>
    /// <param name="isDevelopment">Telemetry is shown at once, and all of it.</param>
    public IEnumerable<KeyValuePair<string, string>> SenderEnvironment(IResource resource, string instance, bool isDevelopment)
    {
        yield return new("OTEL_EXPORTER_OTLP_ENDPOINT", Otlp.GetLeftPart(UriPartial.Authority));
        yield return new("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc");
        yield return new("OTEL_EXPORTER_OTLP_HEADERS", $"x-otlp-api-key={OtlpKey}");
        yield return new("OTEL_SERVICE_NAME", resource.Name);
        yield return new("OTEL_RESOURCE_ATTRIBUTES", $"service.instance.id={instance}");
        if (isDevelopment)
        {
            yield return new("OTEL_BLRP_SCHEDULE_DELAY", "1000");
            yield return new("OTEL_BSP_SCHEDULE_DELAY", "1000");
            yield return new("OTEL_METRIC_EXPORT_INTERVAL", "1000");
            yield return new("OTEL_TRACES_SAMPLER", "always_on");
            yield return new("OTEL_METRICS_EXEMPLAR_FILTER", "trace_based");
            yield return new("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "true");
        }
    }

    private ExecutableSpec Describe(AspireTools tools, RunFolder folder, Uri resources)
    {
        var environment = new Dictionary<string, string>
        {
            ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin",
            ["HOME"] = folder.Home,
            ["DOTNET_BUNDLE_EXTRACT_BASE_DIR"] = folder.Cache,
            ["DOTNET_gcServer"] = "0",
            [RunMark.Variable] = folder.Data,
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["ASPNETCORE_URLS"] = Frontend.GetLeftPart(UriPartial.Authority),
            ["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = Otlp.GetLeftPart(UriPartial.Authority),
            ["DASHBOARD__FRONTEND__AUTHMODE"] = "BrowserToken",
            ["DASHBOARD__FRONTEND__BROWSERTOKEN"] = BrowserToken,
            ["DASHBOARD__OTLP__AUTHMODE"] = "ApiKey",
            ["DASHBOARD__OTLP__PRIMARYAPIKEY"] = OtlpKey,
            ["DASHBOARD__API__AUTHMODE"] = "ApiKey",
            ["DASHBOARD__API__PRIMARYAPIKEY"] = ApiKey,
            ["DASHBOARD__APPLICATIONNAME"] = "RagPy",
            ["ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL"] = resources.GetLeftPart(UriPartial.Authority),
            ["DASHBOARD__RESOURCESERVICECLIENT__AUTHMODE"] = "ApiKey",
            ["DASHBOARD__RESOURCESERVICECLIENT__APIKEY"] = ResourceKey,
        };

        return new ExecutableSpec
        {
            ExecutablePath = tools.Managed,
            WorkingDirectory = folder.Home,
            Args = ["dashboard"],
            Env = [.. environment.Select(variable => new NameValue(variable.Key, TargetPort.ToTemplate(variable.Value)))],
        };
    }

    private static Uri Place(Uri wanted, string purpose, PortBook ports, RunConsole console)
    {
        if (wanted.Port > 0 && PortBook.IsFree(wanted.Port))
        {
            return wanted;
        }

        var free = At(ports.Take(purpose));
        if (wanted.Port > 0)
        {
            console.Say(
                FixedPort.Taken(wanted.Port, $"the {purpose.Replace('-', ' ')} is at {free.GetLeftPart(UriPartial.Authority)} instead")
            );
        }

        return free;
    }

    private static Uri At(int port) => new(string.Create(CultureInfo.InvariantCulture, $"http://localhost:{port}"));

    private static string Key() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
}
