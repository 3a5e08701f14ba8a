using RagPy.Api;
using RagPy.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddApplicationServices();

var app = builder.Build();
app.UseApplication();
app.MapDefaultEndpoints();
app.MapApi();
await app.RunAsync();
