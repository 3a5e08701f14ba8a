using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RagPy.Core;
using RagPy.Core.Projects;
using RagPy.Core.Settings;
using RagPy.Core.Storage;
using RagPy.Ingestion.Commands;
using RagPy.LocalServices;

namespace RagPy.Ingestion;

/// <summary>What a verb that needs the database works with: the database found or started, the schema up to date, the services of the core.</summary>
internal sealed class CommandHost : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly LocalPostgres? _postgres;

    private CommandHost(IHost host, LocalPostgres? postgres, Person owner)
    {
        _host = host;
        _postgres = postgres;
        Owner = owner;
    }

    /// <summary>Who owns everything until accounts come.</summary>
    public Person Owner { get; }

    public T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    /// <summary>Finds or starts the database and brings its schema up to date.</summary>
    /// <param name="hostsWorker">The host's own start and stop also start and stop a worker.</param>
    /// <exception cref="LocalServicesException">No database can be had; the message says what to do.</exception>
    public static async Task<CommandHost> OpenAsync(bool hostsWorker, CancellationToken cancellationToken)
    {
        var settings = RagPySettings.Load();
        var connectionString = PostgresConnection.Resolve(Environment.GetEnvironmentVariable);
        var postgres = connectionString is null ? await AcquireLocalAsync(cancellationToken) : null;
        try
        {
            var host = Build(settings, connectionString ?? postgres!.ConnectionString, hostsWorker);
            await MigrateAsync(host, cancellationToken);
            var owner = await host.Services.GetRequiredService<ProjectService>().EnsureLocalOwnerAsync(cancellationToken);

            return new CommandHost(host, postgres, owner);
        }
        catch
        {
            if (postgres is not null)
                await postgres.DisposeAsync();
            throw;
        }
    }

    /// <summary>The project of this name.</summary>
    /// <exception cref="CommandException">There is none.</exception>
    public async Task<Project> RequireProjectAsync(string name, CancellationToken cancellationToken) =>
        await Get<ProjectService>().FindAsync(Owner.Id, name, cancellationToken)
        ?? throw new CommandException(
            $"There is no project '{name}'. 'ragpy status' lists the projects; 'ragpy run SOURCE --project {name}' makes one."
        );

    /// <summary>Runs the worker until the host is told to stop.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => _host.RunAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_host is IAsyncDisposable disposable)
            await disposable.DisposeAsync();
        if (_postgres is not null)
            await _postgres.DisposeAsync();
    }

    private static Task<LocalPostgres> AcquireLocalAsync(CancellationToken cancellationToken) =>
        LocalPostgres.AcquireAsync(
            LocalServicesOptions.FromEnvironment(Environment.GetEnvironmentVariable),
            new StandardErrorProgress(),
            cancellationToken
        );

    private static IHost Build(RagPySettings settings, string connectionString, bool hostsWorker)
    {
        var data = settings.DataDirectory ?? DataDirectory.Locate(Environment.GetEnvironmentVariable);
        if (hostsWorker)
            return WorkerHost.Build(settings, connectionString, data);

        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        ConsoleLog.Configure(builder.Logging, LogLevel.Error);
        builder.Services.AddRagPyCore(settings, connectionString, data);

        return builder.Build();
    }

    private static async Task MigrateAsync(IHost host, CancellationToken cancellationToken)
    {
        try
        {
            await host.Services.GetRequiredService<DatabaseMigrator>().MigrateAsync(cancellationToken);
        }
        catch (Npgsql.NpgsqlException e)
        {
            throw new CommandException(
                $"PostgreSQL cannot be used: {e.Message} Check DATABASE_URL, or leave it unset to use the embedded one."
            );
        }
    }

    /// <summary>Lines of a slow start (the first one fetches PostgreSQL), in the order they come.</summary>
    private sealed class StandardErrorProgress : IProgress<string>
    {
        public void Report(string value) => Console.Error.WriteLine(value);
    }
}
