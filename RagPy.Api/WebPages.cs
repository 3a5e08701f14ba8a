using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.Http.HttpResults;
using RagPy.Api.Pages;
using RagPy.Api.Pages.Data;
using RagPy.Api.Pages.Text;
using RagPy.Core.Pipeline;

namespace RagPy.Api;

/// <summary>The web pages: Razor components rendered on the server, with small scripts on top (docs/user-guide/web.md).</summary>
internal static class WebPages
{
    public static void AddWebPages(this WebApplicationBuilder builder)
    {
        // Also outside Development: the program is run from its build output by the AppHost.
        builder.WebHost.UseStaticWebAssets();
        builder.Services.AddRazorComponents();
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddMemoryCache(cache => cache.SizeLimit = FacetReader.CacheSize);
        builder.Services.AddScoped(services =>
            UiText.In(UiLanguage.Of(services.GetRequiredService<IHttpContextAccessor>().HttpContext!.Request))
        );
        builder.Services.AddSingleton<ActivityReader>();
        builder.Services.AddSingleton<ReadingRoom>();
        builder.Services.AddSingleton<FacetReader>();
        // The pages protect nothing by these keys so far; kept in the data folder they leave no trace elsewhere.
        builder.Services.AddDataProtection().SetApplicationName("ragpy");
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        builder
            .Services.AddOptions<KeyManagementOptions>()
            .Configure<PipelineOptions, ILoggerFactory>(
                (keys, options, loggers) =>
                    keys.XmlRepository = new FileSystemXmlRepository(
                        new DirectoryInfo(Path.Combine(options.DataDirectory, "keys")),
                        loggers
                    )
            );
    }

    /// <summary>Maps pages, forms and static files.</summary>
    public static void MapWebPages(this WebApplication app)
    {
        app.Use(ShowWhatIsMissing);
        app.UseMiddleware<WebHeaders>();
        app.UseMiddleware<WebErrors>();
        app.MapStaticAssets().Add(endpoint => endpoint.Metadata.Add(WebPageMetadata.Instance));
        // Forms are guarded by LocalGuard, which needs no keys that replicas would have to share.
        app.MapRazorComponents<App>().DisableAntiforgery().Add(endpoint => endpoint.Metadata.Add(WebPageMetadata.Instance));
        var pages = app.MapGroup("").ExcludeFromDescription().DisableAntiforgery().WithMetadata(WebPageMetadata.Instance);
        pages.MapWebForms();
    }

    private static readonly Endpoint s_missing = new(
        context => new RazorComponentResult<NotFoundDocument> { StatusCode = StatusCodes.Status404NotFound }.ExecuteAsync(context),
        new EndpointMetadataCollection(WebPageMetadata.Instance),
        "Nothing is here"
    );

    /// <summary>
    /// A page for addresses that nothing answers. Not a route: one that takes every address would stand beside the API's, whose wrong methods and types it would
    /// answer with a page.
    /// </summary>
    private static Task ShowWhatIsMissing(HttpContext context, RequestDelegate next)
    {
        var path = context.Request.Path;
        if (context.GetEndpoint() is null && !ApiRoutes.IsApi(path) && !Path.HasExtension(path))
        {
            context.SetEndpoint(s_missing);
        }

        return next(context);
    }
}
