using System.Security.Cryptography;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A random text.</summary>
public sealed class GenerateParameterDefault : ParameterDefault
{
    private const string Letters = "abcdefghijkmnopqrstuvwxyz";
    private const string Digits = "0123456789";
    private const string Specials = "-_.{}~()*+!";

    public int MinLength { get; set; } = 22;

    public bool Lower { get; set; } = true;

    public bool Upper { get; set; } = true;

    public bool Numeric { get; set; } = true;

    public bool Special { get; set; } = true;

    public override string GetDefaultValue()
    {
        var choices = string.Concat(
            Lower ? Letters : "",
            Upper ? Letters.ToUpperInvariant() : "",
            Numeric ? Digits : "",
            Special ? Specials : ""
        );

        return RandomNumberGenerator.GetString(choices, MinLength);
    }
}
