using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using RagPy.Core.Projects;
using Scalar.AspNetCore;

namespace RagPy.Api.OpenApi;

/// <summary>The description of the API (<c>/openapi/v1.json</c>) and the page that shows it (<c>/scalar</c>).</summary>
internal static class ApiDescription
{
    private const string Document = "v1";

    private const string Introduction = """
        Bring in a Zotero library or PDFs, watch each document go through its stages, and search with page citations.

        Times are ISO 8601 in UTC. Lists come in parts: give `next` as `cursor` for what follows. Errors are problem details (RFC 9457) with a stable `code`.
        POSTs that make something honour the header `Idempotency-Key`. Until there are accounts, everything belongs to whoever uses this machine.
        """;

    public static void AddApiDescription(this IServiceCollection services)
    {
        services.AddSingleton(_ => XmlDocumentation.Load(typeof(ApiDescription).Assembly, typeof(Project).Assembly));
        services.AddOpenApi(
            Document,
            options =>
            {
                options.AddDocumentTransformer(Introduce);
                options.AddOperationTransformer<OperationDetails>();
                options.AddSchemaTransformer<SchemaDetails>();
            }
        );
    }

    public static void MapApiDescription(this IEndpointRouteBuilder routes)
    {
        routes.MapOpenApi();
        routes.MapScalarApiReference(options =>
        {
            // Nothing of the page comes from elsewhere, and nothing goes there.
            options.WithTitle("RagPy API").DisableDefaultFonts().DisableTelemetry().DisableAgent().DisableMcp().WithNonce();
            options.OpenApiRoutePattern = "/openapi/{documentName}.json";
        });
    }

    private static Task Introduce(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "RagPy",
            Version = Document,
            Description = Introduction,
        };
        // Paths are given from the root: whoever reads the description elsewhere would be misled by this machine's address.
        document.Servers = [new OpenApiServer { Url = "/" }];
        return Task.CompletedTask;
    }
}
