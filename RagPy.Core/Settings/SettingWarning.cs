namespace RagPy.Core.Settings;

/// <summary>A variable whose value could not be used.</summary>
/// <param name="Name">The variable.</param>
/// <param name="Message">One sentence with variable, value, range and default; never a secret's value.</param>
public sealed record SettingWarning(string Name, string Message);
