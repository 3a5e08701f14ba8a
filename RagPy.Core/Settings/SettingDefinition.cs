using System.Collections.Frozen;
using System.Globalization;
using System.Reflection;

namespace RagPy.Core.Settings;

/// <summary>One variable: name, type, default, bounds, unit and meaning.</summary>
/// <param name="Name">Name of the variable.</param>
/// <param name="Type">Type of the value: <see cref="int"/>, <see cref="long"/>, <see cref="double"/>, <see cref="bool"/> or <see cref="string"/>.</param>
/// <param name="Default">Value when the variable is not set or cannot be used; null for none.</param>
/// <param name="Min">Smallest value of a number.</param>
/// <param name="Max">Largest value of a number.</param>
/// <param name="Unit">What a number counts, or empty.</param>
/// <param name="IsUrl">The value must be an absolute http or https address.</param>
/// <param name="Choices">The only values that are taken; empty for any.</param>
/// <param name="IsSecret">The value is never shown, and may come from the file that <c>NAME_FILE</c> names.</param>
/// <param name="CappedByCores">A value above the number of cores counts as that number.</param>
/// <param name="IsUsed">False while the feature it belongs to has not come.</param>
/// <param name="Description">What it does.</param>
/// <param name="Unset">What holds when it is not set and <paramref name="Default"/> does not say it; or empty.</param>
public sealed record SettingDefinition(
    string Name,
    Type Type,
    object? Default,
    double Min,
    double Max,
    string Unit,
    bool IsUrl,
    IReadOnlyList<string> Choices,
    bool IsSecret,
    bool CappedByCores,
    bool IsUsed,
    string Description,
    string Unset
)
{
    /// <summary>Unit of sizes: a whole number, alone or with suffix K, M, G or T (powers of 1,024; <c>512M</c>, also <c>512MB</c> and <c>512MiB</c>).</summary>
    public const string Bytes = "bytes";

    private static readonly FrozenDictionary<PropertyInfo, SettingDefinition> s_byProperty = Read();

    /// <summary>Every variable: those in use first, then in the order of declaration.</summary>
    public static IReadOnlyList<SettingDefinition> All { get; } =
    [.. s_byProperty.OrderByDescending(pair => pair.Value.IsUsed).ThenBy(pair => pair.Key.MetadataToken).Select(pair => pair.Value)];

    /// <summary>The properties that carry the values.</summary>
    internal static IEnumerable<KeyValuePair<PropertyInfo, SettingDefinition>> ByProperty => s_byProperty;

    /// <summary>Values that are accepted, in words that finish the sentence "expected …".</summary>
    public string Expected =>
        Type == typeof(bool) ? "true or false"
        : Unit == Bytes ? $"a size from {FormatSize((long)Min)} to {FormatSize((long)Max)}"
        : Type == typeof(int) || Type == typeof(long) ? $"a whole number from {Format(Min)} to {Format(Max)}"
        : Type == typeof(double) ? $"a number from {Format(Min)} to {Format(Max)}"
        : IsUrl ? "an absolute http or https address"
        : Choices.Count > 0 ? $"one of {string.Join(", ", Choices)}"
        : "text";

    /// <summary>The default as one would write it; empty for none.</summary>
    public string DefaultText => Default is null ? "" : FormatValue(Default);

    /// <summary>A value as one would write it.</summary>
    internal string FormatValue(object value) =>
        value switch
        {
            bool flag => flag ? "true" : "false",
            long size when Unit == Bytes => FormatSize(size),
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };

    private static string Format(double number) => number.ToString(CultureInfo.InvariantCulture);

    private static string FormatSize(long bytes)
    {
        ReadOnlySpan<char> suffixes = ['K', 'M', 'G', 'T'];
        var suffix = -1;
        while (bytes >= 1024 && bytes % 1024 == 0 && suffix < suffixes.Length - 1)
        {
            bytes /= 1024;
            suffix++;
        }

        return bytes.ToString(CultureInfo.InvariantCulture) + (suffix < 0 ? "" : suffixes[suffix]);
    }

    private static FrozenDictionary<PropertyInfo, SettingDefinition> Read()
    {
        var defaults = new RagPySettings();

        return typeof(RagPySettings)
            .GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Select(property => (Property: property, Attribute: property.GetCustomAttribute<SettingAttribute>()))
            .Where(pair => pair.Attribute is not null)
            .ToFrozenDictionary(
                pair => pair.Property,
                pair => new SettingDefinition(
                    pair.Attribute!.Name,
                    pair.Property.PropertyType,
                    pair.Property.GetValue(defaults),
                    pair.Attribute.Min,
                    pair.Attribute.Max,
                    pair.Attribute.Unit,
                    pair.Attribute.IsUrl,
                    pair.Attribute.Choices.Split(' ', StringSplitOptions.RemoveEmptyEntries),
                    pair.Attribute.IsSecret,
                    pair.Attribute.CappedByCores,
                    !pair.Attribute.NotUsedYet,
                    pair.Attribute.Description,
                    pair.Attribute.Unset
                )
            );
    }
}
