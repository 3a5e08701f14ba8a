using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using RagPy.Hosting.Dcp;
using RagPy.Hosting.ResourceService;
using RagPy.Hosting.Running;
using RagPy.LocalServices;
using Xunit;

namespace RagPy.Tests.Hosting.Dashboard;

/// <summary>The resource service over a model of which nothing is started, and a client of it.</summary>
internal sealed class ResourceServiceHost : IAsyncDisposable
{
    public const string Key = "the-key-of-the-dashboard";
    public const string Secret = "hunter2-hunter2";

    private readonly X509Certificate2 _authority;
    private readonly DcpClient _client;
    private readonly ResourceServer _server;
    private readonly GrpcChannel _channel;

    private ResourceServiceHost(X509Certificate2 authority, DcpClient client, ResourceServer server, ResourceView view)
    {
        _authority = authority;
        _client = client;
        _server = server;
        View = view;
        _channel = GrpcChannel.ForAddress(server.Address);
        Client = new RagPy.Hosting.ResourceService.Protocol.DashboardService.DashboardServiceClient(_channel);
    }

    public ResourceView View { get; }

    public RagPy.Hosting.ResourceService.Protocol.DashboardService.DashboardServiceClient Client { get; }

    /// <summary>What the dashboard sends with every call.</summary>
    public static Metadata Headers => new() { { ResourceServer.KeyHeader, Key } };

    public ReplicaRun Replica => View.Runs.OfType<ProcessRun>().Single().Replicas[0];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A program of one process, with a command, a database, and a secret.</summary>
    public static async Task<ResourceServiceHost> StartAsync()
    {
        var builder = DistributedApplication.CreateBuilder();
        var secret = builder.AddParameter("secret", Secret, secret: true);
        var postgres = builder.AddPostgres("postgres", password: secret);
        HostingModel.Allocate(postgres, "tcp", "localhost", 5432);
        var database = postgres.AddDatabase("library");
        var worker = builder
            .AddExecutable("worker", "/bin/sleep", "/", "600")
            .WithHttpEndpoint()
            .WithEnvironment("API_KEY", secret)
            .WithReference(database)
            .WaitFor(database)
            .WithCommand("fail", "Fail", _ => throw new InvalidOperationException("it was to fail"));
        HostingModel.Allocate(worker, "http", "localhost", 5001);
        var app = new AppDefinition
        {
            Name = "Tried",
            Model = new DistributedApplicationModel(builder.Resources),
            Execution = builder.ExecutionContext,
            Configuration = builder.Configuration,
            IsDevelopment = true,
            HasDashboard = true,
            Assemblies = new Dictionary<string, string>(),
            Services = LocalServicesOptions.FromEnvironment(_ => null),
        };
        using var key = ECDsa.Create();
        var authority = new CertificateRequest("CN=nobody", key, HashAlgorithmName.SHA256).CreateSelfSigned(
            DateTimeOffset.UtcNow,
            DateTimeOffset.UtcNow.AddHours(1)
        );
        var client = new DcpClient(new DcpConnection(new Uri("https://127.0.0.1:1"), "none", authority));
        var run = new RunServices(
            client,
            new DcpWatch<ExecutableSpec, ExecutableStatus>(client, DcpKind.Executables, TimeProvider.System),
            new DcpWatch<EndpointSpec, EndpointStatus>(client, DcpKind.Endpoints, TimeProvider.System),
            new DcpWatch<ContainerSpec, ContainerStatus>(client, DcpKind.Containers, TimeProvider.System),
            new RunConsole(TextWriter.Null, TextWriter.Null),
            new ChangeSignal(),
            TimeProvider.System
        );
        ResourceRun[] runs =
        [
            new ProcessRun(worker.Resource, new ReplicaLaunch { DescribeAsync = (_, _) => throw new InvalidOperationException() }, 1, run),
            .. builder.Resources.Where(resource => resource != worker.Resource).Select(resource => new ValueRun(resource, run)),
        ];
        var view = await ResourceView.MakeAsync(
            app,
            runs,
            new Dictionary<IResource, RagPy.Hosting.Backing.BackingService>(),
            new RunControl([.. runs.OfType<ProcessRun>()]),
            run,
            [],
            new ServiceCollection().BuildServiceProvider(),
            Token
        );

        return new ResourceServiceHost(authority, client, await ResourceServer.StartAsync(view, Key, Token), view);
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _server.DisposeAsync();
        _client.Dispose();
        _authority.Dispose();
    }
}
