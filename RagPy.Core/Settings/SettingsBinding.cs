namespace RagPy.Core.Settings;

/// <summary>The settings, and one warning for each variable that fell back to its default.</summary>
public sealed record SettingsBinding(RagPySettings Settings, IReadOnlyList<SettingWarning> Warnings);
