namespace RagPy.Core.Settings;

/// <summary>Fills <see cref="RagPySettings"/> from variables. It never fails: what cannot be used falls back to its default with a warning.</summary>
public static class SettingsBinder
{
    private const int LongestShownValue = 80;

    /// <summary>Binds every declared variable.</summary>
    /// <param name="lookup">Gives the text of a variable; null or blank when it is not set.</param>
    /// <param name="cores">Cores that cap the settings for processor work; those of the machine when null.</param>
    public static SettingsBinding Bind(Func<string, string?> lookup, int? cores = null)
    {
        ArgumentNullException.ThrowIfNull(lookup);
        var settings = new RagPySettings();
        var warnings = new List<SettingWarning>();
        foreach (var (property, definition) in SettingDefinition.ByProperty)
        {
            var value = Value(definition, lookup, warnings);
            if (definition.CappedByCores && value is int number)
                value = Math.Min(number, Math.Max(1, cores ?? Environment.ProcessorCount));

            property.SetValue(settings, value);
        }

        return new SettingsBinding(settings, warnings);
    }

    private static object? Value(SettingDefinition definition, Func<string, string?> lookup, List<SettingWarning> warnings)
    {
        var text = lookup(definition.Name);
        if (string.IsNullOrWhiteSpace(text) && definition.IsSecret)
            text = FromFile(definition, lookup($"{definition.Name}_FILE"), warnings);
        if (string.IsNullOrWhiteSpace(text))
            return definition.Default;
        if (SettingParser.TryParse(definition, text, out var value))
            return value;

        var shown = definition.IsSecret ? "set to a value that cannot be used (not shown)" : $"\"{Shorten(text)}\"";
        warnings.Add(
            new SettingWarning(definition.Name, $"{definition.Name} is {shown}; expected {definition.Expected}; {Fallback(definition)}.")
        );

        return definition.Default;
    }

    private static string? FromFile(SettingDefinition definition, string? path, List<SettingWarning> warnings)
    {
        if (string.IsNullOrWhiteSpace(path))
            return null;

        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            var name = $"{definition.Name}_FILE";
            warnings.Add(
                new SettingWarning(name, $"{name} is \"{Shorten(path)}\"; expected a file that can be read; {Fallback(definition)}.")
            );

            return null;
        }
    }

    private static string Fallback(SettingDefinition definition) =>
        definition.Default is null ? "treated as not set" : $"using the default {definition.DefaultText}";

    private static string Shorten(string text)
    {
        var line = string.Concat(text.Select(unit => char.IsControl(unit) ? ' ' : unit));

        return line.Length <= LongestShownValue ? line : line[..LongestShownValue] + "…";
    }
}
