using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using RagPy.Core.Indexing.Remote;
using RagPy.Core.Pipeline;
using RagPy.Tests.Simulators;
using Xunit;

namespace RagPy.Tests.Indexing;

/// <summary>Which index of Pinecone is used, made or refused, and where the key goes.</summary>
public sealed class PineconeIndexTests(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly Lazy<X509Certificate2> s_certificate = new(CreateCertificate);

    private readonly PineconeSetup _pinecone = new();
    private TestDatabase _database = null!;
    private RemoteStoreHost _host = null!;
    private long _project;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CreateDatabaseAsync();
        _project = await IndexSeeds.AddProjectAsync(_database.DataSource);
        await _pinecone.Simulator.StartAsync();
        _host = _pinecone.Host(_database);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _database.DisposeAsync();
        await _pinecone.DisposeAsync();
    }

    [Fact]
    public async Task An_index_that_is_missing_is_made_serverless_in_the_configured_cloud_once()
    {
        await WriteOneAsync();
        await WriteOneAsync();

        var creation = Assert.Single(_pinecone.Simulator.Exchanges, e => e.Method == "POST").RequestText;
        Assert.Contains(
            "\"name\":\"library-24\",\"dimension\":24,\"metric\":\"dotproduct\",\"vector_type\":\"dense\"",
            creation,
            StringComparison.Ordinal
        );
        Assert.Contains("\"cloud\":\"aws\",\"region\":\"eu-west-1\"", creation, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "PINECONE_ENV")]
    [InlineData("us-east-1-aws", "no cloud and region")]
    [InlineData("aws-atlantis-1", "not found")]
    public async Task An_index_that_is_missing_and_may_not_be_made_is_a_sentence(string? environment, string expected)
    {
        await using var other = _pinecone.Host(_database, o => o with { PineconeEnvironment = environment });

        var exception = await Record.ExceptionAsync(() => other.Store.WriteAsync(_project, PineconeSetup.OnePoint(), Token));

        Assert.Contains(expected, StoreFailures.Of(exception!)!.Reason, StringComparison.Ordinal);
        Assert.Empty(_pinecone.Simulator.Indexes);
    }

    [Theory]
    [InlineData(24, "cosine", "serverless", "dense", "dotproduct")]
    [InlineData(25, "dotproduct", "serverless", "dense", "dimension 25")]
    [InlineData(24, "dotproduct", "pod", "dense", "serverless")]
    [InlineData(24, "dotproduct", "serverless", "sparse", "dense")]
    public async Task An_index_that_is_not_fit_is_refused_with_what_to_do(
        int dimension,
        string metric,
        string spec,
        string type,
        string names
    )
    {
        await _pinecone.Simulator.AddAsync("library-24", dimension, metric, spec, type);

        var exception = await Assert.ThrowsAsync<DocumentFailedException>(() =>
            _host.Store.WriteAsync(_project, PineconeSetup.OnePoint(), Token)
        );

        Assert.Contains(names, exception.Failure.Reason, StringComparison.Ordinal);
        Assert.Contains("PINECONE_INDEX", exception.Failure.Reason, StringComparison.Ordinal);
        Assert.Empty(_pinecone.Simulator.DataExchanges);
    }

    [Fact]
    public async Task An_index_that_the_operator_made_is_used_as_it_is()
    {
        var index = await _pinecone.Simulator.AddAsync("library-24", 24);

        await _host.Store.WriteAsync(_project, PineconeSetup.OnePoint(), Token);

        Assert.DoesNotContain(_pinecone.Simulator.Exchanges, e => e.Method == "POST");
        Assert.Single(index.Contents().Values.Single());
    }

    [Fact]
    public async Task An_index_that_has_gone_with_points_is_told_and_not_made_anew()
    {
        await WriteOneAsync();
        await _pinecone.Simulator.RemoveAsync("library-24");
        await using var other = _pinecone.Host(_database);

        var exception = await Assert.ThrowsAsync<DocumentFailedException>(() =>
            other.Store.WriteAsync(_project, PineconeSetup.OnePoint(), Token)
        );

        Assert.Contains("not there any more", exception.Failure.Reason, StringComparison.Ordinal);
        Assert.Empty(_pinecone.Simulator.Indexes);
    }

    [Theory]
    [InlineData("evil.example/steal")]
    [InlineData("user@evil.example")]
    [InlineData("http://index.svc.pinecone.io")]
    [InlineData("10.0.0.7")]
    [InlineData("169.254.169.254:80")]
    [InlineData("index.svc.pinecone.io")]
    public async Task The_key_goes_nowhere_but_to_this_machine_when_the_control_address_is_of_it(string host)
    {
        _pinecone.Simulator.Host = host;
        await _pinecone.Simulator.AddAsync("library-24", 24);

        var exception = await Assert.ThrowsAsync<DocumentFailedException>(() =>
            _host.Store.WriteAsync(_project, PineconeSetup.OnePoint(), Token)
        );

        Assert.Contains("PINECONE_BASE_URL", exception.Failure.Reason, StringComparison.Ordinal);
        Assert.Empty(_pinecone.Simulator.DataExchanges);
    }

    [Theory]
    [InlineData("127.0.0.1:443")]
    [InlineData("localhost:443")]
    [InlineData("internal")]
    [InlineData("http://index.svc.pinecone.example")]
    [InlineData("index.svc.pinecone.example/path")]
    public async Task The_key_goes_to_named_hosts_by_https_only_when_the_control_address_is_https(string host)
    {
        await using var simulator = new PineconeSimulator
        {
            Key = PineconeSetup.Key,
            Certificate = s_certificate.Value,
            Host = host,
        };
        await simulator.StartAsync();
        await simulator.AddAsync("library-24", 24);
        await using var other = _pinecone.Host(_database, o => o with { PineconeUrl = simulator.Address }, insecure: true);

        var exception = await Assert.ThrowsAsync<DocumentFailedException>(() =>
            other.Store.WriteAsync(_project, PineconeSetup.OnePoint(), Token)
        );

        Assert.Contains("PINECONE_BASE_URL", exception.Failure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_key_is_told_at_once_and_never_shown()
    {
        await using var other = _pinecone.Host(_database, o => o with { PineconeKey = "wrong-key" });

        var exception = await Assert.ThrowsAsync<DocumentFailedException>(() =>
            other.Store.WriteAsync(_project, PineconeSetup.OnePoint(), Token)
        );

        Assert.Equal(FailureCode.ProviderAuth, exception.Failure.Code);
        Assert.Contains("PINECONE_API_KEY", exception.Failure.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-key", exception.Failure.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "ragpy", "https://api.pinecone.io", "PINECONE_API_KEY")]
    [InlineData("key", "My_Index", "https://api.pinecone.io", "PINECONE_INDEX")]
    [InlineData("key", "ragpy", "http://pinecone.example", "PINECONE_BASE_URL")]
    public async Task What_is_not_configured_is_named(string? key, string index, string url, string variable)
    {
        await using var other = _pinecone.Host(
            _database,
            o => o with { PineconeKey = key, PineconeIndex = index, PineconeUrl = new Uri(url) }
        );

        Assert.Contains(variable, ((IRemoteVectorStore)other.Store).Missing, StringComparison.Ordinal);
    }

    private Task WriteOneAsync() => _host.Store.WriteAsync(_project, PineconeSetup.OnePoint(), Token);

    private static X509Certificate2 CreateCertificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
