namespace RagPy.Core.Projects;

/// <summary>There is no such thing for this person: it does not exist, or belongs to a project the person is no member of. The two are never told apart.</summary>
public sealed class NotFoundException(string what, object id) : Exception($"There is no {what} {id}.");
