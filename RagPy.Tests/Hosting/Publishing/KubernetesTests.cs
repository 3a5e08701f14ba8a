using System.Diagnostics;
using k8s;
using k8s.Models;
using Xunit;

namespace RagPy.Tests.Hosting.Publishing;

/// <summary>The Kubernetes objects are valid by three independent readers, and fit together.</summary>
public sealed class KubernetesTests
{
    private static readonly string s_place = Path.Combine(Repository.Root, PublishedTopology.Places["kubernetes"]);

    public static TheoryData<string> Kustomizations => ["base", "overlays/small", "overlays/large"];

    [Theory]
    [MemberData(nameof(Kustomizations))]
    public async Task Kubectl_builds_it_and_the_schemas_of_the_API_find_no_invalid_object(string kustomization)
    {
        Assert.SkipUnless(Tools.Has("kubectl"), "kubectl is not installed.");
        var (exitCode, objects) = await PublishedTopology.RunAsync(
            new ProcessStartInfo("kubectl", ["kustomize", Path.Combine(s_place, kustomization)]),
            input: null
        );
        Assert.True(exitCode == 0, objects);

        await AssertValidAsync(objects);
        Assert.Equal(Objects().Count, KubernetesYaml.LoadAllFromString(objects, strict: true).Count);
    }

    [Fact]
    public Task The_schemas_of_the_API_find_no_invalid_object_in_the_base() =>
        AssertValidAsync(string.Join("---\n", BaseFiles().Select(File.ReadAllText)));

    [Fact]
    public void Every_object_is_read_by_types_that_know_no_other_fields()
    {
        foreach (
            var file in Directory
                .EnumerateFiles(Path.Combine(s_place, "base"))
                .Where(file => Path.GetFileName(file) != "kustomization.yaml")
        )
        {
            Assert.NotEmpty(KubernetesYaml.LoadAllFromString(File.ReadAllText(file), strict: true));
        }
    }

    [Fact]
    public void Every_pod_is_of_the_restricted_level()
    {
        foreach (var (name, pod) in Pods())
        {
            Assert.True(pod.SecurityContext.RunAsNonRoot, name);
            Assert.Equal("RuntimeDefault", pod.SecurityContext.SeccompProfile.Type);
            Assert.False(pod.AutomountServiceAccountToken);
            Assert.All(
                pod.Containers.Concat(pod.InitContainers ?? []),
                container =>
                {
                    Assert.False(container.SecurityContext.AllowPrivilegeEscalation);
                    Assert.True(container.SecurityContext.ReadOnlyRootFilesystem);
                    Assert.Equal(["ALL"], container.SecurityContext.Capabilities.Drop);
                    Assert.Equal(["cpu", "memory"], container.Resources.Limits.Keys.Order());
                    Assert.Equal(["cpu", "memory"], container.Resources.Requests.Keys.Order());
                }
            );
        }
    }

    [Fact]
    public void Every_name_that_a_pod_uses_is_there()
    {
        var objects = Objects();
        var configMaps = objects.OfType<V1ConfigMap>().Select(map => map.Metadata.Name).ToHashSet();
        var claims = objects.OfType<V1PersistentVolumeClaim>().Select(claim => claim.Metadata.Name).ToHashSet();
        foreach (var (name, pod) in Pods())
        {
            var volumes = (pod.Volumes ?? []).Select(volume => volume.Name).Concat(Claims(objects, name)).ToHashSet();
            Assert.All(
                (pod.Volumes ?? []).Where(volume => volume.PersistentVolumeClaim is not null),
                volume => Assert.Contains(volume.PersistentVolumeClaim.ClaimName, claims)
            );
            Assert.All(
                pod.Containers.Concat(pod.InitContainers ?? []),
                container =>
                {
                    Assert.All(container.VolumeMounts, mount => Assert.Contains(mount.Name, volumes));
                    Assert.All(container.EnvFrom ?? [], source => Assert.Contains(source.ConfigMapRef.Name, configMaps));
                    Assert.All(
                        (container.Env ?? []).Where(variable => variable.ValueFrom is not null),
                        variable => Assert.Equal("ragpy-secrets", variable.ValueFrom.SecretKeyRef.Name)
                    );
                }
            );
        }
    }

