using RagPy.Core.Pipeline;
using RagPy.Core.Providers;

namespace RagPy.Core.Indexing.Remote;

/// <summary>What can go wrong with a remote store, told apart from our own mistakes.</summary>
internal static class StoreFailures
{
    /// <summary>The reason, for people, when the store is away, refuses, or is not configured; null for anything else.</summary>
    public static Failure? Of(Exception exception) =>
        exception switch
        {
            TransientFailureException transient => transient.Failure,
            DocumentFailedException failed => failed.Failure,
            ProviderRefusedException refused => refused.Failure,
            _ => null,
        };
}
