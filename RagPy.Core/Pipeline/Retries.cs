namespace RagPy.Core.Pipeline;

/// <summary>Which failures a new run tries again although nothing changed.</summary>
internal static class Retries
{
    /// <summary>True for what depends on the machine, the network or the moment; false for what is in the file itself.</summary>
    public static bool IsWorthwhile(FailureCode? code) =>
        code
            is FailureCode.Timeout
                or FailureCode.Memory
                or FailureCode.Crash
                or FailureCode.ProviderAuth
                or FailureCode.ProviderQuota
                or FailureCode.ProviderError
                or FailureCode.Internal
                or FailureCode.Cancelled;
}
