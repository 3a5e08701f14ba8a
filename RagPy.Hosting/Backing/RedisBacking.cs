using System.Net;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using RagPy.LocalServices;
using RagPy.ServiceDefaults;
using StackExchange.Redis;

namespace RagPy.Hosting.Backing;

/// <summary>Redis: the user's, or the embedded Garnet.</summary>
internal static class RedisBacking
{
    private const string GivenName = "given-connection-string";
    private const int DefaultPort = 6379;
    private const string Variable = "CELERY_BROKER_URL";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    public static async Task<BackingService> ChooseAsync(
        RedisResource redis,
        IConfiguration configuration,
        int? parent,
        ContainerServers? containers,
        CancellationToken cancellationToken
    )
    {
        if (configuration.GetConnectionString(redis.Name)?.Trim() is { Length: > 0 } connection)
        {
            return Given(redis, connection, $"ConnectionStrings__{redis.Name}");
        }

        if (configuration[Variable]?.Trim() is { Length: > 0 } url)
        {
            return Given(redis, url, Variable);
        }

        return containers is null ? Embedded(redis, parent) : await ContainerAsync(redis, containers, cancellationToken);
    }

    private static async Task<BackingService> ContainerAsync(
        RedisResource redis,
        ContainerServers containers,
        CancellationToken cancellationToken
    )
    {
        ConfigurationOptions? options = null;
        var backing = containers.Settle(redis, redis.PasswordParameter, token => FindProblemAsync(options!, token));
        options = Parse((await ((IResourceWithConnectionString)redis).GetConnectionStringAsync(cancellationToken))!, redis.Name);

        return backing;
    }

    private static BackingService Given(RedisResource redis, string given, string variable)
    {
        var configuration = RedisUrl.ToConfiguration(given);
        var options = Parse(configuration, variable);
        var (host, port) = options.EndPoints.FirstOrDefault() switch
        {
            DnsEndPoint dns => (dns.Host, dns.Port),
            IPEndPoint ip => (ip.Address.ToString(), ip.Port),
            _ => throw new LocalServicesException($"{variable} names no host; give redis://:password@host:6379."),
        };
        port = port == 0 ? DefaultPort : port;
        BackingServices.Allocate(redis, host, port);
        redis.SetPassword(
            options.Password is { Length: > 0 } password ? BackingServices.Known($"{redis.Name}-password", password, secret: true) : null
        );
        var value = BackingServices.Known(GivenName, configuration, secret: true);
        redis.Annotations.Add(
            new ConnectionStringRedirectAnnotation(new GivenConnectionStringResource(GivenName, ReferenceExpression.Create($"{value}")))
        );

        return new BackingService(
            $"{host}:{port}, given by {variable}",
            Process: null,
            async cancellationToken =>
                await FindProblemAsync(options, cancellationToken) is { } problem
                    ? $"the Redis given by {variable} ({host}:{port}) cannot be used: {problem}"
                    : null
        );
    }

    private static BackingService Embedded(RedisResource redis, int? parent)
    {
        if (redis.PasswordParameter is not GeneratedPassword)
        {
            throw new DistributedApplicationException(
                $"The embedded Redis chooses its own password; leave it out at '{redis.Name}', or give a Redis in ConnectionStrings__{redis.Name}."
            );
        }

        var process = LocalServiceProcesses.Redis(redis.Annotations.OfType<EndpointAnnotation>().First().Port, parent);
        var options = Parse(process.ConnectionString, redis.Name);
        BackingServices.Allocate(redis, "localhost", process.Port);
        redis.SetPassword(BackingServices.Known($"{redis.Name}-password", options.Password!, secret: true));

        return new BackingService(
            $"embedded (Garnet, in memory), because no connection string is given ({Variable})",
            process,
            token => FindProblemAsync(options, token)
        );
    }

    private static ConfigurationOptions Parse(string configuration, string variable)
    {
        var refusal = new LocalServicesException($"{variable} is not a Redis connection string; give redis://:password@host:6379.");
        if (configuration.Contains("://", StringComparison.Ordinal))
        {
            // A URL that could not be read; the client would take it for a host.
            throw refusal;
        }

        try
        {
            var options = ConfigurationOptions.Parse(configuration);
            options.AbortOnConnectFail = true;
            options.ConnectTimeout = (int)s_patience.TotalMilliseconds;
            options.ConnectRetry = 1;

            return options;
        }
        catch (ArgumentException)
        {
            // The inner message may quote the value, and with it the password.
            throw refusal;
        }
    }

    private static async Task<string?> FindProblemAsync(ConfigurationOptions options, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await ConnectionMultiplexer.ConnectAsync(options).WaitAsync(s_patience, cancellationToken);
            await connection.GetDatabase().PingAsync().WaitAsync(s_patience, cancellationToken);

            return null;
        }
        catch (Exception e) when (e is RedisException or TimeoutException or System.Net.Sockets.SocketException)
        {
            return e.Message;
        }
    }
}
