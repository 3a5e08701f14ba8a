using Npgsql;

namespace RagPy.Core.Pipeline;

/// <summary>How the pipeline wants its connections, whoever makes the data source.</summary>
public static class PipelineDataSource
{
    /// <summary>
    /// Sets what the pipeline needs: a pool that all processes together can have, a name in the server's list of sessions, and the certainty that a listening
    /// connection notices a server which went away without a word. Statements are prepared by themselves.
    /// </summary>
    /// <param name="connection">The connection string to change.</param>
    public static void Configure(NpgsqlConnectionStringBuilder connection, PipelineOptions options)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(options);
        connection.MaxPoolSize = options.MaxConnections;
        connection.ApplicationName = "ragpy";
        connection.KeepAlive = 30;
        // The same few statements all the time, most of them short: planning them anew costs more than running them. What a session may leave behind are
        // advisory locks, and whoever takes one gives it back on that connection.
        connection.MaxAutoPrepare = 64;
        connection.AutoPrepareMinUsages = 3;
        connection.NoResetOnClose = true;
    }

    internal static NpgsqlDataSource Create(PipelineOptions options)
    {
        var connection = new NpgsqlConnectionStringBuilder(options.ConnectionString);
        Configure(connection, options);
        return NpgsqlDataSource.Create(connection);
    }
}
