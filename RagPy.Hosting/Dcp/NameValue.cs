namespace RagPy.Hosting.Dcp;

/// <summary>A variable. The orchestrator leaves an empty value out of what it sends.</summary>
internal sealed record NameValue(string Name, string? Value)
{
    public string Value { get; init; } = Value ?? "";
}
