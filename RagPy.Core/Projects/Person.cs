namespace RagPy.Core.Projects;

/// <summary>Someone who owns or shares projects. Until accounts come there is one: the local owner.</summary>
public sealed class Person
{
    public long Id { get; set; }

    public required string Name { get; set; }

    /// <summary>Lower case; null for the local owner.</summary>
    public string? Email { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}
