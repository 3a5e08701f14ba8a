using System.Globalization;
using Npgsql;

namespace RagPy.LocalServices;

/// <summary>Reads the connection string that a person gave, in any of the forms people have.</summary>
public static class PostgresConnection
{
    private const string Example = "postgresql://user:password@host:5432/name";
    private static readonly string[] s_schemes = ["postgresql", "postgres"];

    /// <summary>
    /// The connection string of <c>ConnectionStrings__ragpy</c>, else of <c>DATABASE_URL</c>, else of the file that <c>DATABASE_URL_FILE</c> names, in Npgsql's form;
    /// null when none is set and the embedded server is to be used.
    /// </summary>
    /// <param name="environment">Gives the value of a variable, or null.</param>
    /// <exception cref="LocalServicesException">The value cannot be understood; the message names the variable and never repeats a password.</exception>
    public static string? Resolve(Func<string, string?> environment)
    {
        ArgumentNullException.ThrowIfNull(environment);

        foreach (var variable in new[] { "ConnectionStrings__ragpy", "DATABASE_URL" })
        {
            if (environment(variable)?.Trim() is { Length: > 0 } value)
            {
                return Parse(value, variable);
            }
        }

        return environment("DATABASE_URL_FILE") is { Length: > 0 } file ? Parse(ReadSecret(file), "DATABASE_URL_FILE") : null;
    }

    /// <summary>Turns a URL (<c>postgresql://</c>, <c>postgres://</c>, with SQLAlchemy's <c>+driver</c> too) or Npgsql's own form into Npgsql's form.</summary>
    /// <param name="value">What was given.</param>
    /// <param name="variable">Where it was given, for messages.</param>
    /// <exception cref="LocalServicesException">It is none of these.</exception>
    public static string Parse(string value, string variable)
    {
        ArgumentNullException.ThrowIfNull(value);
        var colon = value.IndexOf("://", StringComparison.Ordinal);

        if (value.StartsWith("sqlite", StringComparison.OrdinalIgnoreCase) && value.Contains(':', StringComparison.Ordinal))
        {
            throw new LocalServicesException(
                $"{variable} names an SQLite database; those of the original are brought over with the command 'ragpy migrate', give a PostgreSQL URL here ({Example})."
            );
        }

        try
        {
            var builder = colon < 0 ? new NpgsqlConnectionStringBuilder(value) : FromUrl(value[..colon], value[(colon + 3)..], variable);

            return builder.Host is null && builder.Database is null
                ? throw new LocalServicesException($"{variable} names no host and no database; give {Example}.")
                : builder.ConnectionString;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException or InvalidCastException)
        {
            // The inner message may quote the value, and with it the password: it is not passed on.
            throw new LocalServicesException($"{variable} is not a PostgreSQL connection string; give {Example}.");
        }
    }

    private static NpgsqlConnectionStringBuilder FromUrl(string scheme, string rest, string variable)
    {
        if (!s_schemes.Contains(scheme.Split('+')[0], StringComparer.OrdinalIgnoreCase))
        {
            throw new LocalServicesException($"{variable} begins with '{scheme}://', which is not PostgreSQL; give {Example}.");
        }

        var (beforeQuery, query) = Cut(rest, '?');
        var (authority, database) = Cut(beforeQuery, '/');
        var at = authority.LastIndexOf('@');
        var builder = new NpgsqlConnectionStringBuilder();

        if (at >= 0)
        {
            var (user, password) = Cut(authority[..at], ':');
            builder.Username = Uri.UnescapeDataString(user);
            builder.Password = password is null ? null : Uri.UnescapeDataString(password);
        }

        SetHost(builder, authority[(at + 1)..]);

        if (database is { Length: > 0 })
        {
            builder.Database = Uri.UnescapeDataString(database);
        }

        foreach (var pair in (query ?? "").Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, text) = Cut(pair, '=');
            SetParameter(builder, Uri.UnescapeDataString(name), Uri.UnescapeDataString(text ?? ""), variable);
        }

        // libpq's rule: the role's name when the URL names no database.
        builder.Database ??= builder.Username;

        return builder;
    }

    private static void SetHost(NpgsqlConnectionStringBuilder builder, string hosts)
    {
        if (hosts.Contains(',', StringComparison.Ordinal))
        {
            builder.Host = hosts;

            return;
        }

        var bracket = hosts.LastIndexOf(']');
        var colon = hosts.LastIndexOf(':');

        if (colon > bracket)
        {
            builder.Port = ushort.Parse(hosts[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture);
            hosts = hosts[..colon];
        }

        builder.Host = hosts.Length == 0 ? "localhost" : Uri.UnescapeDataString(hosts.Trim('[', ']'));
    }

    /// <summary>Parameters as libpq names them; whatever else is there must be a keyword of Npgsql's.</summary>
    private static void SetParameter(NpgsqlConnectionStringBuilder builder, string name, string value, string variable)
    {
        switch (name)
        {
            case "sslmode":
                builder.SslMode = Enum.Parse<SslMode>(value.Replace("-", "", StringComparison.Ordinal), ignoreCase: true);
                break;
            case "connect_timeout":
                builder.Timeout = int.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture);
                break;
            case "host":
                builder.Host = value;
                break;
            case "dbname":
                builder.Database = value;
                break;
            case "user":
                builder.Username = value;
                break;
            case "sslrootcert":
                builder.RootCertificate = value;
                break;
            case "sslcert":
                builder.SslCertificate = value;
                break;
            case "sslkey":
                builder.SslKey = value;
                break;
            default:
                if (!TrySetKeyword(builder, name.Replace('_', ' '), value))
                {
                    throw new LocalServicesException($"{variable} has a parameter '{name}' that is not known; leave it out.");
                }

                break;
        }
    }

    private static bool TrySetKeyword(NpgsqlConnectionStringBuilder builder, string keyword, string value)
    {
        if (!builder.ContainsKey(keyword))
        {
            return false;
        }

        builder[keyword] = value;

        return true;
    }

    private static (string Before, string? After) Cut(string text, char separator)
    {
        var at = text.IndexOf(separator);

        return at < 0 ? (text, null) : (text[..at], text[(at + 1)..]);
    }

    private static string ReadSecret(string file)
    {
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LocalServicesException($"The file that DATABASE_URL_FILE names cannot be read ({e.Message}).", e);
        }
    }
}
