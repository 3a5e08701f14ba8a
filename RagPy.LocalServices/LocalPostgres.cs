using System.Diagnostics;
using Npgsql;
using RagPy.LocalServices.Postgres;

namespace RagPy.LocalServices;

/// <summary>
/// A hold on the PostgreSQL of a data directory. The first holder starts the server, others share it, and it stops when the last one has left or died.
/// </summary>
/// <remarks>While held, a server that was killed is started again, as a rule on the same port; connections open at that moment are lost, as with any server.</remarks>
public sealed class LocalPostgres : IAsyncDisposable
{
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_watch = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(6);

    private readonly LocalServicesOptions _options;
    private readonly PostgresFiles _files;
    private readonly FileLock _hold;
    private readonly CancellationTokenSource _left = new();
    private readonly Task _watch;

    private LocalPostgres(
        LocalServicesOptions options,
        PostgresFiles files,
        FileLock hold,
        string connectionString,
        IProgress<string>? progress
    )
    {
        _options = options;
        _files = files;
        _hold = hold;
        ConnectionString = connectionString;
        _watch = WatchAsync(progress);
    }

    /// <summary>Npgsql connection string of the database <c>ragpy</c>, whose owner the role is. Contains the password.</summary>
    public string ConnectionString { get; }

    /// <summary>Takes a hold; starts the server when none runs, installing it first when it is not there. Returns when it answers.</summary>
    /// <param name="progress">Gets a line for each step that takes noticeable time; null for none.</param>
    /// <exception cref="LocalServicesException">There can be no server here; the message says what to do.</exception>
    public static async Task<LocalPostgres> AcquireAsync(
        LocalServicesOptions options,
        IProgress<string>? progress,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        PostgresTools.DemandPlatform();
        var files = PostgresFiles.Of(options);
        files.Create();
        var hold = await FileLock.TakeAsync(files.Server, exclusive: false, cancellationToken);

        try
        {
            return new LocalPostgres(options, files, hold, await EnsureAsync(options, files, hold, progress, cancellationToken), progress);
        }
        catch
        {
            hold.Dispose();
            throw;
        }
    }

    /// <summary>Leaves. The server stops after the grace when nobody else holds it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_left.IsCancellationRequested)
        {
            return;
        }

        await _left.CancelAsync();
        await _watch;
        _hold.Dispose();
        _left.Dispose();
    }

    private static async Task<string> EnsureAsync(
        LocalServicesOptions options,
        PostgresFiles files,
        FileLock hold,
        IProgress<string>? progress,
        CancellationToken cancellationToken
    )
    {
        using var starting = await FileLock.TakeAsync(files.Starting, exclusive: true, cancellationToken);
        var waited = Stopwatch.StartNew();

        while (waited.Elapsed < s_patience)
        {
            if (!FileLock.IsHeldExclusively(files.Running))
            {
                await ServerLauncher.StartAsync(options, progress, cancellationToken);
            }

            if (ServerState.Parse(hold.Read()) is { } state)
            {
                var connection = PostgresCluster.ConnectionString(state.Port, ReadPassword(files), PostgresCluster.Database);

                if (await AnswersAsync(connection, cancellationToken))
                {
                    return connection;
                }
            }

            await Task.Delay(s_poll, cancellationToken);
        }

        throw new LocalServicesException(
            $"The database in {files.Root} does not answer; see {files.Log}, or give another one in DATABASE_URL."
        );
    }

    private static string ReadPassword(PostgresFiles files)
    {
        try
        {
            return File.ReadAllText(files.Password).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LocalServicesException(
                $"The database's password in {files.Password} cannot be read ({e.Message}); run as the user who owns it, or name another folder in RAGPY_DATA.",
                e
            );
        }
    }

    private static async Task<bool> AnswersAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false;Timeout=5");

        try
        {
            await connection.OpenAsync(cancellationToken);

            return true;
        }
        catch (NpgsqlException)
        {
            // Being restarted, or the file is from before: asked again until the patience is over.
            return false;
        }
    }

    private async Task WatchAsync(IProgress<string>? progress)
    {
        using var timer = new PeriodicTimer(s_watch);

        try
        {
            while (await timer.WaitForNextTickAsync(_left.Token))
            {
                if (FileLock.IsHeldExclusively(_files.Running))
                {
                    continue;
                }

                progress?.Report("The database was ended from outside; starting it again …");

                try
                {
                    await EnsureAsync(_options, _files, _hold, progress, _left.Token);
                }
                catch (LocalServicesException e)
                {
                    // Users of the connection string see its errors; the next round tries again.
                    progress?.Report(e.Message);
                }
            }
        }
        catch (OperationCanceledException) when (_left.IsCancellationRequested)
        {
            // We leave.
        }
    }
}
