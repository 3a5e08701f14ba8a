using System.CommandLine;
using RagPy.Core.Search;

namespace RagPy.Ingestion.Commands;

/// <summary>Options that several verbs share, so that they read the same everywhere.</summary>
internal static class CommonOptions
{
    private const string DefaultProject = "library";

    public static Option<string> Project() =>
        new("--project")
        {
            Description = "The project to use.",
            DefaultValueFactory = _ => DefaultProject,
            HelpName = "NAME",
        };

    public static Option<SearchMode> Mode() =>
        new("--mode")
        {
            Description = "Which sides to ask.",
            DefaultValueFactory = _ => SearchMode.Hybrid,
            HelpName = "hybrid|dense|sparse",
        };

    public static Option<bool> Json() => new("--json") { Description = "Print JSON (docs/user-guide/command-line.md)." };
}
