using System.Text.Json;

namespace RagPy.LocalServices.Postgres;

/// <summary>What the lock file says of a server that is ready.</summary>
/// <param name="Port">TCP port on 127.0.0.1.</param>
/// <param name="Pid">Process of RagPy.LocalServices; for people, not trusted by anything.</param>
/// <param name="PostgresPid">Process of the postmaster; likewise.</param>
internal sealed record ServerState(int Port, int Pid, int PostgresPid)
{
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, JsonSerializerOptions.Web);

    /// <summary>Null when nothing, or only a part, is written.</summary>
    public static ServerState? Parse(byte[] bytes)
    {
        if (bytes.Length == 0)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<ServerState>(bytes, JsonSerializerOptions.Web);
        }
        catch (JsonException)
        {
            // Read while it was being written; the reader looks again.
            return null;
        }
    }
}
