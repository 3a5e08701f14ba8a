using System.Security.Cryptography;
using System.Text;
using Aspire.Hosting;

namespace RagPy.Hosting.Running;

/// <summary>Where a run keeps its own files, below the data folder.</summary>
/// <param name="Data">Absolute path of the data folder.</param>
internal sealed record RunFolder(string Data)
{
    // A socket's path has at most 107 bytes, and the orchestrator adds some 40 to this one.
    private const int LongestCachePath = 64;

    public string Root => Path.Combine(Data, "apphost");

    /// <summary>Locked for as long as an AppHost works with this data folder.</summary>
    public string Lock => Path.Combine(Root, "lock");

    /// <summary>What runs, for people and for <c>doctor</c>.</summary>
    public string State => Path.Combine(Root, "run.json");

    /// <summary>Ports that were free last time.</summary>
    public string Ports => Path.Combine(Root, "ports.json");

    /// <summary>Passwords of servers in containers.</summary>
    public string ContainerSecrets => Path.Combine(Root, "container-secrets.json");

    public string KubeConfig => Path.Combine(Root, "kubeconfig");

    /// <summary>The orchestrator empties it when it ends.</summary>
    public string Session => Path.Combine(Root, "session");

    public string OrchestratorLog => Path.Combine(Root, "dcp.log");

    /// <summary>Stands in for the home folder of programs that would write into the user's.</summary>
    public string Home => Path.Combine(Root, "home");

    public string Cache
    {
        get
        {
            var path = Path.Combine(Root, "cache");

            return Encoding.UTF8.GetByteCount(path) <= LongestCachePath
                ? path
                : Path.Combine(
                    Path.GetTempPath(),
                    $"ragpy-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Data)))[..12]}"
                );
        }
    }

    /// <summary>Where a run takes commands.</summary>
    public string ControlSocket => Path.Combine(Cache, "control");

    /// <summary>Environment of one resource, for starting another process of it by hand.</summary>
    public string EnvironmentFile(string resource) => Path.Combine(Root, $"{resource}.json");

    /// <summary>Addresses of the replicas behind an endpoint.</summary>
    public string ReplicaFile(string resource, string endpoint) => Path.Combine(Root, $"{resource}-{endpoint}.replicas.json");

    /// <summary>Makes the folders, readable by their owner alone.</summary>
    /// <exception cref="DistributedApplicationException">They cannot be made.</exception>
    public void Create()
    {
        try
        {
            Directory.CreateDirectory(Data);
            foreach (var path in new[] { Root, Session, Home, Cache })
            {
                Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DistributedApplicationException(
                $"The data folder {Data} cannot be used ({e.Message}); free some space or name another one in RAGPY_DATA.",
                e
            );
        }
    }
}
