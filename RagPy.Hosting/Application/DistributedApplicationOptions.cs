namespace Aspire.Hosting;

/// <summary>How an application is made.</summary>
public sealed class DistributedApplicationOptions
{
    /// <summary>The arguments of the program.</summary>
    public string[]? Args { get; set; }

    /// <summary>Runs without the dashboard.</summary>
    public bool DisableDashboard { get; set; }

    /// <summary>Folder that paths in the model are relative to; that of the AppHost's project when null.</summary>
    public string? ProjectDirectory { get; set; }
}
