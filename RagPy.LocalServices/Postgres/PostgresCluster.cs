using System.Globalization;
using System.Security.Cryptography;
using Npgsql;

namespace RagPy.LocalServices.Postgres;

/// <summary>A data directory with the programs and the account that belong to it.</summary>
/// <param name="Programs">Folder with <c>bin/postgres</c> below it.</param>
/// <param name="Data">Real path of the data directory.</param>
/// <param name="Account">Who runs PostgreSQL.</param>
/// <param name="Password">Password of the role <c>ragpy</c>.</param>
/// <param name="Durable">See <see cref="LocalServicesOptions.Durable"/>.</param>
internal sealed record PostgresCluster(string Programs, string Data, PostgresAccount Account, string Password, bool Durable)
{
    public const string Role = "ragpy";
    public const string Database = "ragpy";

    private static readonly Dictionary<string, string> s_environment = new()
    {
        ["PATH"] = "/usr/local/bin:/usr/bin:/bin",
        ["LC_ALL"] = "C",
        ["TZ"] = "UTC",
    };

    /// <summary>The environment of PostgreSQL's programs: nothing of ours, for it may hold secrets.</summary>
    public static IReadOnlyDictionary<string, string> CleanEnvironment => s_environment;

    /// <summary>Distinguishes this data directory's processes in a process list (<c>postgres: ragpy-1a2b3c4d: checkpointer</c>).</summary>
    public string Name => "ragpy-" + Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Data)))[..8];

    /// <summary>Makes programs and data ready to start; runs initdb the first time.</summary>
    public static async Task<PostgresCluster> PrepareAsync(
        LocalServicesOptions options,
        IProgress<string> progress,
        CancellationToken cancellationToken
    )
    {
        var files = PostgresFiles.Of(options);
        var native = await PostgresTools.FindAsync(options, progress, cancellationToken);
        var account = await PostgresAccount.ChooseAsync(options.PostgresUser, files.Data, cancellationToken);
        var programs = await PostgresPlace.ProgramsAsync(native, account, cancellationToken);
        var data = await PostgresPlace.DataAsync(files, account, cancellationToken);
        var cluster = new PostgresCluster(programs, data, account, await PasswordAsync(files, cancellationToken), options.Durable);

        if (!File.Exists(Path.Combine(data, "PG_VERSION")))
        {
            progress.Report("Creating the database …");
            await cluster.InitialiseAsync(cancellationToken);
        }

        await cluster.CheckVersionAsync(cancellationToken);

        return cluster;
    }

    /// <summary>Connection string in Npgsql's form.</summary>
    public static string ConnectionString(int port, string password, string database) =>
        new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = port,
            Username = Role,
            Password = password,
            Database = database,
            // The server is on this machine's loopback, and its libraries carry no certificate.
            SslMode = SslMode.Disable,
        }.ConnectionString;

    /// <summary>The server's command line. Settings are given here, not in a file, so that a new version of RagPy brings its own.</summary>
    public IReadOnlyList<string> ServerCommand(int port)
    {
        List<(string Name, string Value)> settings =
        [
            ("port", port.ToString(CultureInfo.InvariantCulture)),
            ("listen_addresses", "127.0.0.1"),
            ("unix_socket_directories", ""),
            ("cluster_name", Name),
            ("max_connections", "200"),
            ("shared_buffers", "256MB"),
            ("effective_cache_size", "1GB"),
            ("work_mem", "8MB"),
            ("maintenance_work_mem", "64MB"),
            ("random_page_cost", "1.1"),
            // Short statements gain nothing from either; parallel workers also need more of /dev/shm than containers give.
            ("jit", "off"),
            ("max_parallel_workers_per_gather", "0"),
            // A single server without replicas: the smallest log that survives a crash.
            ("max_logical_replication_workers", "0"),
            ("log_checkpoints", "off"),
            ("wal_level", "minimal"),
            ("max_wal_senders", "0"),
            ("wal_compression", "on"),
            ("max_wal_size", "1GB"),
            ("min_wal_size", "80MB"),
            ("checkpoint_timeout", "15min"),
            ("synchronous_commit", Durable ? "on" : "off"),
            ("fsync", Durable ? "on" : "off"),
            ("full_page_writes", Durable ? "on" : "off"),
            ("log_min_messages", "warning"),
            // Statements carry people's text; they stay out of logs.
            ("log_min_error_statement", "panic"),
            ("log_error_verbosity", "terse"),
        ];

        return [Path.Combine(Programs, "bin", "postgres"), "-D", Data, .. settings.SelectMany(s => new[] { "-c", $"{s.Name}={s.Value}" })];
    }

    /// <summary>Password of the role; made when there is none yet.</summary>
    public static async Task<string> PasswordAsync(PostgresFiles files, CancellationToken cancellationToken)
    {
        if (!File.Exists(files.Password))
        {
            var partial = $"{files.Password}.{Environment.ProcessId}.partial";
            await WritePrivateAsync(partial, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24)), cancellationToken);

            try
            {
                File.Move(partial, files.Password);
            }
            catch (IOException) when (File.Exists(files.Password))
            {
                // Another process was first: its password is the database's.
                File.Delete(partial);
            }
        }

        return (await File.ReadAllTextAsync(files.Password, cancellationToken)).Trim();
    }

    private static async Task WritePrivateAsync(string path, string text, CancellationToken cancellationToken)
    {
        File.Delete(path);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        await using var writer = new StreamWriter(path, options);
        await writer.WriteAsync(text.AsMemory(), cancellationToken);
    }

    /// <summary>initdb into a folder beside, renamed when whole: a start killed half-way leaves nothing that looks like a database.</summary>
    private async Task InitialiseAsync(CancellationToken cancellationToken)
    {
        var partial = Data + ".partial";

        if (Directory.Exists(partial))
        {
            Directory.Delete(partial, recursive: true);
        }

        Directory.CreateDirectory(partial);
        Account.TakeOver(partial);
        var passwordFile = Data + ".password";
        await WritePrivateAsync(passwordFile, Password, cancellationToken);
        Account.TakeOver(passwordFile);

        try
        {
            List<string> command =
            [
                Path.Combine(Programs, "bin", "initdb"),
                $"--pgdata={partial}",
                $"--username={Role}",
                $"--pwfile={passwordFile}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                // The same order of strings on every machine, whatever its C library knows.
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--data-checksums",
                "--no-instructions",
            ];

            if (!Durable)
            {
                command.Add("--no-sync");
            }

            var outcome = await Command.RunAsync(Account.Wrap(command, diesWithParent: false), "/", s_environment, cancellationToken);

            if (outcome.ExitCode != 0)
            {
                throw new LocalServicesException(
                    ServerMessages.Explain("The database could not be created", outcome.Error + outcome.Output)
                );
            }
        }
        finally
        {
            File.Delete(passwordFile);
        }

        Directory.Move(partial, Data);
    }

    private async Task CheckVersionAsync(CancellationToken cancellationToken)
    {
        var made = (await File.ReadAllTextAsync(Path.Combine(Data, "PG_VERSION"), cancellationToken)).Trim();
        var outcome = await Command.RunAsync(
            [Path.Combine(Programs, "bin", "postgres"), "--version"],
            "/",
            s_environment,
            cancellationToken
        );
        var program = outcome.Output.Split(' ').Skip(2).FirstOrDefault()?.Split('.')[0].Trim();

        if (program is null)
        {
            throw new LocalServicesException(ServerMessages.Explain("PostgreSQL does not run on this machine", outcome.Error));
        }

        if (program != made)
        {
            throw new LocalServicesException(
                $"The database in {Data} was made by PostgreSQL {made} and this is PostgreSQL {program}; export with the older version of RagPy, or give a database in DATABASE_URL."
            );
        }
    }
}
