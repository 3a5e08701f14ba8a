using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Npgsql;
using RagPy.Core.CleanUp;
using RagPy.Core.Providers;
using RagPy.Core.Providers.Chat;

namespace RagPy.Core.Pipeline;

/// <summary>
/// Buys clean texts for every pump of this process: one call a chunk, no text asked for twice, and what comes back is stored before its place is given to the next
/// call, also when nobody waits for it any more: a process that dies loses what was under way, and no more.
/// </summary>
internal sealed partial class CleanUpDispatcher(
    IChatModels models,
    CleanUpWriter writer,
    SpendingService spending,
    PriceTable prices,
    WorkerLifetime lifetime,
    TimeProvider time,
    ILogger<CleanUpDispatcher> logger
)
{
    private const int StoreTries = 60;

    private static readonly TimeSpan s_storeDelay = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<(long Project, Guid Key), Lazy<Task<CleanUpAnswer>>> _underWay = new();

    /// <summary>Cleans one chunk up, in the store as well.</summary>
    /// <exception cref="DocumentFailedException">Key, account or model are wrong.</exception>
    /// <exception cref="PausedException">The session's cap is reached.</exception>
    /// <exception cref="TransientFailureException">It may work later.</exception>
    public async Task CleanAsync(CleanUpWork work, CancellationToken cancellationToken)
    {
        var key = (work.Item.ProjectId, work.Key);
        var mine = new Lazy<Task<CleanUpAnswer>>(() => BuyAsync(work));
        var underWay = _underWay.GetOrAdd(key, mine);
        var bought = underWay.Value;
        if (underWay == mine)
        {
            _ = bought.ContinueWith(
                ended =>
                {
                    _underWay.TryRemove(new(key, mine));
                    // Whoever waited may be gone; an exception that nobody looks at is no news then.
                    _ = ended.Exception;
                },
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default
            );
        }

        await writer.WriteAsync(work, await bought.WaitAsync(cancellationToken), cancellationToken);
    }

    private async Task<CleanUpAnswer> BuyAsync(CleanUpWork work)
    {
        await Task.Yield();
        if (await writer.FindAsync(work, lifetime.Aborting) is { } text)
        {
            return CleanUpAnswer.Accepted(work.Text, text);
        }

        await spending.RequireAsync(work.Item.SessionId, work.Item.PersonId, lifetime.Aborting);
        try
        {
            await using var kept = new CallPlaces();
            var response = await AskAsync(work, kept);
            var answer = CleanUpAnswer.Of(work.Text, response);
            await StoreAsync(work, answer, EntryOf(work, response));
            return answer;
        }
        catch (ProviderRefusedException refused) when (refused.MayPassInParts)
        {
            LogRefused(work.Item.DocumentId, work.Ordinal + 1, refused.Failure.Reason);
            return CleanUpAnswer.Kept(work.Text, CleanUpOutcome.Refused);
        }
    }

    private Task<ChatResponse> AskAsync(CleanUpWork work, CallPlaces kept)
    {
        var party = work.Item.SessionId.ToString(CultureInfo.InvariantCulture);
        var options = new ChatOptions
        {
            Temperature = CleanUpPrompt.Temperature,
            MaxOutputTokens = CleanUpPrompt.MaxTokens,
            AdditionalProperties = ProviderCall.For(party, work.Tokens + CleanUpPrompt.InstructionTokens, kept: kept),
        };
        try
        {
            return models.Get(work.Model).GetResponseAsync(CleanUpPrompt.Messages(work.Text, work.Language), options, lifetime.Aborting);
        }
        catch (ProviderNotConfiguredException exception)
        {
            throw new DocumentFailedException(FailureCode.ProviderAuth, exception.Message, exception);
        }
    }

    private async Task StoreAsync(CleanUpWork work, CleanUpAnswer answer, ProviderLedgerEntry entry)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await writer.StoreAsync(work, answer, entry, lifetime.Aborting);
                return;
            }
            catch (NpgsqlException exception) when (ItemFailures.IsDatabaseAway(exception) && attempt < StoreTries)
            {
                // Paid for, so worth waiting until the database is back.
                LogNotStored(exception);
                await Task.Delay(s_storeDelay, time, lifetime.Aborting);
            }
        }
    }

    private ProviderLedgerEntry EntryOf(CleanUpWork work, ChatResponse response)
    {
        var name = models.Require(work.Model);
        var sent = response.Usage?.InputTokenCount ?? work.Tokens + CleanUpPrompt.InstructionTokens;
        var made = response.Usage?.OutputTokenCount ?? work.Tokens;
        var said = response.AdditionalProperties?.TryGetValue(RemoteChatClient.CostKey, out var value) == true ? value as decimal? : null;
        return new ProviderLedgerEntry
        {
            PersonId = work.Item.PersonId,
            ProjectId = work.Item.ProjectId,
            SessionId = work.Item.SessionId,
            Provider = name.Provider,
            Model = name.Model,
            Operation = "chat",
            InputTokens = sent,
            OutputTokens = made,
            Cost = said ?? prices.Find(name.Provider, name.Model)?.Of(sent, made, 0),
        };
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Passage {Passage} of document {DocumentId} keeps its raw text: {Reason}")]
    private partial void LogRefused(Guid? documentId, int passage, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database is away; a clean text waits to be stored")]
    private partial void LogNotStored(Exception exception);
}
