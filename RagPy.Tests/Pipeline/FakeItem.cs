namespace RagPy.Tests.Pipeline;

/// <summary>An item of a <see cref="FakeLibrary"/>.</summary>
internal sealed class FakeItem(string key)
{
    public string Key { get; } = key;

    public string Title { get; set; } = "";

    public string Abstract { get; set; } = "";

    /// <summary>Contents by name; null for a file that is missing.</summary>
    public SortedDictionary<string, string?> Files { get; } = [];

    public FakeItem With(string name, string? content)
    {
        Files[name] = content;
        return this;
    }
}
