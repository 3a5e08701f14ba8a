using RagPy.Core.Pipeline;
using RagPy.Core.Projects;

namespace RagPy.Api.Contracts;

/// <summary>A document that changed, in an event.</summary>
internal sealed record DocumentChangeView(Guid Id, Stage Stage, DocumentProgress State, string? Code, string? Reason);

/// <summary>How a task ended, in the last event.</summary>
/// <param name="State"><c>completed</c>, <c>cancelled</c>, <c>failed</c>, or <c>deleted</c> with its session.</param>
internal sealed record TaskEndView(string State);
