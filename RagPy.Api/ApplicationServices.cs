using RagPy.Core;
using RagPy.Core.Settings;
using RagPy.ServiceDefaults;

namespace RagPy.Api;

/// <summary>What the API is made of, beside the defaults of every service.</summary>
internal static class ApplicationServices
{
    /// <summary>Name of the connection string of the database.</summary>
    private const string Database = "ragpy";

    public static void AddApplicationServices(this WebApplicationBuilder builder)
    {
        builder.AddNpgsqlDataSource(Database);
        var settings = RagPySettings.Load();
        builder.Services.AddRagPyCore(
            settings,
            builder.Configuration.GetConnectionString(Database) ?? "",
            settings.DataDirectory
                ?? throw new InvalidOperationException("RAGPY_DATA is not set: the AppHost sets it, or name the data folder yourself.")
        );
    }
}
