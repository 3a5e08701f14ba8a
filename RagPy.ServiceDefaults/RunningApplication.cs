using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace RagPy.ServiceDefaults;

/// <summary>Lets a service that is started by hand, under a debugger, work with the application that the AppHost runs.</summary>
internal static class RunningApplication
{
    /// <summary>Variable that names the resource of the AppHost whose configuration the service takes over.</summary>
    private const string Variable = "RAGPY_RESOURCE";

    /// <summary>Takes over connection strings, data folder and telemetry of the named resource; does nothing when none is named.</summary>
    /// <exception cref="InvalidOperationException">The AppHost does not run.</exception>
    public static void AddRunningApplication(this IHostApplicationBuilder builder)
    {
        if (builder.Configuration[Variable] is not { Length: > 0 } resource)
        {
            return;
        }

        var data = builder.Configuration["RAGPY_DATA"] is { Length: > 0 } given ? Path.GetFullPath(given) : DataFolder();
        var file = Path.Combine(data, "apphost", $"{resource}.json");
        if (!File.Exists(file))
        {
            throw new InvalidOperationException(
                $"{Variable} is '{resource}', but no AppHost with such a resource runs on the data folder {data}; start it first: dotnet run --project RagPy.AppHost"
            );
        }

        builder.Configuration.AddJsonFile(file, optional: false);
    }

    /// <summary><c>.ragpy</c> of the checkout that the service was built in.</summary>
    private static string DataFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "RagPy.sln")))
            {
                return Path.Combine(folder.FullName, ".ragpy");
            }
        }

        return Path.GetFullPath(".ragpy");
    }
}
