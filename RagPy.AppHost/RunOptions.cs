using System.Globalization;
using RagPy.Core.Settings;
using RagPy.Hosting;

namespace RagPy.AppHost;

/// <summary>
/// What a person says on the command line about one run or one publishing: <c>--replicas api=4</c>, <c>--profile 8gb</c>, <c>--set NAME=VALUE</c>, <c>--containers</c>.
/// The first and the third may be given several times.
/// </summary>
internal sealed class RunOptions
{
    private const int MostReplicas = 100;

    /// <summary>Prefixes of variables that are no settings of ours and make sense for every service.</summary>
    private static readonly string[] s_foreign = ["ConnectionStrings__", "Parameters__", "Logging__", "OTEL_"];

    private readonly List<(string Resource, int Count)> _replicas = [];
    private readonly Dictionary<string, string> _settings = new(StringComparer.Ordinal);

    private RunOptions() { }

    /// <summary>The arguments that are none of these options.</summary>
    public string[] Rest { get; private set; } = [];

    /// <summary>Null: what the machine suggests.</summary>
    public HostProfile? Profile { get; private set; }

    /// <summary>Servers run in containers and not embedded.</summary>
    public bool UsesContainers { get; private set; }

    /// <summary>Settings by the names of their variables; they weigh more than the environment.</summary>
    public IReadOnlyDictionary<string, string> Settings => _settings;

    /// <summary>Reads the arguments; those that cannot be understood end the program with a sentence.</summary>
    public static RunOptions Read(string[] args)
    {
        var options = new RunOptions();
        var rest = new List<string>();
        for (var i = 0; i < args.Length; i++)
        {
            var (name, value) = args[i].Split('=', 2) is [var before, var after] ? (before, after) : (args[i], null);
            if (name is "--containers")
            {
                options.UsesContainers = true;
            }
            else if (name is not ("--replicas" or "--profile" or "--set"))
            {
                rest.Add(args[i]);
            }
            else if ((value ??= i + 1 < args.Length ? args[++i] : "") is var given)
            {
                options.Take(name, given);
            }
        }

        options.Rest = [.. rest];

        return options;
    }

    /// <summary>Changes the model as the options say; done when all resources are there.</summary>
    public void ApplyTo(IDistributedApplicationBuilder builder)
    {
        var projects = builder.Resources.OfType<ProjectResource>().ToArray();
        foreach (var (name, count) in _replicas)
        {
            var project =
                projects.FirstOrDefault(one => one.Name == name)
                ?? throw Refuse(
                    $"--replicas {name}={count}: there is no service '{name}'; there are {string.Join(", ", projects.Select(one => one.Name))}."
                );
            SetReplicas(builder.CreateResourceBuilder(project), count);
        }

        if (builder.ExecutionContext.IsPublishMode)
        {
            CheckPublished();
        }

        (Profile ?? (builder.ExecutionContext.IsPublishMode ? HostProfile.Default : HostProfile.OfThisMachine())).ApplyTo(builder);
        foreach (var project in projects.Where(_ => _settings.Count > 0))
        {
            builder.CreateResourceBuilder(project).WithEnvironment(SetVariables);
        }
    }

    private void SetVariables(EnvironmentCallbackContext context)
    {
        foreach (var (name, value) in _settings)
        {
            context.EnvironmentVariables[name] = value;
        }
    }

    private static void SetReplicas(IResourceBuilder<ProjectResource> project, int count)
    {
        project.WithReplicas(count);
        if (project.Resource.Annotations.OfType<AutoscaleAnnotation>().LastOrDefault() is { } scaling)
        {
            project.WithAutoscale(count, Math.Max(count, scaling.Max), scaling.CpuPercent);
        }
    }

    private void Take(string option, string value)
    {
        switch (option)
        {
            case "--profile":
                Profile =
                    HostProfile.Find(value)
                    ?? throw Refuse($"--profile {value}: there is no such profile; say {string.Join(", ", HostProfile.Names)}.");
                break;
            case "--replicas":
                TakeReplicas(value);
                break;
            default:
                TakeSetting(value);
                break;
        }
    }

    private void TakeReplicas(string text)
    {
        if (
            text.Split('=', 2) is not [{ Length: > 0 } name, var number]
            || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || count is < 1 or > MostReplicas
        )
        {
            throw Refuse($"--replicas {text}: expected a service and a number from 1 to {MostReplicas}, as api=4.");
        }

        _replicas.Add((name, count));
    }

    private void TakeSetting(string text)
    {
        if (text.Split('=', 2) is not [{ Length: > 0 } name, var value])
        {
            throw Refuse($"--set {text}: expected a setting and its value, as UVICORN_WORKERS=8.");
        }

        var definition = SettingDefinition.All.FirstOrDefault(one => one.Name == name || (one.IsSecret && $"{one.Name}_FILE" == name));
        if (definition is null && name != "RAGPY_PORT" && !s_foreign.Any(start => name.StartsWith(start, StringComparison.Ordinal)))
        {
            throw Refuse($"--set {name}: there is no such setting; docs/settings.md has them all.");
        }

        if (definition is not null && definition.Name == name && !SettingParser.TryParse(definition, value, out _))
        {
            throw Refuse($"--set {name}: expected {definition.Expected}.");
        }

        _settings[name] = value;
    }

    /// <summary>Published files are the same wherever they are made, and nobody's secret.</summary>
    private void CheckPublished()
    {
        if (Profile is { IsOfThisMachine: true })
        {
            throw Refuse("--profile auto looks at this machine; name the profile of the one that is published for.");
        }

        if (SettingDefinition.All.FirstOrDefault(one => one.IsSecret && _settings.ContainsKey(one.Name)) is { } secret)
        {
            throw Refuse($"--set {secret.Name}: this secret would be written into published files; set it where they are used.");
        }
    }

    /// <summary>Ends the program: a mistake on the command line is no crash.</summary>
    private static InvalidOperationException Refuse(string sentence)
    {
        Console.Error.WriteLine(sentence);
        Environment.Exit(1);

        return new InvalidOperationException(sentence);
    }
}
