namespace RagPy.ServiceDefaults;

/// <summary>Settings of <see cref="NpgsqlDbContextExtensions"/>, section <c>Aspire:Npgsql:EntityFrameworkCore:PostgreSQL</c>.</summary>
public sealed class NpgsqlEntityFrameworkCorePostgreSQLSettings
{
    /// <summary>Npgsql connection string.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>Whether failed commands are not tried again; needed by code that begins transactions of its own.</summary>
    public bool DisableRetry { get; set; }

    public bool DisableHealthChecks { get; set; }

    public bool DisableTracing { get; set; }

    public bool DisableMetrics { get; set; }

    /// <summary>Seconds a command may take; null for Npgsql's default.</summary>
    public int? CommandTimeout { get; set; }
}
