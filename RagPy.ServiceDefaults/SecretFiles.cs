using Microsoft.Extensions.Configuration;

namespace RagPy.ServiceDefaults;

/// <summary>
/// Secrets within other texts: <c>{file:/run/secrets/postgres-password}</c> in a connection string stands for what the file holds, so that published topologies
/// need no secret in an environment variable. <c>{file:PATH|uri}</c> percent-encodes it.
/// </summary>
public static class SecretFiles
{
    private const string Begin = "{file:";
    private const string Encoded = "|uri";

    /// <summary>The text with the files' contents, without white space around them.</summary>
    /// <param name="name">Where the text comes from, for messages.</param>
    /// <exception cref="InvalidOperationException">A file cannot be read. The message names it and shows no secret.</exception>
    public static string Expand(string text, string name)
    {
        ArgumentNullException.ThrowIfNull(text);
        var end = 0;
        for (var at = text.IndexOf(Begin, StringComparison.Ordinal); at >= 0; at = text.IndexOf(Begin, end, StringComparison.Ordinal))
        {
            var close = text.IndexOf('}', at);
            if (close < 0)
            {
                break;
            }

            var secret = Read(text[(at + Begin.Length)..close], name);
            text = $"{text[..at]}{secret}{text[(close + 1)..]}";
            end = at + secret.Length;
        }

        return text;
    }

    /// <summary>The value of an environment variable, expanded; null when it is not set.</summary>
    /// <exception cref="InvalidOperationException">A file cannot be read.</exception>
    public static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { } text ? Expand(text, name) : null;

    /// <summary>Expands every value of the configuration that names a file.</summary>
    /// <exception cref="InvalidOperationException">A file cannot be read.</exception>
    internal static void ExpandAll(IConfigurationManager configuration)
    {
        var expanded = configuration
            .AsEnumerable()
            .Where(pair => pair.Value?.Contains(Begin, StringComparison.Ordinal) == true)
            .ToDictionary(pair => pair.Key, pair => (string?)Expand(pair.Value!, pair.Key));
        if (expanded.Count > 0)
        {
            configuration.AddInMemoryCollection(expanded);
        }
    }

    private static string Read(string reference, string name)
    {
        var isEncoded = reference.EndsWith(Encoded, StringComparison.Ordinal);
        var path = isEncoded ? reference[..^Encoded.Length] : reference;
        try
        {
            var secret = File.ReadAllText(path).Trim();

            return isEncoded ? Uri.EscapeDataString(secret) : secret;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InvalidOperationException($"{name} names the file {path}, which cannot be read: {e.Message}", e);
        }
    }
}
