using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using RagPy.LocalServices;

namespace RagPy.Hosting.Running;

/// <summary>Everything that a run is made of.</summary>
internal sealed record AppDefinition
{
    /// <summary>What people call the application.</summary>
    public required string Name { get; init; }

    public required DistributedApplicationModel Model { get; init; }

    public required DistributedApplicationExecutionContext Execution { get; init; }

    public required IConfiguration Configuration { get; init; }

    /// <summary>Telemetry is shown at once.</summary>
    public required bool IsDevelopment { get; init; }

    public required bool HasDashboard { get; init; }

    /// <summary>The assembly that was built of each project file.</summary>
    public required IReadOnlyDictionary<string, string> Assemblies { get; init; }

    public required LocalServicesOptions Services { get; init; }

    public RunFolder Folder => new(Services.DataDirectory);
}
