using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using k8s;
using k8s.Models;

namespace RagPy.Hosting.Publishing.Kubernetes;

/// <summary>Writes who may call whom: nobody but those that the model lets refer to a service, and the ingress.</summary>
internal sealed class ClusterAccess(PublishedServices services)
{
    /// <summary>Replaced by the overlay of whoever deploys.</summary>
    public const string Host = "ragpy.example.org";

    /// <summary>As the gateway's own limit; 0 for nginx means that it leaves the limit to the gateway.</summary>
    private const string NoLimit = "0";

    private const int ExchangeSeconds = 3600;

    public IEnumerable<IKubernetesObject<V1ObjectMeta>> Policies()
    {
        yield return Policy("default-deny", new V1NetworkPolicySpec { PodSelector = new V1LabelSelector(), PolicyTypes = ["Ingress"] });
        foreach (var service in services.All.Where(one => KubernetesPorts.Of(one).Any()))
        {
            yield return Policy(
                service.Name,
                new V1NetworkPolicySpec
                {
                    PodSelector = new V1LabelSelector { MatchLabels = KubernetesNames.Selector(service) },
                    PolicyTypes = service.Project is null ? ["Ingress", "Egress"] : ["Ingress"],
                    Ingress = Ingress(service),
                    // What holds data calls nobody.
                    Egress = service.Project is null ? [] : null,
                }
            );
        }
    }

    /// <summary>The way in from outside; null when the model opens none.</summary>
    public V1Ingress? Ingress()
    {
        var open = services
            .All.SelectMany(one => KubernetesPorts.Of(one).Where(port => port.IsExternal), (service, port) => (service, port))
            .ToArray();

        return open.Length == 0 ? null : Ingress(open[0].service, open[0].port);
    }

    private V1Ingress Ingress(PublishedService service, PublishedPort port) =>
        new()
        {
            ApiVersion = "networking.k8s.io/v1",
            Kind = "Ingress",
            Metadata = new V1ObjectMeta
            {
                Name = services.Application,
                Annotations = new Dictionary<string, string>
                {
                    ["cert-manager.io/cluster-issuer"] = "letsencrypt",
                    ["nginx.ingress.kubernetes.io/proxy-body-size"] = NoLimit,
                    ["nginx.ingress.kubernetes.io/proxy-buffering"] = "off",
                    ["nginx.ingress.kubernetes.io/proxy-request-buffering"] = "off",
                    ["nginx.ingress.kubernetes.io/proxy-read-timeout"] = ExchangeSeconds.ToString(CultureInfo.InvariantCulture),
                    ["nginx.ingress.kubernetes.io/proxy-send-timeout"] = ExchangeSeconds.ToString(CultureInfo.InvariantCulture),
                },
            },
            Spec = new V1IngressSpec
            {
                IngressClassName = "nginx",
                Tls = [new V1IngressTLS { Hosts = [Host], SecretName = $"{services.Application}-tls" }],
                Rules =
                [
                    new V1IngressRule
                    {
                        Host = Host,
                        Http = new V1HTTPIngressRuleValue
                        {
                            Paths =
                            [
                                new V1HTTPIngressPath
                                {
                                    Path = "/",
                                    PathType = "Prefix",
                                    Backend = new V1IngressBackend
                                    {
                                        Service = new V1IngressServiceBackend
                                        {
                                            Name = service.Name,
                                            Port = new V1ServiceBackendPort { Name = port.Name },
                                        },
                                    },
                                },
                            ],
                        },
                    },
                ],
            },
        };

    private List<V1NetworkPolicyIngressRule> Ingress(PublishedService service)
    {
        var ports = KubernetesPorts.Of(service).Select(port => new V1NetworkPolicyPort { Protocol = "TCP", Port = port.Name }).ToList();
        if (service.Ports.Any(port => port.IsExternal))
        {
            // The controller of the ingress is in whichever namespace the cluster has it.
            return
            [
                new V1NetworkPolicyIngressRule
                {
                    Ports = ports,
                    FromProperty = [new V1NetworkPolicyPeer { NamespaceSelector = new V1LabelSelector() }],
                },
            ];
        }

        var callers = services
            .All.Where(other => other.Calls.Contains(service.Name) || WaitsThroughMigration(other, service))
            .Select(other => new V1NetworkPolicyPeer
            {
                PodSelector = new V1LabelSelector { MatchLabels = KubernetesNames.Selector(other) },
            })
            .ToList();

        return callers.Count == 0 ? [] : [new V1NetworkPolicyIngressRule { FromProperty = callers, Ports = ports }];
    }

    /// <summary>A pod runs the job that it waits for itself, and calls what the job calls.</summary>
    private bool WaitsThroughMigration(PublishedService caller, PublishedService called) =>
        caller.Waits.Any(wait => wait.Type == WaitType.WaitForCompletion && services[wait.Service].Calls.Contains(called.Name));

    private static V1NetworkPolicy Policy(string name, V1NetworkPolicySpec spec) =>
        new()
        {
            ApiVersion = "networking.k8s.io/v1",
            Kind = "NetworkPolicy",
            Metadata = new V1ObjectMeta { Name = name },
            Spec = spec,
        };
}
