using Aspire.Hosting.ApplicationModel;

namespace RagPy.Hosting.Publishing;

/// <summary>What has to be known of a server's image to run it without privileges on a file system that cannot be written.</summary>
/// <param name="User">Id of the image's own user and group.</param>
/// <param name="Scratch">Folders that it writes and that need not be kept.</param>
/// <param name="Check">Shell command that succeeds when it serves.</param>
internal sealed record ServerImage(int User, IReadOnlyList<string> Scratch, string Check)
{
    /// <summary>Variables that it is started with beside the model's.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether it takes <c>NAME_FILE</c> for a variable <c>NAME</c>.</summary>
    public bool ReadsSecretFiles { get; init; }

    /// <summary>Makes the shell script that starts it in place of the model's command; it is given how the script reads a secret variable.</summary>
    public Func<Func<string, string>, string>? Start { get; init; }

    /// <summary>Program that runs <see cref="Check"/> and <see cref="Start"/>.</summary>
    public string Shell { get; init; } = "sh";

    /// <summary>Shared memory it needs, in bytes; 0 for the usual.</summary>
    public long SharedMemory { get; init; }

    /// <summary>What is known of a resource's image; null when nothing is.</summary>
    public static ServerImage? Of(IResource resource) =>
        resource switch
        {
            PostgresServerResource => new ServerImage(
                User: 999,
                ["/tmp", "/var/run/postgresql"],
                // By TCP: while it is set up it answers on its socket alone.
                "pg_isready --quiet --host=127.0.0.1 --username=postgres"
            )
            {
                ReadsSecretFiles = true,
                SharedMemory = 256L << 20,
                // The root of a volume may have a folder lost+found, which it does not take for its own.
                Environment = new Dictionary<string, string> { ["PGDATA"] = "/var/lib/postgresql/data/pgdata" },
            },
            RedisResource => new ServerImage(User: 999, ["/tmp", "/data"], "redis-cli ping | grep -q PONG")
            {
                // Its configuration comes by standard input: arguments could be seen by others. What it holds may be lost.
                Start = secret => $"exec redis-server - <<END\nrequirepass {secret("REDIS_PASSWORD")}\nsave \"\"\nappendonly no\nEND\n",
            },
            QdrantServerResource => new ServerImage(
                User: 1000,
                ["/tmp", "/qdrant/init"],
                "exec 3<>/dev/tcp/127.0.0.1/6333 && printf 'GET /readyz HTTP/1.0\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"
            )
            {
                Shell = "bash",
                Start = secret => $"export QDRANT__SERVICE__API_KEY={secret("QDRANT__SERVICE__API_KEY")}\nexec ./entrypoint.sh\n",
                Environment = new Dictionary<string, string>
                {
                    ["QDRANT_INIT_FILE_PATH"] = "/qdrant/init/.qdrant-initialized",
                    ["QDRANT__STORAGE__SNAPSHOTS_PATH"] = "/qdrant/storage/snapshots",
                },
            },
            _ => null,
        };
}
