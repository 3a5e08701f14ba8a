using System.Collections.Frozen;
using System.Text;

namespace RagPy.Core.Settings;

/// <summary>Reads <c>.env</c> files: <c>NAME=value</c> lines as python-dotenv writes and reads them.</summary>
/// <remarks>
/// <c>#</c> lines and blank lines are skipped, <c>export </c> before a name is allowed; an unquoted value ends at <c> #</c>; in single
/// quotes everything is literal, in double quotes <c>\n \r \t \" \\</c> are escapes. Of two lines for one name the later holds. Lines
/// of another form are skipped.
/// </remarks>
public static class DotEnvFile
{
    /// <summary>The file that the application reads: <c>.env</c> in the current folder.</summary>
    public static string DefaultPath => Path.Combine(Environment.CurrentDirectory, ".env");

    /// <summary>Variables of a file; none when there is no such file or it cannot be read.</summary>
    /// <param name="problem">Why the file could not be read: it must not stop a start, but somebody should know.</param>
    public static IReadOnlyDictionary<string, string> Read(string path, out SettingWarning? problem)
    {
        problem = null;
        try
        {
            return File.Exists(path) ? Parse(File.ReadLines(path)) : FrozenDictionary<string, string>.Empty;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = new SettingWarning(".env", $"{path} cannot be read ({e.Message}); going on without it.");

            return FrozenDictionary<string, string>.Empty;
        }
    }

    /// <summary>Variables of the lines of a file.</summary>
    public static IReadOnlyDictionary<string, string> Parse(IEnumerable<string> lines)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var raw in lines)
        {
            var line = raw.AsSpan().Trim();
            if (line.StartsWith("export "))
                line = line["export ".Length..].TrimStart();

            var equals = line.IndexOf('=');
            var name = equals < 0 ? default : line[..equals].TrimEnd();
            if (!name.IsEmpty && name[0] != '#' && !name.ContainsAny(" \t'\""))
                variables[name.ToString()] = ParseValue(line[(equals + 1)..].TrimStart());
        }

        return variables;
    }

    private static string ParseValue(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
            return "";
        if (text[0] == '\'' && text[1..].IndexOf('\'') is var end and >= 0)
            return text.Slice(1, end).ToString();
        if (text[0] == '"' && Unescape(text[1..]) is { } quoted)
            return quoted;
        if (text[0] == '#')
            return "";

        var comment = text.IndexOf(" #");

        return (comment < 0 ? text : text[..comment]).TrimEnd().ToString();
    }

    /// <summary>The text up to the closing quote, or null when there is none.</summary>
    private static string? Unescape(ReadOnlySpan<char> text)
    {
        var value = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '"')
                return value.ToString();

            if (text[i] != '\\' || i + 1 == text.Length)
            {
                value.Append(text[i]);
                continue;
            }

            i++;
            _ = text[i] switch
            {
                'n' => value.Append('\n'),
                'r' => value.Append('\r'),
                't' => value.Append('\t'),
                '"' or '\\' => value.Append(text[i]),
                var other => value.Append('\\').Append(other),
            };
        }

        return null;
    }
}
