using Microsoft.Extensions.Logging;
using RagPy.Core.Pipeline;
using RagPy.Core.Providers;
using RagPy.Core.Settings;

namespace RagPy.Core.Extraction.Recognition;

/// <summary>Deletes at Mistral what ordinary calls of killed workers have left there. What belongs to a batch is deleted with the batch.</summary>
internal sealed partial class MistralFileSweep(
    ProviderClient client,
    ProviderEndpoints endpoints,
    RagPySettings settings,
    TimeProvider time,
    ILogger<MistralFileSweep> logger
)
{
    /// <summary>Nobody works as long as this on one document.</summary>
    private static readonly TimeSpan s_idle = TimeSpan.FromHours(6);

    /// <summary>One round; nothing where Mistral reads no pages, or files are to stay there.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        if (
            settings is not { MistralDeleteUploadedFile: true, Recognition: RecognitionChoices.Auto or RecognitionChoices.Mistral }
            || !endpoints.IsReady(ProviderEndpoints.Mistral)
        )
        {
            return;
        }

        var files = new MistralFiles(client, endpoints.Require(ProviderEndpoints.Mistral), settings);
        var before = (time.GetUtcNow() - s_idle).ToUnixTimeSeconds();
        try
        {
            foreach (var file in await files.FindAsync(MistralRecognition.FileName, cancellationToken))
            {
                if (file.CreatedAt < before)
                {
                    await files.DeleteAsync(file.Id, party: "", cancellationToken);
                }
            }
        }
        catch (Exception exception) when (ProviderFailures.Final(exception) is not null || exception is TransientFailureException)
        {
            LogKept(exception.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "What may be left over at Mistral stays there for now: {Reason}")]
    private partial void LogKept(string reason);
}
