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
    private readonly IngestionDatabase _database;

    private CommandHost(IHost host, IngestionDatabase database, Person owner)
    {
        _host = host;
        _database = database;
        Owner = owner;
    }

    /// <summary>Who owns everything until accounts come.</summary>
    public Person Owner { get; }

    public T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    /// <summary>Finds or starts the database and brings its schema up to date.</summary>
    /// <exception cref="LocalServicesException">No database can be had; the message says what to do.</exception>
    public static async Task<CommandHost> OpenAsync(CancellationToken cancellationToken)
    {
        var settings = RagPySettings.Load();
        var database = await IngestionDatabase.FindAsync(cancellationToken);
        try
        {
            var host = Build(settings, database.ConnectionString);
            await MigrateAsync(host, cancellationToken);
            var owner = await host.Services.GetRequiredService<ProjectService>().EnsureLocalOwnerAsync(cancellationToken);

            return new CommandHost(host, database, owner);
        }
        catch
        {
            await database.DisposeAsync();
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

    public async ValueTask DisposeAsync()
    {
        if (_host is IAsyncDisposable disposable)
            await disposable.DisposeAsync();
        await _database.DisposeAsync();
    }

    private static IHost Build(RagPySettings settings, string connectionString)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        ConsoleLog.Configure(builder.Logging, LogLevel.Error);
        builder.Services.AddRagPyCore(
            settings,
            connectionString,
            settings.DataDirectory ?? DataDirectory.Locate(Environment.GetEnvironmentVariable)
        );

        return CommandTelemetry.IsWanted ? CommandTelemetry.Build(builder) : builder.Build();
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
}
