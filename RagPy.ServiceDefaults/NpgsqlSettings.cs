namespace RagPy.ServiceDefaults;

/// <summary>Settings of <see cref="NpgsqlDataSourceExtensions.AddNpgsqlDataSource"/>, section <c>Aspire:Npgsql</c>.</summary>
public sealed class NpgsqlSettings
{
    /// <summary>Npgsql connection string.</summary>
    public string? ConnectionString { get; set; }

    public bool DisableHealthChecks { get; set; }

    public bool DisableTracing { get; set; }

    public bool DisableMetrics { get; set; }
}
