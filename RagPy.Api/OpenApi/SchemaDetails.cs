using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using RagPy.Api.Http;

namespace RagPy.Api.OpenApi;

/// <summary>Describes types and their properties in the words of their documentation comments.</summary>
internal sealed class SchemaDetails(XmlDocumentation documentation) : IOpenApiSchemaTransformer
{
    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = context.JsonTypeInfo.Type;
        if (context.JsonPropertyInfo is null)
        {
            schema.Description ??= documentation.Summary(type);
        }

        foreach (var property in context.JsonTypeInfo.Properties)
        {
            var name = (property.AttributeProvider as System.Reflection.PropertyInfo)?.Name ?? property.Name;
            if (schema.Properties?.TryGetValue(property.Name, out var found) == true && documentation.Property(type, name) is { } text)
            {
                found.Description = text;
            }
        }

        if (type == typeof(ProblemDetails))
        {
            AddCode(schema);
        }

        return Task.CompletedTask;
    }

    private static void AddCode(OpenApiSchema schema)
    {
        schema.Description = "What was wrong with a request (RFC 9457).";
        schema.Properties ??= new Dictionary<string, IOpenApiSchema>();
        schema.Properties["code"] = new OpenApiSchema
        {
            Type = JsonSchemaType.String,
            Description = "Stable: decide by it. What it can be is listed in docs/http-api.md.",
            Examples = [JsonValue.Create(ProblemCodes.NotFound)],
        };
        schema.Properties["traceId"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "Finds the request in the log." };
    }
}
