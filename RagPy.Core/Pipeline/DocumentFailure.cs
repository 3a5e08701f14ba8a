namespace RagPy.Core.Pipeline;

/// <summary>A document that ended with a reason.</summary>
/// <param name="Title">Title of its item; may be empty.</param>
/// <param name="FileName">May be empty.</param>
/// <param name="Path">The file's path as the source names it; may be empty.</param>
/// <param name="CoveredByAbstract">The item is found by its title and abstract instead.</param>
public sealed record DocumentFailure(
    Guid DocumentId,
    string Title,
    string FileName,
    string Path,
    FailureCode Code,
    string Reason,
    bool CoveredByAbstract
);
