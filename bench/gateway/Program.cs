// A replica that does next to nothing, so that what is measured is the gateway: /health as the services answer it, a page of 10 kB, an event stream.
var page = new string('x', 10_000);
var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.ClearProviders();
var app = builder.Build();
app.MapGet("/health", () => TypedResults.Text("""{"status":"healthy"}""", "application/json"));
app.MapGet("/api/health", () => TypedResults.Text("""{"status":"healthy"}""", "application/json"));
app.MapGet("/api/page", () => TypedResults.Text(page));
app.MapGet(
    "/api/events",
    async (HttpContext context) =>
    {
        context.Response.ContentType = "text/event-stream";
        _ = int.TryParse(context.Request.Headers["Last-Event-ID"], out var id);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        do
        {
            await context.Response.WriteAsync($"id: {++id}\ndata: {id}\n\n", context.RequestAborted);
        } while (await timer.WaitForNextTickAsync(context.RequestAborted));
    }
);
await app.RunAsync();
