using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;
using RagPy.Api.Events;
using RagPy.Api.Http;
using RagPy.Api.Uploads;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace RagPy.Api.OpenApi;

/// <summary>What the framework cannot know of an operation: the words of its handler, headers, the form of an upload, examples.</summary>
internal sealed class OperationDetails(XmlDocumentation documentation, IOptions<JsonOptions> json) : IOpenApiOperationTransformer
{
    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        if (metadata.OfType<MethodInfo>().FirstOrDefault() is { } handler)
        {
            Describe(operation, handler);
        }

        if (metadata.OfType<IdempotencyKey>().Any())
        {
            AddHeader(
                operation,
                "Idempotency-Key",
                "At most 255 characters of your choice: sent again with the same key, the request is not carried out twice."
            );
        }

        if (metadata.OfType<UploadBody>().Any())
        {
            operation.RequestBody = UploadForm();
        }

        if (metadata.OfType<EventStream>().Any())
        {
            AddHeader(operation, "Last-Event-ID", "Id of the last event seen; the stream goes on behind it.");
        }

        AddChoices(operation, context);
        AddExamples(operation, context);
        return Task.CompletedTask;
    }

    private void Describe(OpenApiOperation operation, MethodInfo handler)
    {
        operation.Summary = documentation.Summary(handler);
        operation.Description = documentation.Remarks(handler);
        foreach (var parameter in operation.Parameters ?? [])
        {
            var name = parameter.Name?.Replace("_", "", StringComparison.Ordinal) ?? "";
            if (parameter is OpenApiParameter own && documentation.Parameter(handler, name) is { } text)
            {
                own.Description = text;
            }
        }
    }

    private static void AddChoices(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        foreach (var description in context.Description.ParameterDescriptions)
        {
            var declared = description.ParameterDescriptor?.ParameterType ?? description.Type;
            var type = Nullable.GetUnderlyingType(declared) ?? declared;
            if (
                type.IsGenericType
                && type.GetGenericTypeDefinition() == typeof(Choice<>)
                && operation.Parameters?.FirstOrDefault(p => p.Name == description.Name) is OpenApiParameter parameter
            )
            {
                var names = (IEnumerable<string>)type.GetProperty(nameof(Choice<DayOfWeek>.Names))!.GetValue(null)!;
                parameter.Schema = new OpenApiSchema
                {
                    Type = JsonSchemaType.String,
                    Enum = [.. names.Select(name => JsonValue.Create(name))],
                };
            }
        }
    }

    private void AddExamples(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        foreach (var answer in context.Description.SupportedResponseTypes)
        {
            if (
                answer.Type is { } type
                && Examples.Of(type) is { } example
                && operation.Responses?.TryGetValue(answer.StatusCode.ToString(), out var response) == true
                && response.Content?.TryGetValue("application/json", out var media) == true
            )
            {
                media.Example = JsonSerializer.SerializeToNode(example, json.Value.SerializerOptions);
            }
        }

        var body = context.Description.ParameterDescriptions.FirstOrDefault(parameter => parameter.Source.Id == "Body")?.Type;
        if (
            body is not null
            && Examples.Of(body) is { } sent
            && operation.RequestBody?.Content?.TryGetValue("application/json", out var request) == true
        )
        {
            request.Example = JsonSerializer.SerializeToNode(sent, json.Value.SerializerOptions);
        }
    }

    private static void AddHeader(OpenApiOperation operation, string name, string description)
    {
        operation.Parameters ??= [];
        operation.Parameters.Add(
            new OpenApiParameter
            {
                Name = name,
                In = ParameterLocation.Header,
                Description = description,
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            }
        );
    }

    private static OpenApiRequestBody UploadForm() =>
        new()
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["multipart/form-data"] = new()
                {
                    Schema = new OpenApiSchema
                    {
                        Type = JsonSchemaType.Object,
                        Required = new HashSet<string> { "file" },
                        Properties = new Dictionary<string, IOpenApiSchema>
                        {
                            ["name"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "Name for the session." },
                            ["file"] = new OpenApiSchema
                            {
                                Type = JsonSchemaType.Array,
                                Description = "One ZIP, or one Zotero JSON, or any number of PDFs.",
                                Items = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" },
                            },
                        },
                    },
                },
            },
        };
}
