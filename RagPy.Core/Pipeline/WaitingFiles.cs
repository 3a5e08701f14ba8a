namespace RagPy.Core.Pipeline;

/// <summary>Files that wait for a batch of one model.</summary>
/// <param name="Newest">When the last of them came.</param>
/// <param name="IsMoreComing">Documents are on their way that may belong to it.</param>
internal sealed record WaitingFiles(
    string Model,
    string Version,
    int Pages,
    DateTimeOffset Oldest,
    DateTimeOffset Newest,
    bool IsMoreComing
);
