using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace RagPy.ServiceDefaults;

/// <summary>Registers health checks of clients, each name once however many clients share it.</summary>
internal static class HealthCheckRegistrations
{
    /// <summary>Adds the check unless one of its name is there. The key is Aspire's, so both kinds of integration know of each other's.</summary>
    public static void TryAddHealthCheck(this IHostApplicationBuilder builder, HealthCheckRegistration registration)
    {
        if (builder.Properties.TryAdd($"Aspire.HealthChecks.{registration.Name}", true))
        {
            builder.Services.AddHealthChecks().Add(registration);
        }
    }
}
