namespace RagPy.Api.Contracts;

/// <summary>A document that ended with a reason.</summary>
/// <param name="Document">Its id.</param>
/// <param name="File">Name of its file; may be empty.</param>
/// <param name="Title">Title of its item; may be empty.</param>
/// <param name="Code">One of the closed list of failure codes, e.g. <c>encrypted</c>.</param>
/// <param name="Reason">A sentence for people.</param>
/// <param name="CoveredByAbstract">The item is found by its title and abstract instead.</param>
internal sealed record FailureView(Guid Document, string File, string Title, string Code, string Reason, bool CoveredByAbstract);
