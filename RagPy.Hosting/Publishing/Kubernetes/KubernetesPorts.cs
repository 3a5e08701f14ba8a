namespace RagPy.Hosting.Publishing.Kubernetes;

/// <summary>Which ports of a service are used in a cluster.</summary>
internal static class KubernetesPorts
{
    /// <summary>All but https: the ingress speaks it, with certificates of its own.</summary>
    public static IEnumerable<PublishedPort> Of(PublishedService service) => service.Ports.Where(port => port.Scheme != "https");
}
