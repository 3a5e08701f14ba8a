using System.Text.Json;

namespace RagPy.Hosting.Running;

/// <summary>What runs, for people, for <c>doctor</c> and for tests; in a file that only its owner can read.</summary>
/// <param name="ProcessId">The AppHost.</param>
/// <param name="Urls">What people open; the dashboard's holds its token.</param>
/// <param name="DashboardApiKey">Header <c>x-api-key</c> of the dashboard's telemetry API; null without a dashboard.</param>
internal sealed record RunState(int ProcessId, IReadOnlyList<RunUrl> Urls, string? DashboardApiKey)
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>The state of a run; null when there is none.</summary>
    public static RunState? Read(RunFolder folder)
    {
        try
        {
            return File.Exists(folder.State) ? JsonSerializer.Deserialize<RunState>(File.ReadAllBytes(folder.State), s_json) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            // Being written, or somebody else's.
            return null;
        }
    }

    public void Write(RunFolder folder) => PrivateFile.Write(folder.State, JsonSerializer.SerializeToUtf8Bytes(this, s_json));
}
