namespace RagPy.Core.Settings;

/// <summary>Declares a property of <see cref="RagPySettings"/> as a variable: the one place from which binding and <c>docs/settings.md</c> come.</summary>
/// <param name="name">Name of the variable.</param>
/// <param name="description">What it does, one sentence.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SettingAttribute(string name, string description) : Attribute
{
    public string Name { get; } = name;

    public string Description { get; } = description;

    /// <summary>Smallest value of a number.</summary>
    public double Min { get; init; } = double.NegativeInfinity;

    /// <summary>Largest value of a number.</summary>
    public double Max { get; init; } = double.PositiveInfinity;

    /// <summary>What a number counts; <see cref="SettingDefinition.Bytes"/> allows suffixes.</summary>
    public string Unit { get; init; } = "";

    /// <summary>The value must be an absolute http or https address.</summary>
    public bool IsUrl { get; init; }

    /// <summary>The only values that are taken, separated by spaces; empty for any.</summary>
    public string Choices { get; init; } = "";

    /// <summary>The value is never shown, and <c>NAME_FILE</c> may name a file that holds it.</summary>
    public bool IsSecret { get; init; }

    /// <summary>Work for the processor: a larger value counts as the number of cores.</summary>
    public bool CappedByCores { get; init; }

    /// <summary>Bound and checked, but its feature has not come yet.</summary>
    public bool NotUsedYet { get; init; }

    /// <summary>What holds when the variable is not set and the property's default does not say it.</summary>
    public string Unset { get; init; } = "";
}