    [Fact]
    public void Services_that_are_replicated_scale_are_spread_and_survive_a_drained_node()
    {
        var objects = Objects();
        var deployments = objects.OfType<V1Deployment>().ToArray();

        Assert.Equal(["api", "gateway", "ingestion"], deployments.Select(one => one.Metadata.Name).Order(StringComparer.Ordinal));
        Assert.All(
            deployments,
            deployment =>
            {
                Assert.Null(deployment.Spec.Replicas);
                Assert.Single(deployment.Spec.Template.Spec.TopologySpreadConstraints);
                Assert.Contains(
                    objects.OfType<V2HorizontalPodAutoscaler>(),
                    one => one.Spec.ScaleTargetRef.Name == deployment.Metadata.Name
                );
                Assert.Contains(
                    objects.OfType<V1PodDisruptionBudget>(),
                    one => one.Spec.Selector.MatchLabels.SequenceEqual(deployment.Spec.Selector.MatchLabels)
                );
                var container = deployment.Spec.Template.Spec.Containers[0];
                Assert.Equal(
                    ["/alive", "/health", "/alive"],
                    new[] { container.StartupProbe, container.ReadinessProbe, container.LivenessProbe }.Select(probe => probe.HttpGet.Path)
                );
            }
        );
        Assert.Equal("None", objects.OfType<V1Service>().Single(one => one.Metadata.Name == "api").Spec.ClusterIP);
        Assert.Equal(3, objects.OfType<V2HorizontalPodAutoscaler>().Single(one => one.Metadata.Name == "api").Spec.MinReplicas);
    }

    [Fact]
    public void The_schema_is_up_to_date_before_a_pod_of_a_release_serves()
    {
        var job = Objects().OfType<V1Job>().Single();
        var expected = job.Spec.Template.Spec.Containers[0];

        Assert.Equal(["migrate-database"], expected.Args);
        Assert.All(
            Pods().Where(pod => pod.Name is "api" or "ingestion"),
            pod => Assert.Equal((expected.Image, expected.Args[0]), (pod.Spec.InitContainers[0].Image, pod.Spec.InitContainers[0].Args[0]))
        );
    }

    [Fact]
    public void Nobody_reaches_a_service_but_those_that_refer_to_it()
    {
        var policies = Objects().OfType<V1NetworkPolicy>().ToDictionary(policy => policy.Metadata.Name, policy => policy.Spec);

        Assert.Null(policies["default-deny"].Ingress);
        Assert.Equal(["gateway"], Callers(policies["api"]));
        Assert.Equal(["migration", "api", "ingestion"], Callers(policies["postgres"]));
        Assert.Equal(["api", "ingestion"], Callers(policies["qdrant"]));
        Assert.Empty(policies["postgres"].Egress);
        Assert.Empty(policies["ingestion"].Ingress);
    }

    private static IEnumerable<string> Callers(V1NetworkPolicySpec policy) =>
        policy.Ingress.SelectMany(rule => rule.FromProperty).Select(peer => peer.PodSelector.MatchLabels["app.kubernetes.io/name"]);

    private static IEnumerable<string> Claims(IReadOnlyList<object> objects, string name) =>
        objects
            .OfType<V1StatefulSet>()
            .Where(one => one.Metadata.Name == name)
            .SelectMany(one => one.Spec.VolumeClaimTemplates ?? [])
            .Select(claim => claim.Metadata.Name);

    private static IEnumerable<string> BaseFiles() =>
        Directory
            .EnumerateFiles(Path.Combine(s_place, "base"))
            .Where(file => Path.GetFileName(file) != "kustomization.yaml")
            .Order(StringComparer.Ordinal);

    private static List<object> Objects() =>
        [.. BaseFiles().SelectMany(file => KubernetesYaml.LoadAllFromString(File.ReadAllText(file), strict: true))];

    private static async Task AssertValidAsync(string objects)
    {
        var validator = Path.Combine(await NpmTools.InstallAsync("kubernetes-models", "kubernetes-models"), "validate.js");
        var (exitCode, report) = await PublishedTopology.RunAsync(new ProcessStartInfo("node", [validator]), objects);

        Assert.True(exitCode == 0, report);
        Assert.Contains($"{Objects().Count} valid, 0 invalid", report, StringComparison.Ordinal);
    }

    private static IEnumerable<(string Name, V1PodSpec Spec)> Pods() =>
        Objects()
            .Select(one =>
                one switch
                {
                    V1Deployment deployment => (deployment.Metadata.Name, deployment.Spec.Template.Spec),
                    V1StatefulSet set => (set.Metadata.Name, set.Spec.Template.Spec),
                    V1Job job => (job.Metadata.Name, job.Spec.Template.Spec),
                    _ => ("", null!),
                }
            )
            .Where(pod => pod.Item1.Length > 0);
}
