using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using RagPy.Hosting;
using Xunit;

namespace RagPy.Tests.Hosting.Publishing;

/// <summary>For each feature of the model: what a process of this machine gets, and what each publisher writes of it.</summary>
public sealed class PublishedFeatureTests : IDisposable
{
    private readonly PublishedModel _model = new();

    private IDistributedApplicationBuilder Builder => _model.Builder;

    public void Dispose() => _model.Dispose();

    [Fact]
    public async Task A_secret_within_a_connection_string_is_an_expression_a_file_or_a_reference()
    {
        var database = Builder.AddPostgres("db").AddDatabase("books");
        Project("web").WithReferenceEnvironment(ReferenceEnvironmentInjectionFlags.ConnectionString).WithReference(database);

        Assert.Contains(
            "\"ConnectionStrings__books\": \"{books.connectionString}\"",
            await _model.ManifestAsync(),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "ConnectionStrings__books: Host=db;Port=5432;Username=postgres;Password={file:/run/secrets/db-password};Database=books",
            await _model.ComposeAsync(),
            StringComparison.Ordinal
        );
        var pod = await _model.KubernetesAsync("web");
        Assert.Contains("value: Host=db;Port=5432;Username=postgres;Password=$(DB_PASSWORD);Database=books", pod, StringComparison.Ordinal);
        Assert.True(
            pod.IndexOf("name: DB_PASSWORD", StringComparison.Ordinal) < pod.IndexOf("$(DB_PASSWORD)", StringComparison.Ordinal),
            "Kubernetes replaces only what was named before."
        );
    }

