using System.Text.Json.Nodes;

namespace RagPy.Tests.Simulators;

/// <summary>A field of a GraphQL query.</summary>
/// <param name="Alias">Name in the answer.</param>
/// <param name="Arguments">Values as JSON; names of enumerations are texts.</param>
internal sealed record GraphQLField(string Alias, string Name, JsonObject Arguments, IReadOnlyList<GraphQLField> Fields)
{
    public GraphQLField? Find(string name) => Fields.FirstOrDefault(f => f.Name == name);
}
