namespace Aspire.Hosting;

/// <summary>What is done with the model.</summary>
public enum DistributedApplicationOperation
{
    /// <summary>It runs on this machine.</summary>
    Run = 0,

    /// <summary>Files are made from it that run it elsewhere.</summary>
    Publish = 1,
}