    [Fact]
    public async Task A_secret_by_itself_is_given_as_a_file_or_by_reference()
    {
        Project("web").WithEnvironment("TOKEN", Builder.AddParameter("web-token", secret: true));

        Assert.Contains("\"TOKEN\": \"{web-token.value}\"", await _model.ManifestAsync(), StringComparison.Ordinal);
        var compose = await _model.ComposeAsync();
        Assert.Contains("TOKEN_FILE: /run/secrets/web-token", compose, StringComparison.Ordinal);
        Assert.Contains("file: ./secrets/web-token", compose, StringComparison.Ordinal);
        Assert.Contains("key: web-token", await _model.KubernetesAsync("web"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_that_may_be_empty_may_be_missing()
    {
        Project("web").WithEnvironment("API_KEY", Builder.AddParameter("api-key", "", secret: true));

        Assert.Contains("optional: true", await _model.KubernetesAsync("web"), StringComparison.Ordinal);
        var prepare = await _model.PublishAsync(RagPy.Hosting.Publishing.PublishTarget.Compose, "prepare.sh");
        Assert.Contains("for name in api-key; do", prepare, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_parameter_that_is_not_secret_is_asked_for_with_its_value_as_default()
    {
        Project("web").WithEnvironment("LEVEL", Builder.AddParameter("log-level", "info"));

        Assert.Contains("\"LEVEL\": \"{log-level.value}\"", await _model.ManifestAsync(), StringComparison.Ordinal);
        Assert.Contains("LEVEL: ${LOG_LEVEL:-info}", await _model.ComposeAsync(), StringComparison.Ordinal);
        Assert.Contains("LEVEL: info", await _model.KubernetesAsync("web"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_is_that_of_the_service_and_the_port_it_listens_on()
    {
        var api = Project("api").WithHttpEndpoint();
        Project("web").WithReference(api).WithEnvironment("PORT_OF_API", api.GetEndpoint("http").Property(EndpointProperty.Port));

        var manifest = await _model.ManifestAsync();
        Assert.Contains("\"services__api__http__0\": \"{api.bindings.http.url}\"", manifest, StringComparison.Ordinal);
        Assert.Contains("\"PORT_OF_API\": \"{api.bindings.http.port}\"", manifest, StringComparison.Ordinal);
        Assert.Contains("\"HTTP_PORTS\": \"{api.bindings.http.targetPort}\"", manifest, StringComparison.Ordinal);
        var compose = await _model.ComposeAsync();
        Assert.Contains("services__api__http__0: http://api:8080", compose, StringComparison.Ordinal);
        Assert.Contains("PORT_OF_API: \"8080\"", compose, StringComparison.Ordinal);
        Assert.Contains("services__api__http__0: http://api:8080", await _model.KubernetesAsync("web"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replicas_limits_and_scaling_are_those_that_are_declared()
    {
        Project("web")
            .WithReplicas(4)
            .WithAutoscale(min: 4, max: 9, cpu: 60)
            .WithLimits(cpus: 1.5, memory: "1536M", reserveCpus: 0.25, reserveMemory: "1G", nofile: 4096);

        var compose = await _model.ComposeAsync();
        Assert.Contains("replicas: ${WEB_REPLICAS:-4}", compose, StringComparison.Ordinal);
        Assert.Contains("cpus: \"1.5\"\n          memory: 1536M", compose, StringComparison.Ordinal);
        Assert.Contains("cpus: \"0.25\"\n          memory: 1G", compose, StringComparison.Ordinal);
        Assert.Contains("soft: 4096\n        hard: 4096", compose, StringComparison.Ordinal);
        var objects = await _model.KubernetesAsync("web");
        Assert.Contains("limits:\n            cpu: 1500m\n            memory: 1536Mi", objects, StringComparison.Ordinal);
        Assert.Contains("minReplicas: 4", objects, StringComparison.Ordinal);
        Assert.Contains("maxReplicas: 9", objects, StringComparison.Ordinal);
        Assert.Contains("averageUtilization: 60", objects, StringComparison.Ordinal);
        Assert.DoesNotContain("\n  replicas:", objects, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_scaling_the_declared_replicas_are_kept()
    {
        Project("web").WithReplicas(2);

        Assert.Contains("\n  replicas: 2\n", await _model.KubernetesAsync("web"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Probes_are_health_checks_and_probes()
    {
        Project("web")
            .WithHttpEndpoint()
            .WithHttpProbe(ProbeType.Readiness, "/ready", periodSeconds: 7, timeoutSeconds: 3, failureThreshold: 4);

        var compose = await _model.ComposeAsync();
        Assert.Contains("GET /ready HTTP/1.1", compose, StringComparison.Ordinal);
        Assert.Contains("interval: 7s\n      timeout: 3s\n      retries: 4", compose, StringComparison.Ordinal);
        Assert.Contains(
            "readinessProbe:\n          failureThreshold: 4\n          httpGet:\n            path: /ready\n            port: http",
            await _model.KubernetesAsync("web"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task What_is_waited_for_is_a_condition_and_a_job_runs_before()
    {
        var database = Builder.AddPostgres("db").AddDatabase("books");
        var job = Project("job")
            .WithArgs("prepare")
            .WithReferenceEnvironment(ReferenceEnvironmentInjectionFlags.ConnectionString)
            .WithReference(database)
            .WaitFor(database);
        Project("web").WaitFor(database).WaitForCompletion(job);

        var compose = await _model.ComposeAsync();
        Assert.Contains(
            "depends_on:\n      db:\n        condition: service_healthy\n      job:\n        condition: service_completed_successfully",
            compose,
            StringComparison.Ordinal
        );
        Assert.Contains("\"args\": [\n        \"prepare\"\n      ]", await _model.ManifestAsync(), StringComparison.Ordinal);
        Assert.Contains("kind: Job", await _model.KubernetesAsync("job"), StringComparison.Ordinal);
        Assert.Contains("initContainers:\n      - args:\n        - prepare", await _model.KubernetesAsync("web"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_container_has_its_image_arguments_and_volumes()
    {
        Builder.AddContainer("cache", "example/cache", "1.2").WithVolume("cache-data", "/var/cache").WithArgs("--size", "$big");

        Assert.Contains("\"image\": \"example/cache:1.2\"", await _model.ManifestAsync(), StringComparison.Ordinal);
        var compose = await _model.ComposeAsync();
        Assert.Contains("image: example/cache:1.2", compose, StringComparison.Ordinal);
        Assert.Contains("- $$big", compose, StringComparison.Ordinal);
        Assert.Contains("source: cache-data\n        target: /var/cache", compose, StringComparison.Ordinal);
        var objects = await _model.KubernetesAsync("cache");
        Assert.Contains("kind: StatefulSet", objects, StringComparison.Ordinal);
        Assert.Contains("mountPath: /var/cache", objects, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_volume_without_a_name_is_the_replicas_own()
    {
        Project("web").WithAnnotation(new ContainerMountAnnotation(null, "/home/app", ContainerMountType.Volume, isReadOnly: false));

        Assert.Contains("- type: volume\n        target: /home/app", await _model.ComposeAsync(), StringComparison.Ordinal);
        var pod = await _model.KubernetesAsync("web");
        Assert.Contains("mountPath: /home/app\n          name: own-home-app", pod, StringComparison.Ordinal);
        Assert.Contains("- emptyDir: {}\n        name: own-home-app", pod, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Braces_and_dollars_of_a_text_stay_what_they_are()
    {
        Project("web").WithEnvironment("PATTERN", $"{"{0}"} costs $(5) at {Builder.AddParameter("shop", "here")}");

        Assert.Contains(
            "PATTERN: '{0} costs $$(5) at ${SHOP:-here}'",
            (await _model.ComposeAsync()).Replace('"', '\''),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "PATTERN: '{0} costs $(5) at here'",
            (await _model.KubernetesAsync("web")).Replace('"', '\''),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_container_whose_way_with_secrets_is_not_known_is_refused_in_a_sentence()
    {
        Builder.AddContainer("cache", "example/cache", "1.2").WithEnvironment("SECRET", Builder.AddParameter("cache-secret", secret: true));

        var refusal = await Assert.ThrowsAsync<DistributedApplicationException>(_model.ComposeAsync);

        Assert.Equal("'cache' wants a secret in SECRET; how its image reads one from a file is not known.", refusal.Message);
    }

    [Fact]
    public async Task What_runs_here_gets_the_same_variables_with_the_values_of_here()
    {
        using var local = new PublishedModel(DistributedApplicationOperation.Run);
        var api = local.Builder.AddProject("api", local.Project("Api"), launchProfileName: null).WithHttpEndpoint();
        var web = local
            .Builder.AddProject("web", local.Project("Web"), launchProfileName: null)
            .WithReference(api)
            .WithEnvironment("LEVEL", local.Builder.AddParameter("log-level", "info"));
        HostingModel.Allocate(api, "http", "localhost", 41_001);

        var environment = await HostingModel.EnvironmentAsync(web);

        Assert.Equal("http://localhost:41001", environment["services__api__http__0"]);
        Assert.Equal("info", environment["LEVEL"]);
        Assert.DoesNotContain("HTTP_PORTS", environment.Keys);
    }

    private IResourceBuilder<ProjectResource> Project(string name) =>
        Builder.AddProject(name, _model.Project(name), launchProfileName: null);
}
