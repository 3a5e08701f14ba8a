using Microsoft.Extensions.Configuration;

namespace RagPy.ServiceDefaults;

/// <summary>Where a client's settings come from, and what is said when its connection string comes from nowhere.</summary>
internal static class ClientSettings
{
    /// <summary>Binds the section, then its sub-sections of the given names, each overriding the former.</summary>
    public static T Bind<T>(IConfiguration configuration, string section, params ReadOnlySpan<string> names)
        where T : new()
    {
        var settings = new T();
        var found = configuration.GetSection(section);
        found.Bind(settings);
        foreach (var name in names)
        {
            found.GetSection(name).Bind(settings);
        }

        return settings;
    }

    /// <summary>The connection string, or an error that names every place where it could be set.</summary>
    /// <exception cref="InvalidOperationException">It is null or blank.</exception>
    public static string Require(string? connectionString, string connectionName, string section, params ReadOnlySpan<string> names)
    {
        if (!string.IsNullOrWhiteSpace(connectionString))
        {
            return connectionString;
        }

        var places = new List<string>
        {
            $"'ConnectionStrings:{connectionName}' (environment variable ConnectionStrings__{connectionName})",
            $"'{section}:ConnectionString'",
        };
        foreach (var name in names)
        {
            places.Add($"'{section}:{name}:ConnectionString'");
        }

        throw new InvalidOperationException(
            $"The connection string '{connectionName}' is missing. Set one of {string.Join(", ", places)}, or set it in the configureSettings callback."
        );
    }
}
