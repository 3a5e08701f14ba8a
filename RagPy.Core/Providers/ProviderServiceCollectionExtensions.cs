using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using RagPy.Core.Providers.Chat;
using RagPy.Core.Settings;
using StackExchange.Redis;

namespace RagPy.Core.Providers;

/// <summary>Registers what speaks to remote engines.</summary>
internal static class ProviderServiceCollectionExtensions
{
    /// <summary>The client, its gates and its connections. The standard resilience handler is taken off these connections: it would repeat calls while they hold a place, and has no idea of a batch that must be split.</summary>
    public static IServiceCollection AddRagPyProviders(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(new RagPySettings());
        services.TryAddSingleton<ProviderEndpoints>();
        services.TryAddSingleton<RateGates>();
        services.TryAddSingleton<ICallPermits>(provider =>
            provider.GetService<IConnectionMultiplexer>() is { } redis
                ? ActivatorUtilities.CreateInstance<RedisPermits>(provider, redis)
                : new LocalPermits()
        );
        services.TryAddSingleton<ProviderTelemetry>();
        services.TryAddSingleton(new ProviderWaits());
        services.TryAddSingleton<ProviderClient>();
        services.TryAddSingleton<IChatModels, ConfiguredChatModels>();
        AddClient(services, ProviderClient.ClientName, isGuarded: false);
        AddClient(services, ProviderClient.GuardedClientName, isGuarded: true);
        return services;
    }

    private static void AddClient(IServiceCollection services, string name, bool isGuarded) =>
        services
            .AddHttpClient(name, client => client.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(() => CreateHandler(isGuarded))
            .ConfigureAdditionalHttpMessageHandlers((handlers, _) => handlers.Clear())
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .RemoveAllLoggers();

    private static SocketsHttpHandler CreateHandler(bool isGuarded)
    {
        var handler = new SocketsHttpHandler
        {
            // A redirect could lead anywhere, with the key in hand.
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.All,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            UseCookies = false,
        };
        if (isGuarded)
        {
            handler.ConnectCallback = AddressGuard.ConnectAsync;
            handler.UseProxy = false;
        }

        return handler;
    }
}
