using Microsoft.Extensions.Logging;
using RagPy.Core.Extraction.Recognition;
using RagPy.Core.Providers;
using RagPy.Core.Settings;
using RagPy.Core.Storage;

namespace RagPy.Core.Pipeline;

/// <summary>
/// Brings a batch to the provider. Whatever is done there is written down before, so that who comes after a kill knows what to look for: files carry the batch's
/// name, the job carries it in its metadata, and a job is not made again before it is certain that there is none.
/// </summary>
internal sealed partial class RecognitionBatchSender(
    MistralBatches provider,
    RecognitionBatchStore store,
    RecognitionBatchRows rows,
    RecognitionBatchReader results,
    IBlobStore blobs,
    RagPySettings settings,
    RecognitionBatchOptions options,
    TimeProvider time,
    ILogger<RecognitionBatchSender> logger
)
{
    /// <summary>Times that a job is asked for again when it turned out that there is none.</summary>
    private const int MostCreations = 3;

    private const string Pdf = "application/pdf";
    private const string JsonLines = "application/jsonl";

    /// <summary>Uploads the files of a batch and the requests for their pages, and makes the job.</summary>
    /// <param name="held">The lock that makes this process the only one to do so.</param>
    public async Task UploadAsync(RecognitionBatch batch, AdvisoryLock held, CancellationToken cancellationToken)
    {
        var prefix = MistralBatches.FilePrefixOf(batch.Id);
        var there = (await provider.Files.FindAsync(prefix, cancellationToken)).ToLookup(file => file.Name, file => file.Id);
        var missing = (await rows.FilesOfAsync(batch.Id, cancellationToken)).Where(file => file.Uploaded is null);
        var limits = new ParallelOptions
        {
            MaxDegreeOfParallelism = settings.MistralConcurrentCalls,
            CancellationToken = cancellationToken,
        };
        await Parallel.ForEachAsync(
            missing,
            limits,
            async (file, token) =>
            {
                var name = $"{prefix}{file.Id}.pdf";
                var id = there[name].FirstOrDefault() ?? await TryUploadAsync(file, name, token);
                await (id is null ? store.CloseAsync(file.Id, token) : store.NoteUploadedAsync(file.Id, id, token));
            }
        );

        var files = await rows.FilesOfAsync(batch.Id, cancellationToken);
        if (files.Count == 0)
        {
            await results.GiveUpAsync(batch, "The provider takes none of the files.", cancellationToken);
            return;
        }

        var requests = MistralBatches.Requests(files.Select(file => (file.Id, file.Uploaded!, (IReadOnlyList<int>)file.Pages)));
        batch.InputFile = await provider.Files.UploadAsync(
            "batch",
            $"{prefix}requests.jsonl",
            JsonLines,
            () => new MemoryStream(requests, writable: false),
            party: "",
            cancellationToken
        );
        await CreateAsync(batch, held, cancellationToken);
    }

    /// <summary>Goes on where a job was asked for and nobody knows whether there is one.</summary>
    public async Task ResolveAsync(RecognitionBatch batch, AdvisoryLock held, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (await provider.FindAsync(batch.Id, batch.CreatedAt, cancellationToken) is { } job)
        {
            await NoteCreatedAsync(batch, job, cancellationToken);
        }
        else if (now < batch.CreatingAt + options.Grace)
        {
            batch.NextLook = now + Shorter(options.Poll, options.Grace / 4);
            await rows.SaveAsync(batch, cancellationToken);
        }
        else if (batch.Failures >= MostCreations)
        {
            await results.GiveUpAsync(batch, batch.Trouble ?? "The batch cannot be made.", cancellationToken);
        }
        else
        {
            batch.Failures++;
            await CreateAsync(batch, held, cancellationToken);
        }
    }

    private async Task CreateAsync(RecognitionBatch batch, AdvisoryLock held, CancellationToken cancellationToken)
    {
        batch.Failures = batch.State == RecognitionBatchState.Creating ? batch.Failures : 0;
        batch.State = RecognitionBatchState.Creating;
        batch.CreatingAt = time.GetUtcNow();
        batch.NextLook = time.GetUtcNow();
        await rows.SaveAsync(batch, cancellationToken);
        await held.ConfirmAsync(cancellationToken);
        try
        {
            var job = await provider.CreateAsync(batch.Id, batch.Model, batch.InputFile!, cancellationToken);
            await NoteCreatedAsync(batch, job, cancellationToken);
        }
        catch (Exception exception) when (ProviderFailures.Final(exception) is { } refusal)
        {
            await results.GiveUpAsync(batch, refusal.Reason, cancellationToken);
        }
        catch (TransientFailureException unknown)
        {
            LogUnknown(batch.Id, unknown.Failure.Reason);
            batch.Trouble = unknown.Failure.Reason;
            batch.NextLook = time.GetUtcNow() + Shorter(options.Poll, options.Grace / 4);
            await rows.SaveAsync(batch, cancellationToken);
        }
    }

    private async Task NoteCreatedAsync(RecognitionBatch batch, MistralBatchJob job, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        batch.State = RecognitionBatchState.Running;
        batch.JobId = job.Id;
        batch.SubmittedAt = now;
        batch.NextLook = now + options.Poll;
        (batch.Failures, batch.Trouble) = (0, null);
        await rows.SaveAsync(batch, cancellationToken);
        LogSubmitted(batch.Id, job.Id);
    }

    /// <returns>Null when the file cannot be sent.</returns>
    private async Task<string?> TryUploadAsync(BatchedFile file, string name, CancellationToken cancellationToken)
    {
        try
        {
            using var local = await blobs.GetLocalAsync(
                file.ProjectId,
                new BlobReference(file.FileHash, file.FileLength),
                cancellationToken
            );
            var party = file.SessionId.ToString(System.Globalization.CultureInfo.InvariantCulture);
            return await provider.Files.UploadAsync("ocr", name, Pdf, () => File.OpenRead(local.Path), party, cancellationToken);
        }
        catch (FileNotFoundException)
        {
            // The document was deleted; where it was not, its ordinary turn says what is wrong.
            return null;
        }
        catch (ProviderRefusedException refused)
        {
            LogRefused(file.DocumentId, refused.Failure.Reason);
            return null;
        }
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    [LoggerMessage(Level = LogLevel.Information, Message = "Batch {Batch} is Mistral's job {Job}")]
    private partial void LogSubmitted(Guid batch, string job);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Whether batch {Batch} was made at Mistral is not known, and will be asked: {Reason}"
    )]
    private partial void LogUnknown(Guid batch, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The file of document {DocumentId} goes into no batch: {Reason}")]
    private partial void LogRefused(Guid documentId, string reason);
}
