using System.Globalization;

namespace RagPy.LocalServices.Postgres;

/// <summary>Arguments of the verb <c>postgres</c>.</summary>
/// <param name="Options">Where and how it runs.</param>
/// <param name="IsDetached">Away from its starter, until nobody holds the database any more; else in the foreground until it is told to stop.</param>
/// <param name="Parent">Number of the process with which it ends; null for none.</param>
internal sealed record PostgresArguments(LocalServicesOptions Options, bool IsDetached, int? Parent)
{
    /// <summary>The verb.</summary>
    public const string Verb = "postgres";

    /// <summary>Reads them, without the verb itself.</summary>
    /// <returns>Null when they are wrong.</returns>
    public static PostgresArguments? Parse(ReadOnlySpan<string> arguments)
    {
        var parsed = new PostgresArguments(LocalServicesOptions.FromEnvironment(Environment.GetEnvironmentVariable), false, null);

        for (var i = 0; i < arguments.Length; i++)
        {
            var changed = arguments[i] switch
            {
                "--detached" => parsed with { IsDetached = true },
                "--not-durable" => parsed with { Options = parsed.Options with { Durable = false } },
                { } name when i + 1 < arguments.Length => parsed.With(name, arguments[++i]),
                _ => null,
            };

            if (changed is null)
            {
                return null;
            }

            parsed = changed;
        }

        return parsed;
    }

    /// <summary>The verb and its arguments for a server that outlives its starter.</summary>
    public static IReadOnlyList<string> Detached(LocalServicesOptions options) =>
        [.. Common(options), "--detached", "--grace", options.Grace.TotalSeconds.ToString(CultureInfo.InvariantCulture)];

    /// <summary>The verb and its arguments for one that stays in the foreground.</summary>
    public static IReadOnlyList<string> Foreground(LocalServicesOptions options, int? parent) =>
        parent is { } process ? [.. Common(options), "--parent", process.ToString(CultureInfo.InvariantCulture)] : Common(options);

    private static List<string> Common(LocalServicesOptions options)
    {
        List<string> arguments = [Verb, "--data", options.DataDirectory, "--tools", options.ToolsDirectory];
        arguments.AddRange(["--prepared", options.PreparedTools ?? "", "--user", options.PostgresUser]);

        if (options.Port is { } port)
        {
            arguments.AddRange(["--port", port.ToString(CultureInfo.InvariantCulture)]);
        }

        if (!options.Durable)
        {
            arguments.Add("--not-durable");
        }

        return arguments;
    }

    private PostgresArguments? With(string name, string value) =>
        name switch
        {
            "--data" => this with { Options = Options with { DataDirectory = Path.GetFullPath(value) } },
            "--tools" => this with { Options = Options with { ToolsDirectory = Path.GetFullPath(value) } },
            "--prepared" => this with { Options = Options with { PreparedTools = value.Length == 0 ? null : Path.GetFullPath(value) } },
            "--user" => this with { Options = Options with { PostgresUser = value } },
            "--grace" when double.TryParse(value, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and <= 86_400 =>
                this with
                {
                    Options = Options with { Grace = TimeSpan.FromSeconds(seconds) },
                },
            "--port" when ushort.TryParse(value, CultureInfo.InvariantCulture, out var port) && port > 0 => this with
            {
                Options = Options with { Port = port },
            },
            "--parent" when int.TryParse(value, CultureInfo.InvariantCulture, out var process) && process > 0 => this with
            {
                Parent = process,
            },
            _ => null,
        };
}
