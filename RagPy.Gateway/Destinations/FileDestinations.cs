using System.Runtime.CompilerServices;
using System.Text.Json;

namespace RagPy.Gateway.Destinations;

/// <summary>
/// Replicas listed in a file: <c>{"destinations":["http://127.0.0.1:41001","http://127.0.0.1:41002"]}</c>, read again when its content changes. It is looked at by
/// reading it: that sees a file replaced by renaming, a changed link (how Kubernetes mounts change) and network folders alike, which file system events do not.
/// </summary>
internal sealed partial class FileDestinations(string path, TimeSpan interval, TimeProvider time, ILogger<FileDestinations> logger)
    : IDestinationSource
{
    /// <summary>Looks that find the same problem before it is said: an incomplete file may have been caught while it was written.</summary>
    private const int Patience = 3;

    public async IAsyncEnumerable<IReadOnlyList<string>> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(interval, time);
        string? seen = null;
        var last = "";
        var looks = 0;
        do
        {
            var (content, problem) = await ReadAsync(cancellationToken);
            IReadOnlyList<string>? addresses = null;
            if (content is not null && content != seen && TryParse(content, out addresses, out problem))
            {
                seen = content;
                yield return addresses;
            }

            looks = problem == last ? looks + 1 : 1;
            last = problem;
            if (problem.Length > 0 && looks == Patience)
                KeptList(path, problem);
        } while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    private async Task<(string? Content, string Problem)> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await File.ReadAllTextAsync(path, cancellationToken), "");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return (null, exception.Message);
        }
    }

    private static bool TryParse(string content, out IReadOnlyList<string> addresses, out string problem)
    {
        var list = new List<string>();
        (addresses, problem) = (list, "");
        try
        {
            foreach (var text in JsonSerializer.Deserialize<DestinationList>(content, JsonSerializerOptions.Web)?.Destinations ?? [])
            {
                if (!DestinationAddress.TryNormalize(text, out var address))
                {
                    problem = $"\"{text}\" is not an absolute http or https address";

                    return false;
                }

                list.Add(address);
            }

            return true;
        }
        catch (JsonException exception)
        {
            problem = $"""expected JSON as in {"{"}"destinations":["http://127.0.0.1:41001"]{"}"}: {exception.Message}""";

            return false;
        }
    }

    [LoggerMessage(LogLevel.Warning, "The list of replicas in {Path} cannot be used, the one before stays: {Problem}")]
    private partial void KeptList(string path, string problem);

    private sealed record DestinationList(IReadOnlyList<string>? Destinations);
}
