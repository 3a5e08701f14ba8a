namespace RagPy.Hosting.Running;

/// <summary>Something to open in a browser.</summary>
internal sealed record RunUrl(string Title, string Address);
