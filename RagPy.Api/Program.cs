using RagPy.Api;
using RagPy.Api.Endpoints;
using RagPy.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddApplicationServices();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapProjects();
await app.RunAsync();
