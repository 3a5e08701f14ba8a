using System.Text.RegularExpressions;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace RagPy.Hosting.ResourceService;

/// <summary>Takes secrets out of what is shown: the values that are known to be secret, and what looks like one by its name or its place.</summary>
internal sealed partial class SecretMask
{
    /// <summary>Stands for what is not shown.</summary>
    public const string Hidden = "••••••••";

    /// <summary>Shorter ones would be found everywhere.</summary>
    private const int ShortestSecret = 6;

    private readonly string[] _secrets;

    private SecretMask(IEnumerable<string> secrets) =>
        _secrets = [
            .. secrets
                .Where(secret => secret.Length >= ShortestSecret)
                .SelectMany(secret => new[] { secret, Uri.EscapeDataString(secret) })
                .Distinct(StringComparer.Ordinal)
                .OrderByDescending(secret => secret.Length),
        ];

    /// <summary>Knows the secret parameters of a model and the passwords of its servers.</summary>
    /// <param name="keys">Other secrets of this run.</param>
    public static async Task<SecretMask> MakeAsync(
        DistributedApplicationModel model,
        IEnumerable<string> keys,
        CancellationToken cancellationToken
    )
    {
        var secrets = keys.ToList();
        foreach (var parameter in model.Resources.SelectMany(SecretsOf))
        {
            try
            {
                if (await parameter.GetValueAsync(cancellationToken) is { } secret)
                {
                    secrets.Add(secret);
                }
            }
            catch (MissingParameterValueException)
            {
                // There is nothing to hide.
            }
        }

        return new SecretMask(secrets);
    }

    /// <summary>A variable's value without what is secret in it.</summary>
    public string Value(string name, string value) => SecretName().IsMatch(name) ? Hide(value) : Text(value);

    /// <summary>A text without what is secret in it.</summary>
    public string Text(string text)
    {
        foreach (var secret in _secrets)
        {
            text = text.Replace(secret, Hidden, StringComparison.Ordinal);
        }

        return SecretPart().Replace(text, Hidden);
    }

    private static string Hide(string value) => value.Length == 0 ? value : Hidden;

    private static IEnumerable<ParameterResource> SecretsOf(IResource resource) =>
        resource switch
        {
            ParameterResource { Secret: true } parameter => [parameter],
            PostgresServerResource postgres => [postgres.PasswordParameter],
            RedisResource { PasswordParameter: { } password } => [password],
            _ => [],
        };

    [GeneratedRegex("(KEY|TOKEN|PWD|PASS|CREDENTIALS?)$|SECRET|PASSWORD", RegexOptions.IgnoreCase)]
    private static partial Regex SecretName();

    /// <summary>The password in a URL, and in a connection string.</summary>
    [GeneratedRegex(@"(?<=://[^/\s:@]*:)[^@\s/]+(?=@)|(?<=\b(password|pwd)=)[^;,]+", RegexOptions.IgnoreCase)]
    private static partial Regex SecretPart();
}
