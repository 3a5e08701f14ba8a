using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Npgsql;
using RagPy.LocalServices;

namespace RagPy.Hosting.Backing;

/// <summary>PostgreSQL: the user's, or the embedded one.</summary>
internal static class PostgresBacking
{
    private const string GivenName = "given-connection-string";

    public static async Task<BackingService> ChooseAsync(
        PostgresServerResource server,
        DistributedApplicationModel model,
        IConfiguration configuration,
        LocalServicesOptions options,
        int? parent,
        CancellationToken cancellationToken
    )
    {
        var databases = model.Resources.OfType<PostgresDatabaseResource>().Where(database => database.Parent == server).ToArray();
        var given = databases.Select(database => (database, found: Find(database, configuration))).ToArray();
        if (databases.Length > 0 && given.All(one => one.found is not null))
        {
            foreach (var (database, found) in given)
            {
                Redirect(database, found!.Value.Connection);
            }

            return Given(server, given[0].found!.Value);
        }

        if (given.FirstOrDefault(one => one.found is not null).database is { } mixed)
        {
            throw new DistributedApplicationException(
                $"A connection string is given for '{mixed.Name}' and none for the other databases of '{server.Name}'; give all or none."
            );
        }

        return await EmbeddedAsync(server, options, parent, cancellationToken);
    }

    /// <summary>Makes a database that is not there yet.</summary>
    public static async Task CreateDatabaseAsync(PostgresDatabaseResource database, CancellationToken cancellationToken)
    {
        var server = await ((IResourceWithConnectionString)database.Parent).GetConnectionStringAsync(cancellationToken);
        await using var connection = new NpgsqlConnection(Maintenance(server!));
        await connection.OpenAsync(cancellationToken);
        await using var find = new NpgsqlCommand("SELECT 1 FROM pg_database WHERE datname = $1", connection)
        {
            Parameters = { new() { Value = database.DatabaseName } },
        };
        if (await find.ExecuteScalarAsync(cancellationToken) is not null)
        {
            return;
        }

        var name = database.DatabaseName.Replace("\"", "\"\"", StringComparison.Ordinal);
        await using var create = new NpgsqlCommand($"CREATE DATABASE \"{name}\"", connection);
        try
        {
            await create.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
        {
            // Somebody was faster, or at it at the same moment: a new embedded server makes its own.
        }
    }

    /// <summary>The connection string given for a database, in Npgsql's form, and the variable it was found in.</summary>
    private static (string Connection, string Variable)? Find(PostgresDatabaseResource database, IConfiguration configuration)
    {
        var variable = $"ConnectionStrings__{database.Name}";
        if (configuration.GetConnectionString(database.Name)?.Trim() is { Length: > 0 } value)
        {
            return (PostgresConnection.Parse(value, variable), variable);
        }

        if (database.Parent.Databases.Count > 1)
        {
            // DATABASE_URL names one database.
            return null;
        }

        var used = "DATABASE_URL";
        var resolved = PostgresConnection.Resolve(name =>
        {
            var found = configuration[name.Replace("__", ":", StringComparison.Ordinal)];
            used = found is { Length: > 0 } ? name : used;

            return found;
        });

        return resolved is null ? null : (resolved, used);
    }

    private static BackingService Given(PostgresServerResource server, (string Connection, string Variable) found)
    {
        var parts = new NpgsqlConnectionStringBuilder(found.Connection);
        var host = parts.Host ?? "localhost";
        BackingServices.Allocate(server, host, parts.Port);
        server.UserNameParameter = BackingServices.Known($"{server.Name}-username", parts.Username ?? "", secret: false);
        server.PasswordParameter = BackingServices.Known($"{server.Name}-password", parts.Password ?? "", secret: true);

        return new BackingService(
            $"{host}:{parts.Port}, database {parts.Database}, given by {found.Variable}",
            Process: null,
            async cancellationToken =>
                await FindProblemAsync(found.Connection, cancellationToken) is { } problem
                    ? $"the PostgreSQL given by {found.Variable} ({host}:{parts.Port}) cannot be used: {problem}"
                    : null
        );
    }

    private static async Task<BackingService> EmbeddedAsync(
        PostgresServerResource server,
        LocalServicesOptions options,
        int? parent,
        CancellationToken cancellationToken
    )
    {
        if (server.UserNameParameter is not null || server.PasswordParameter is not GeneratedPassword)
        {
            throw new DistributedApplicationException(
                $"The embedded PostgreSQL chooses its own user and password; leave them out at '{server.Name}', or give a server in DATABASE_URL."
            );
        }

        var wanted = server.Annotations.OfType<EndpointAnnotation>().First().Port;
        var process = await LocalServiceProcesses.PostgresAsync(options with { Port = wanted ?? options.Port }, parent, cancellationToken);
        var parts = new NpgsqlConnectionStringBuilder(process.ConnectionString);
        BackingServices.Allocate(server, "localhost", process.Port);
        server.UserNameParameter = BackingServices.Known($"{server.Name}-username", parts.Username!, secret: false);
        server.PasswordParameter = BackingServices.Known($"{server.Name}-password", parts.Password!, secret: true);
        var maintenance = Maintenance(process.ConnectionString);

        return new BackingService(
            $"embedded, data in {Path.Combine(options.DataDirectory, "postgres")}, because no connection string is given (DATABASE_URL)",
            process,
            token => FindProblemAsync(maintenance, token)
        );
    }

    private static void Redirect(PostgresDatabaseResource database, string connection)
    {
        var value = BackingServices.Known(GivenName, connection, secret: true);
        database.Annotations.Add(
            new ConnectionStringRedirectAnnotation(new GivenConnectionStringResource(GivenName, ReferenceExpression.Create($"{value}")))
        );
    }

    /// <summary>For one look at the server: not pooled, or the connection would stay open as long as the AppHost runs.</summary>
    private static string Maintenance(string connection) =>
        new NpgsqlConnectionStringBuilder(connection) { Database = "postgres", Pooling = false }.ConnectionString;

    private static async Task<string?> FindProblemAsync(string connectionString, CancellationToken cancellationToken)
    {
        // Not pooled: an idle connection of ours would keep the server from stopping.
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, Timeout = 3 };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);

            return null;
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or System.Net.Sockets.SocketException)
        {
            return e.InnerException is { } inner ? $"{e.Message} ({inner.Message})" : e.Message;
        }
    }
}
