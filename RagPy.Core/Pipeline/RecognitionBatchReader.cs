using Microsoft.Extensions.Logging;
using RagPy.Core.Extraction.Recognition;
using RagPy.Core.Providers;
using RagPy.Core.Settings;

namespace RagPy.Core.Pipeline;

/// <summary>Looks at a batch's job, stores what it brought when it has ended, and removes what is left of it at the provider.</summary>
internal sealed partial class RecognitionBatchReader(
    MistralBatches provider,
    RecognitionBatchStore store,
    RecognitionBatchRows rows,
    RecognitionBatchFiles files,
    RagPySettings settings,
    RecognitionBatchOptions options,
    TimeProvider time,
    ILogger<RecognitionBatchReader> logger
)
{
    private const int NotFound = 404;

    /// <summary>Batches that a page is put into; after that it is read by an ordinary call.</summary>
    private const int MostBatches = 2;

    /// <summary>Looks after which fewer answers are taken than the job says there are.</summary>
    private const int MostFetches = 3;

    /// <summary>One look at a job.</summary>
    public async Task LookAsync(RecognitionBatch batch, CancellationToken cancellationToken)
    {
        MistralBatchJob job;
        try
        {
            job = await provider.GetAsync(batch.JobId!, cancellationToken);
        }
        catch (ProviderRefusedException refused) when (refused.Status == NotFound)
        {
            await StoreAsync(batch, isSuccess: false, [], refused.Failure.Reason, cancellationToken);
            return;
        }

        if (job.IsEnded)
        {
            LogEnded(batch.Id, job.Status, job.Succeeded, job.Total);
            await NoteLeftoversAsync(batch, [job.OutputFile, job.ErrorFile], cancellationToken);
            var answers = await FetchAsync(batch, job, cancellationToken);
            await StoreAsync(batch, job.IsSuccess, answers, job.IsSuccess ? null : job.Reason, cancellationToken);
        }
        else if (IsOverdue(batch))
        {
            await StoreAsync(batch, isSuccess: false, [], "Mistral has not ended the batch in time.", cancellationToken);
        }
        else
        {
            await NoteProgressAsync(batch, job, cancellationToken);
        }
    }

    /// <summary>Whether a job should have ended long ago.</summary>
    public bool IsOverdue(RecognitionBatch batch) =>
        time.GetUtcNow() > (batch.SubmittedAt ?? batch.CreatedAt) + TimeSpan.FromHours(settings.MistralOcrBatchHours) + options.Overtime;

    /// <summary>Leaves the files of a batch to ordinary calls.</summary>
    public async Task GiveUpAsync(RecognitionBatch batch, string reason, CancellationToken cancellationToken)
    {
        LogGivenUp(batch.Id, reason);
        await NoteLeftoversAsync(batch, [], cancellationToken);
        foreach (var file in await rows.FilesOfAsync(batch.Id, cancellationToken))
        {
            await store.CloseAsync(file.Id, cancellationToken);
        }

        await EndAsync(batch, reason, cancellationToken);
    }

    /// <summary>Deletes the files of a batch at the provider, also those that a killed worker did not come to write down.</summary>
    public async Task CleanAsync(RecognitionBatch batch, CancellationToken cancellationToken)
    {
        if (settings.MistralDeleteUploadedFile)
        {
            var named = await provider.Files.FindAsync(MistralBatches.FilePrefixOf(batch.Id), cancellationToken);
            foreach (var id in batch.Leftovers.Concat(named.Select(file => file.Id)).Distinct())
            {
                await provider.Files.DeleteAsync(id, party: "", cancellationToken);
            }
        }

        batch.State = RecognitionBatchState.Ended;
        batch.EndedAt = time.GetUtcNow();
        await rows.SaveAsync(batch, cancellationToken);
    }

    private async Task NoteProgressAsync(RecognitionBatch batch, MistralBatchJob job, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        (batch.Requests, batch.Completed) = (job.Total, job.Completed);
        (batch.Failures, batch.Trouble) = (0, null);
        var age = now - batch.SubmittedAt!.Value;
        batch.NextLook = now + TimeSpan.FromTicks(Math.Clamp(age.Ticks / 20, options.Poll.Ticks, options.LongestPoll.Ticks));
        await rows.SaveAsync(batch, cancellationToken);
        await files.TellAsync(batch, cancellationToken);
    }

    private async Task<IReadOnlyList<(long File, MistralOcrAnswer Answer)>> FetchAsync(
        RecognitionBatch batch,
        MistralBatchJob job,
        CancellationToken cancellationToken
    )
    {
        if (job.OutputFile is not { } output)
        {
            return [];
        }

        try
        {
            var atLeast = batch.Failures < MostFetches ? job.Succeeded : 0;
            return await provider.Files.ReadAsync(output, content => MistralBatchAnswers.Read(content, atLeast), cancellationToken);
        }
        catch (ProviderRefusedException refused)
        {
            LogNoAnswers(batch.Id, refused.Failure.Reason);
            return [];
        }
    }

    private async Task StoreAsync(
        RecognitionBatch batch,
        bool isSuccess,
        IReadOnlyList<(long File, MistralOcrAnswer Answer)> answers,
        string? trouble,
        CancellationToken cancellationToken
    )
    {
        await NoteLeftoversAsync(batch, [], cancellationToken);
        var byFile = answers.ToLookup(answer => answer.File, answer => answer.Answer);
        foreach (var file in await rows.FilesOfAsync(batch.Id, cancellationToken))
        {
            var wanted = file.Pages.ToHashSet();
            RecognizedPage[] pages =
            [
                .. byFile[file.Id]
                    .SelectMany(answer => answer.Pages)
                    .Where(page => wanted.Remove(page.Index + 1))
                    .Select(page => page.ToPage(page.Index + 1)),
            ];
            var charged = byFile[file.Id].Sum(answer => answer.UsageInfo?.PagesProcessed ?? answer.Pages.Count);
            int[] again = isSuccess || file.Attempt + 1 >= MostBatches ? [] : [.. wanted.Order()];
            await store.StoreAsync(file, batch.Model, pages, charged, again, cancellationToken);
        }

        await EndAsync(batch, trouble, cancellationToken);
    }

    /// <summary>Notes what is to be deleted, before files are taken out of the batch.</summary>
    private async Task NoteLeftoversAsync(RecognitionBatch batch, string?[] more, CancellationToken cancellationToken)
    {
        var uploaded = (await rows.FilesOfAsync(batch.Id, cancellationToken)).Select(file => file.Uploaded);
        batch.Leftovers = [.. batch.Leftovers.Concat([.. uploaded, batch.InputFile, .. more]).OfType<string>().Distinct()];
        await rows.SaveAsync(batch, cancellationToken);
    }

    private async Task EndAsync(RecognitionBatch batch, string? trouble, CancellationToken cancellationToken)
    {
        batch.State = RecognitionBatchState.Cleaning;
        (batch.Failures, batch.Trouble) = (0, trouble);
        batch.NextLook = time.GetUtcNow();
        await rows.SaveAsync(batch, cancellationToken);
    }

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Batch {Batch} has ended at Mistral with {Status}: {Succeeded} of {Total} requests"
    )]
    private partial void LogEnded(Guid batch, string status, int succeeded, int total);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Batch {Batch} is given up, its pages are read by ordinary calls: {Reason}")]
    private partial void LogGivenUp(Guid batch, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The answers of batch {Batch} cannot be had: {Reason}")]
    private partial void LogNoAnswers(Guid batch, string reason);
}
