using System.Globalization;
using RagPy.Hosting.Publishing.Text;

namespace RagPy.Hosting.Publishing.Compose;

/// <summary>Writes texts and sizes as Compose files have them.</summary>
internal static class ComposeText
{
    /// <summary>Folder in which a container finds its secrets, a file each.</summary>
    public const string SecretFolder = "/run/secrets";

    /// <summary>The text for a process that reads <c>{file:PATH}</c> itself.</summary>
    public static string Write(PublishedText text) => text.Render(Write);

    /// <summary>Text in which Compose is to replace nothing.</summary>
    public static string Escape(string text) => text.Replace("$", "$$", StringComparison.Ordinal);

    /// <summary><c>${NAME:-default}</c>, or the form that refuses to start without a value.</summary>
    public static string Variable(string name, string? fallback) =>
        fallback is null ? $"${{{name}:?set {name} in .env}}" : $"${{{name}:-{fallback}}}";

    public static string SecretPath(TextPart.Secret secret) => $"{SecretFolder}/{secret.Name}";

    /// <summary>The largest unit that gives a whole number.</summary>
    public static string Size(long bytes)
    {
        foreach (var (suffix, shift) in new[] { ("G", 30), ("M", 20), ("K", 10) })
        {
            if (bytes % (1L << shift) == 0)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{bytes >> shift}{suffix}");
            }
        }

        return bytes.ToString(CultureInfo.InvariantCulture);
    }

    private static string Write(TextPart part) =>
        part switch
        {
            TextPart.Setting setting => Variable(setting.Variable, setting.Default),
            TextPart.Secret secret => $"{{file:{SecretPath(secret)}{(secret.IsEncoded ? "|uri" : "")}}}",
            TextPart.Literal literal => Escape(literal.Value),
            _ => throw new InvalidOperationException($"{part.GetType().Name} is a new kind of part."),
        };
}
