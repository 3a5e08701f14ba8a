namespace RagPy.Hosting.Publishing;

/// <summary>What is made of the model.</summary>
internal enum PublishTarget
{
    /// <summary>Aspire's deployment manifest, which azd and aspirate read.</summary>
    Manifest,

    /// <summary>Files for Docker Compose and Docker Swarm.</summary>
    Compose,

    /// <summary>A kustomize base with overlays.</summary>
    Kubernetes,
}
