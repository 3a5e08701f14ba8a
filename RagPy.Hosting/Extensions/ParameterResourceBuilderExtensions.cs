using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting;

/// <summary>Adds values that are given from outside.</summary>
public static class ParameterResourceBuilderExtensions
{
    /// <summary>Adds a parameter whose value is <c>Parameters:{name}</c> in the configuration.</summary>
    /// <param name="secret">The value must not be shown.</param>
    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder,
        string name,
        bool secret = false
    )
    {
        ArgumentNullException.ThrowIfNull(builder);

        return builder.AddResource(new ParameterResource(name, _ => Value(builder.Configuration, name, secret), secret));
    }

    /// <summary>Adds a parameter with a value that the configuration may override.</summary>
    /// <param name="publishValueAsDefault">The value is written into published files.</param>
    /// <exception cref="ArgumentException">It is secret and would be published.</exception>
    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder,
        string name,
        string value,
        bool publishValueAsDefault = false,
        bool secret = false
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(value);
        if (publishValueAsDefault && secret)
        {
            throw new ArgumentException($"The secret parameter '{name}' cannot have its value published.", nameof(secret));
        }

        return builder.AddResource(new ParameterResource(name, _ => Find(builder.Configuration, name) ?? value, secret));
    }

    /// <summary>Adds a connection string that is <c>ConnectionStrings:{name}</c> in the configuration.</summary>
    /// <param name="environmentVariableName">Variable that carries it to those that refer to it; <c>ConnectionStrings__{name}</c> when null.</param>
    public static IResourceBuilder<IResourceWithConnectionString> AddConnectionString(
        this IDistributedApplicationBuilder builder,
        string name,
        string? environmentVariableName = null
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        var value = new ParameterResource(name, _ => ConnectionString(builder.Configuration, name), secret: true);

        return builder.AddResource(
            new GivenConnectionStringResource(name, ReferenceExpression.Create($"{value}"), environmentVariableName)
        );
    }

    private static string Value(IConfiguration configuration, string name, bool secret) =>
        Find(configuration, name)
        ?? throw new MissingParameterValueException(
            secret
                ? $"The secret '{name}' is not set; set the variable {Variable(name)}, or: dotnet user-secrets --project RagPy.AppHost set Parameters:{name} VALUE"
                : $"The parameter '{name}' is not set; set the variable {Variable(name)}, or Parameters:{name} in the AppHost's appsettings.json."
        );

    private static string? Find(IConfiguration configuration, string name)
    {
        var value = configuration[$"Parameters:{name}"];

        // Shells know no variables with hyphens.
        return value is { Length: > 0 } ? value : configuration[$"Parameters:{name.Replace('-', '_')}"];
    }

    private static string Variable(string name) => $"Parameters__{name.Replace('-', '_')}";

    private static string ConnectionString(IConfiguration configuration, string name) =>
        configuration.GetConnectionString(name) is { Length: > 0 } value
            ? value
            : throw new MissingParameterValueException(
                $"The connection string '{name}' is not set; set the variable ConnectionStrings__{name}."
            );
}
