namespace RagPy.Api.Contracts;

/// <summary>What is to change of a project; what is absent or null stays.</summary>
/// <param name="Name">1 to 255 characters.</param>
/// <param name="Description">At most 1,000 characters.</param>
internal sealed record ProjectChange(string? Name, string? Description);
