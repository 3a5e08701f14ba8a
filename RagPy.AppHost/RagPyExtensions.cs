using System.Globalization;

namespace RagPy.AppHost;

/// <summary>What RagPy's resources have in common, in terms of Aspire's own model.</summary>
internal static class RagPyExtensions
{
    private const int DefaultWebPort = 8000;

    /// <summary>Port of the web page on this machine: <c>RAGPY_PORT</c>, 0 for any, 8000 when it is not set.</summary>
    /// <exception cref="DistributedApplicationException">It is no port.</exception>
    public static int? WebPort(this IDistributedApplicationBuilder builder)
    {
        if (builder.Configuration["RAGPY_PORT"] is not { Length: > 0 } text)
        {
            return DefaultWebPort;
        }

        return ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? port == 0
                ? null
                : port
            : throw new DistributedApplicationException($"RAGPY_PORT is \"{text}\"; give a port from 1 to 65535, or 0 for any.");
    }

    /// <summary>Gives a service the data folder and the kind of environment that the AppHost itself has.</summary>
    public static IResourceBuilder<T> WithRagPySettings<T>(this IResourceBuilder<T> builder)
        where T : IResourceWithEnvironment
    {
        var application = builder.ApplicationBuilder;

        return application.ExecutionContext.IsRunMode
            ? builder
                .WithEnvironment("RAGPY_DATA", DataFolder(application))
                .WithEnvironment("DOTNET_ENVIRONMENT", application.Environment.EnvironmentName)
                .WithEnvironment("ASPNETCORE_ENVIRONMENT", application.Environment.EnvironmentName)
            : builder;
    }

    /// <summary>The same folder that the command line uses.</summary>
    private static string DataFolder(IDistributedApplicationBuilder builder) =>
        builder.Configuration["RAGPY_DATA"] is { Length: > 0 } given
            ? Path.GetFullPath(given)
            : Path.GetFullPath("../.ragpy", builder.AppHostDirectory);
}
