namespace Aspire.Hosting.ApplicationModel;

/// <summary>What of a dependency is waited for.</summary>
public enum WaitType
{
    /// <summary>It runs and its health checks pass.</summary>
    WaitUntilHealthy = 0,

    /// <summary>It has ended.</summary>
    WaitForCompletion = 1,

    /// <summary>It runs.</summary>
    WaitUntilStarted = 2,
}
