using RagPy.Api;
using RagPy.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddApplicationServices();
builder.AddWebPages();

var app = builder.Build();
app.UseApplication();
app.MapDefaultEndpoints();
app.MapApi();
app.MapWebPages();
await app.RunAsync();
