namespace RagPy.Core.Pipeline;

/// <summary>Why a document ended without being indexed. A closed list: command line, API, pages, metrics and alerts use the same words.</summary>
public enum FailureCode
{
    Encrypted = 1,
    Corrupt,
    Empty,
    TooLarge,
    TooManyPages,
    Timeout,
    Memory,
    Crash,
    NotPdf,
    MissingFile,
    UnsupportedType,
    NeedsOcr,
    ProviderAuth,
    ProviderQuota,
    ProviderError,
    Cancelled,
    Internal,
}
