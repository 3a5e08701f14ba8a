using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RagPy.Hosting.Model;
using RagPy.Hosting.Publishing;
using RagPy.Hosting.Running;
using RagPy.LocalServices;

namespace Aspire.Hosting;

/// <summary>Makes the model, and of it an application that runs on this machine.</summary>
internal sealed class DistributedApplicationBuilder : IDistributedApplicationBuilder
{
    /// <summary>Names of the assembly's metadata that the AppHost's build writes.</summary>
    private const string ProjectPathKey = "apphostprojectpath";
    private const string ServiceKey = "service:";

    private readonly HostApplicationBuilder _host;
    private readonly DistributedApplicationOptions _options;

    public DistributedApplicationBuilder(DistributedApplicationOptions options)
    {
        _options = options;
        _host = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = options.Args });
        _host.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        // Why a start failed is said in a sentence.
        _host.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        AppHostDirectory = Path.GetFullPath(
            options.ProjectDirectory
                ?? Metadata(ProjectPathKey).Select(pair => pair.Value).FirstOrDefault()
                ?? System.Environment.CurrentDirectory
        );
        ExecutionContext = new DistributedApplicationExecutionContext(
            PublishRequest.IsMade(options.Args ?? [], _host.Configuration)
                ? DistributedApplicationOperation.Publish
                : DistributedApplicationOperation.Run
        );
    }

    public ConfigurationManager Configuration => _host.Configuration;

    public string AppHostDirectory { get; }

    public IHostEnvironment Environment => _host.Environment;

    public IServiceCollection Services => _host.Services;

    public DistributedApplicationExecutionContext ExecutionContext { get; }

    public IResourceCollection Resources { get; } = new ResourceCollection();

    public IResourceBuilder<T> AddResource<T>(T resource)
        where T : IResource
    {
        ArgumentNullException.ThrowIfNull(resource);
        ModelName.Demand("Resource", resource.Name);
        if (Resources.Any(other => string.Equals(other.Name, resource.Name, StringComparison.OrdinalIgnoreCase)))
        {
            throw new DistributedApplicationException(
                $"There is a resource '{resource.Name}' already; every resource has a name of its own."
            );
        }

        Resources.Add(resource);

        return CreateResourceBuilder(resource);
    }

    public IResourceBuilder<T> CreateResourceBuilder<T>(T resource)
        where T : IResource
    {
        ArgumentNullException.ThrowIfNull(resource);

        return new ResourceBuilder<T>(this, resource);
    }

    public DistributedApplication Build()
    {
        var model = new DistributedApplicationModel(Resources);
        var mistakes = ModelValidator.FindMistakes(model);
        if (mistakes.Count > 0)
        {
            throw new DistributedApplicationException(RunPlan.Sentence(mistakes));
        }

        var app = new AppDefinition
        {
            Name = Environment.ApplicationName.Replace(".AppHost", "", StringComparison.Ordinal),
            Model = model,
            Execution = ExecutionContext,
            Configuration = Configuration,
            IsDevelopment = Environment.IsDevelopment(),
            HasDashboard = !_options.DisableDashboard,
            Assemblies = Metadata(ServiceKey)
                .ToDictionary(pair => pair.Key[ServiceKey.Length..], pair => pair.Value, StringComparer.Ordinal),
            Services = LocalServicesOptions.FromEnvironment(name => Configuration[name]),
        };
        Services.AddSingleton(model);
        Services.AddSingleton(app);
        Services.AddSingleton(new Publisher(app, AppHostDirectory, Console.Out));
        Services.AddSingleton(new RunConsole(Console.Out, Console.Error));
        Services.AddSingleton<RunHostedService>();
        Services.AddHostedService(services => services.GetRequiredService<RunHostedService>());

        return new DistributedApplication(_host.Build(), _options.Args ?? []);
    }

    private static IEnumerable<KeyValuePair<string, string>> Metadata(string prefix) =>
        (Assembly.GetEntryAssembly()?.GetCustomAttributes<AssemblyMetadataAttribute>() ?? [])
            .Where(attribute => attribute.Key.StartsWith(prefix, StringComparison.Ordinal) && attribute.Value is not null)
            .Select(attribute => KeyValuePair.Create(attribute.Key, attribute.Value!));
}
