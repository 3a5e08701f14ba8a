using System.Text.Json;
using Aspire.Hosting.ApplicationModel;

namespace RagPy.Hosting.Running;

/// <summary>
/// Where those replicas of a resource are that may be asked, in a file that others read again and again: they come in when they are healthy for the first time, and
/// go before they are stopped or when they have died. One that is merely unhealthy stays: whoever asks it sees that sooner, and if all are, the answer of one says
/// more than that there is none.
/// </summary>
/// <param name="endpoint">The endpoint whose addresses are listed.</param>
/// <param name="path">The file.</param>
internal sealed class ReplicaList(EndpointReference endpoint, string path)
{
    /// <summary>In which every reader has seen a change: twice the time between two looks of the gateway.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, string> _addresses = new(StringComparer.Ordinal);

    public string Path { get; } = path;

    public EndpointReference Endpoint { get; } = endpoint;

    /// <summary>Writes an empty list: one of a former run would lead astray.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _addresses.Clear();
            Write();
        }
    }

    /// <summary>A replica may be asked.</summary>
    public void Add(string replica, int port)
    {
        lock (_gate)
        {
            _addresses[replica] = $"{Endpoint.Scheme}://127.0.0.1:{port}";
            Write();
        }
    }

    /// <summary>A replica must not be asked any more.</summary>
    public void Remove(string replica)
    {
        lock (_gate)
        {
            if (_addresses.Remove(replica))
            {
                Write();
            }
        }
    }

    private void Write() => PrivateFile.Write(Path, JsonSerializer.SerializeToUtf8Bytes(new { destinations = _addresses.Values }));
}
