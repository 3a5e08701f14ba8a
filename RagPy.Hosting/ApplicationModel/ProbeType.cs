namespace Aspire.Hosting.ApplicationModel;

/// <summary>What a probe asks.</summary>
public enum ProbeType
{
    /// <summary>Whether the process has started; the other probes wait for it.</summary>
    Startup = 0,

    /// <summary>Whether it can serve now; callers are kept away while it cannot.</summary>
    Readiness = 1,

    /// <summary>Whether it lives; it is started anew when it does not.</summary>
    Liveness = 2,
}
