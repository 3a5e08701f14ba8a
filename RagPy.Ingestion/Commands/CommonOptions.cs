using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using RagPy.Core.Projects;
using RagPy.Core.Search;

namespace RagPy.Ingestion.Commands;

/// <summary>Options that several verbs share, so that they read and complain the same everywhere.</summary>
internal static class CommonOptions
{
    private const string DefaultProject = "library";

    public static Option<string> Project()
    {
        var option = new Option<string>("--project")
        {
            Description = "The project to use.",
            DefaultValueFactory = _ => DefaultProject,
            HelpName = "NAME",
        };
        RequireProjectName(option);

        return option;
    }

    /// <summary>Refuses names that no project can have.</summary>
    public static void RequireProjectName(Option<string> option) =>
        option.Validators.Add(result =>
        {
            var name = result.GetValueOrDefault<string>();
            if (string.IsNullOrWhiteSpace(name) || name.Length > ProjectService.MaxName)
                result.AddError($"--project takes a name of 1 to {ProjectService.MaxName} characters.");
        });

    public static Option<SearchMode> Mode() => Choice("--mode", "Which sides to ask.", SearchMode.Hybrid);

    /// <summary>An option that takes one of the names of an enumeration, in lower case.</summary>
    public static Option<T> Choice<T>(string name, string description, T fallback)
        where T : struct, Enum
    {
        var names = Enum.GetNames<T>().Select(value => value.ToLowerInvariant()).ToList();

        return new Option<T>(name)
        {
            Description = $"{description} Default: {fallback.ToString().ToLowerInvariant()}.",
            DefaultValueFactory = _ => fallback,
            HelpName = string.Join('|', names),
            CustomParser = result =>
            {
                var text = result.Tokens.Single().Value;
                if (names.Contains(text, StringComparer.OrdinalIgnoreCase))
                    return Enum.Parse<T>(text, ignoreCase: true);
                result.AddError($"{name} takes {string.Join(", ", names.SkipLast(1))} or {names[^1]}, not '{text}'.");

                return fallback;
            },
        };
    }

    public static Option<long?> Session(string description) =>
        new("--session")
        {
            Description = description,
            HelpName = "ID",
            CustomParser = result => Number(result, "--session takes the number that 'ragpy status' shows", 1, long.MaxValue),
        };

    /// <summary>A whole number within bounds; otherwise the error is noted and null returned.</summary>
    /// <param name="wanted">What the option takes, to begin the sentence of the error with.</param>
    public static long? Number(ArgumentResult result, string wanted, long least, long most)
    {
        var text = result.Tokens.Single().Value;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            return number;
        result.AddError($"{wanted}, not '{text}'.");

        return null;
    }

    public static Option<bool> Json() => new("--json") { Description = "Print JSON (docs/user-guide/command-line.md)." };
}
