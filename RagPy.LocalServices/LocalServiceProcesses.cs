using System.Globalization;
using System.Security.Cryptography;
using RagPy.LocalServices.Postgres;
using RagPy.LocalServices.Redis;

namespace RagPy.LocalServices;

/// <summary>Says how the services of this machine are run by an orchestrator, before they are: ports and passwords are settled here.</summary>
public static class LocalServiceProcesses
{
    /// <summary>
    /// PostgreSQL on a data directory. The port is the one given, else that of the server which runs there already, else the one it had last if that is free,
    /// else a free one.
    /// </summary>
    /// <param name="parent">Number of a process with which the service ends, however that one ends; null for none.</param>
    /// <exception cref="LocalServicesException">There can be no server here; the message says what to do.</exception>
    public static async Task<LocalServiceProcess> PostgresAsync(
        LocalServicesOptions options,
        int? parent,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        PostgresTools.DemandPlatform();
        var files = PostgresFiles.Of(options);
        files.Create();

        try
        {
            var password = await PostgresCluster.PasswordAsync(files, cancellationToken);
            var port = options.Port ?? await RunningPortAsync(files, cancellationToken) ?? FreePort(files);
            PreferredPort.Write(files, port);

            return Process(
                PostgresArguments.Foreground(options with { Port = port }, parent),
                new Dictionary<string, string>(),
                port,
                PostgresCluster.ConnectionString(port, password, PostgresCluster.Database)
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LocalServicesException(
                $"The files of the database in {files.Root} cannot be used ({e.Message}); run as the user who owns them, or name another folder in RAGPY_DATA.",
                e
            );
        }
    }

    /// <summary>Redis (Garnet), in memory only, with a new password.</summary>
    /// <param name="port">Port on 127.0.0.1; null for a free one.</param>
    /// <param name="parent">Number of a process with which the service ends, however that one ends; null for none.</param>
    public static LocalServiceProcess Redis(int? port, int? parent)
    {
        var chosen = port ?? LoopbackPort.Free();
        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));

        return Process(
            RedisCommand.Arguments(chosen, parent),
            new Dictionary<string, string> { [RedisCommand.PasswordVariable] = password },
            chosen,
            string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{chosen},password={password}")
        );
    }

    private static LocalServiceProcess Process(
        IReadOnlyList<string> arguments,
        Dictionary<string, string> environment,
        int port,
        string connectionString
    )
    {
        var program = ServiceProgram.Find();

        return new LocalServiceProcess(program[0], [.. program.Skip(1), .. arguments], environment, port, connectionString);
    }

    private static async Task<int?> RunningPortAsync(PostgresFiles files, CancellationToken cancellationToken)
    {
        if (!FileLock.IsHeldExclusively(files.Running))
        {
            return null;
        }

        if (ReadState(files) is { } state)
        {
            return state.Port;
        }

        // It is being started: whoever starts it lets go of this when it answers.
        using var started = await FileLock.TakeAsync(files.Starting, exclusive: true, cancellationToken);

        return ReadState(files)?.Port;
    }

    private static ServerState? ReadState(PostgresFiles files) =>
        File.Exists(files.Server) ? ServerState.Parse(File.ReadAllBytes(files.Server)) : null;

    private static int FreePort(PostgresFiles files) =>
        PreferredPort.Read(files) is { } last && LoopbackPort.IsFree(last) ? last : LoopbackPort.Free();
}
