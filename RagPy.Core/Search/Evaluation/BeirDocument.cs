namespace RagPy.Core.Search.Evaluation;

/// <summary>One document of a collection.</summary>
internal readonly record struct BeirDocument(string Id, string Title, string Text);
