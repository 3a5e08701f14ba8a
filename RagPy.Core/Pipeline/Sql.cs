using Npgsql;

namespace RagPy.Core.Pipeline;

/// <summary>Short forms for statements with positional parameters.</summary>
internal static class Sql
{
    /// <summary>A command whose $1, $2, … are the values; null becomes NULL.</summary>
    public static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params ReadOnlySpan<object?> values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        }

        return command;
    }

    /// <summary>A command on a connection of its own.</summary>
    public static NpgsqlCommand Command(NpgsqlDataSource dataSource, string sql, params ReadOnlySpan<object?> values)
    {
        var command = dataSource.CreateCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        }

        return command;
    }

    /// <summary>Executes a statement and gives the number of rows.</summary>
    public static async Task<int> ExecuteAsync(
        NpgsqlConnection connection,
        string sql,
        object?[] values,
        CancellationToken cancellationToken
    )
    {
        await using var command = Command(connection, sql, values);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Sends a notification, at commit when in a transaction.</summary>
    public static async Task NotifyAsync(NpgsqlConnection connection, string channel, string payload, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, "SELECT pg_notify($1, $2)", channel, payload);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
