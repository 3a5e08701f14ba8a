using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Testing;
using RagPy.Core.Pipeline;
using RagPy.Core.Storage;
using RagPy.Core.Storage.S3;
using RagPy.Tests.Pipeline;
using RagPy.Tests.Simulators;
using Xunit;

namespace RagPy.Tests.Storage;

/// <summary>The store in an object storage when the storage, the connection or this process does not hold.</summary>
public sealed class S3FaultTests : IAsyncLifetime
{
    private static readonly Predicate<HttpRequest> s_reading = request => HttpMethods.IsGet(request.Method) && !IsList(request);
    private static readonly Predicate<HttpRequest> s_part = request => request.Query.ContainsKey("partNumber");

    private readonly TemporaryFolder _here = new();
    private readonly TemporaryFolder _elsewhere = new();
    private readonly S3Simulator _simulator = new();
    private readonly List<S3BlobStore> _stores = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _simulator.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _stores.ForEach(store => store.Dispose());
        await _simulator.DisposeAsync();
        _here.Dispose();
        _elsewhere.Dispose();
    }

    [Fact]
    public async Task A_storage_that_asks_to_slow_down_is_asked_again()
    {
        _simulator.Faults.Add(Fault.WithStatus(503), times: 2);

        var blob = await PutAsync(Here(), 1000);

        Assert.Equal([blob], await ListAsync(Here()));
    }

    [Fact]
    public async Task A_connection_that_is_cut_while_a_file_is_fetched_goes_on_from_there()
    {
        var blob = await PutAsync(Here(), 3 << 20);
        _simulator.Faults.Add(Fault.CutInside, times: 2, s_reading);

        using var local = await Elsewhere().GetLocalAsync(1, blob, Token);

        Assert.Equal(blob.Sha256, await HashAsync(local.Path));
        var fetches = _simulator.Exchanges.Where(e => e.Method == "GET" && e.RequestHeaders.Range.Count > 0).ToArray();
        var asked = fetches.Select(e => e.RequestHeaders.Range.ToString()).ToArray();
        Assert.Equal(3, asked.Length);
        Assert.Equal("bytes=0-", asked[0]);
        Assert.All(asked[1..], range => Assert.DoesNotContain("=0-", range, StringComparison.Ordinal));
        Assert.All(fetches[1..], exchange => Assert.NotEmpty(exchange.RequestHeaders.IfMatch.ToString()));
    }

    [Fact]
    public async Task A_connection_that_is_cut_while_a_file_is_read_goes_on_from_there()
    {
        var bytes = S3Stores.RandomBytes(2 << 20);
        var blob = await Here().PutAsync(1, new MemoryStream(bytes), long.MaxValue, Token);
        _simulator.Faults.AddShare(Fault.CutInside, 0.5, seed: 1, s_reading);
        await using var stream = await Here().OpenAsync(1, blob, Token);

        var read = new MemoryStream();
        await stream.CopyToAsync(read, Token);

        Assert.Equal(bytes, read.ToArray());
    }

    [Fact]
    public async Task Bytes_that_were_changed_in_the_storage_are_noticed_and_never_given()
    {
        var blob = await PutAsync(Here(), 100_000);
        _simulator.Objects[_simulator.Objects.Keys.Single()][50_000] ^= 1;

        var failure = await Assert.ThrowsAsync<TransientFailureException>(() => Elsewhere().GetLocalAsync(1, blob, Token));

        Assert.Contains("other bytes", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(_elsewhere.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task An_object_that_is_shorter_than_its_file_is_sent_again()
    {
        var bytes = S3Stores.RandomBytes(1000);
        var blob = await Here().PutAsync(1, new MemoryStream(bytes), long.MaxValue, Token);
        var key = _simulator.Objects.Keys.Single();
        _simulator.Objects[key] = bytes[..500];
        await Assert.ThrowsAsync<TransientFailureException>(() => Elsewhere().GetLocalAsync(1, blob, Token));

        await Here().PutAsync(1, new MemoryStream(bytes), long.MaxValue, Token);

        Assert.Equal(bytes, _simulator.Objects[key]);
    }

    [Fact]
    public async Task A_file_that_is_there_is_not_sent_again()
    {
        await PutAsync(Here(), 1000);
        await PutAsync(Elsewhere(), 1000);

        Assert.Single(_simulator.Exchanges, e => e.Method == "PUT");
    }

    [Fact]
    public async Task A_file_beyond_the_limit_is_refused_before_anything_is_sent()
    {
        var content = new MemoryStream(new byte[3 * S3Stores.PartBytes]);

        var refusal = await Assert.ThrowsAsync<DocumentFailedException>(() => Here().PutAsync(1, content, 2 * S3Stores.PartBytes, Token));

        Assert.Equal(FailureCode.TooLarge, refusal.Failure.Code);
        Assert.Empty(_simulator.Exchanges);
        Assert.InRange(content.Position, 0, (2 * S3Stores.PartBytes) + (1 << 20));
        Assert.Empty(Directory.EnumerateFiles(_here.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task An_upload_in_parts_that_fails_leaves_nothing()
    {
        _simulator.Faults.Add(Fault.WithStatus(403), times: 1, s_part);

        await Assert.ThrowsAsync<TransientFailureException>(() => PutAsync(Here(), 3 * S3Stores.PartBytes));

        Assert.Empty(await ListAsync(Here()));
        Assert.Empty(_simulator.Uploads);
        Assert.Empty(Directory.EnumerateFiles(_here.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task An_upload_that_is_cancelled_leaves_nothing()
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Token);
        _simulator.Faults.Add(
            Fault.Slow(TimeSpan.FromMinutes(1)),
            int.MaxValue,
            request =>
            {
                if (s_part(request))
                {
                    cancellation.CancelAfter(0);
                }

                return s_part(request);
            }
        );

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Here().PutAsync(1, new MemoryStream(new byte[3 * S3Stores.PartBytes]), long.MaxValue, cancellation.Token)
        );

        Assert.Empty(await ListAsync(Here()));
        Assert.Empty(_simulator.Uploads);
    }

    [Fact]
    public async Task Upload_whose_process_was_killed_is_invisible_and_removed_after_a_day()
    {
        var key = $"1/aa/{new string('a', 64)}";
        _simulator.Uploads["ours"] = new S3SimulatedUpload(key, DateTimeOffset.UtcNow.AddHours(-25));
        _simulator.Uploads["in hand"] = new S3SimulatedUpload(key, DateTimeOffset.UtcNow.AddHours(-1));
        _simulator.Uploads["another's"] = new S3SimulatedUpload("backups/monday", DateTimeOffset.UtcNow.AddHours(-25));
        Assert.Empty(await ListAsync(Here()));

        await Here().SweepAsync(TimeSpan.FromDays(1), Token);

        Assert.Equal(["another's", "in hand"], _simulator.Uploads.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_completion_whose_answer_was_lost_has_stored_the_file()
    {
        _simulator.Faults.Add(Fault.CutAfterwards, 1, request => request.Method == "POST" && request.Query.ContainsKey("uploadId"));

        var blob = await PutAsync(Here(), 2 * S3Stores.PartBytes);

        Assert.Equal([blob], await ListAsync(Here()));
    }

    [Theory]
    [InlineData(403, FailureCode.ProviderAuth, "RAGPY_S3_ACCESS_KEY")]
    [InlineData(500, FailureCode.ProviderError, "has trouble (500")]
    public async Task What_the_storage_refuses_is_said_in_a_sentence(int status, FailureCode code, string words)
    {
        var blob = await PutAsync(Here(), 1000);
        _simulator.Faults.Add(Fault.WithStatus(status), int.MaxValue);

        var failure = await Assert.ThrowsAsync<TransientFailureException>(() => Here().GetLocalAsync(1, blob, Token));

        Assert.Equal(code, failure.Failure.Code);
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(S3Simulator.Secret, failure.ToString(), StringComparison.Ordinal);
        Assert.Contains(words, await Here().FindProblemAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_that_is_wrong_is_said_in_a_sentence_and_shown_nowhere()
    {
        const string wrong = "a-secret-that-nobody-may-see";
        var log = new FakeLogger<S3BlobStore>();
        var options = S3Stores.OptionsOf(_simulator) with { SecretKey = wrong };
        using var store = new S3BlobStore(options, _here.Path, TimeProvider.System, log);

        var failure = await Assert.ThrowsAsync<TransientFailureException>(() => PutAsync(store, 1000));
        var problem = await store.FindProblemAsync(Token);

        Assert.Equal(FailureCode.ProviderAuth, failure.Failure.Code);
        Assert.Empty(_simulator.Objects);
        foreach (var sentence in (string?[])[failure.Message, problem])
        {
            Assert.Contains("RAGPY_S3_SECRET_KEY", sentence, StringComparison.Ordinal);
        }

        string?[] said = [failure.ToString(), problem, .. log.Collector.GetSnapshot().Select(l => $"{l.Message} {l.Exception}")];
        Assert.All(said, text => Assert.DoesNotContain(wrong, text, StringComparison.Ordinal));
        Assert.All(said, text => Assert.DoesNotContain("Signature=", text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_missing_bucket_is_no_missing_file()
    {
        var blob = await PutAsync(Here(), 1000);
        _simulator.HasNoBucket = true;

        var failure = await Assert.ThrowsAsync<TransientFailureException>(() => Here().ExistsAsync(1, blob, Token));

        Assert.Contains("no bucket 'files'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_storage_that_cannot_be_reached_is_named()
    {
        var address = _simulator.Address;
        await _simulator.DisposeAsync();

        var problem = await Here().FindProblemAsync(Token);

        Assert.Contains($"{address.Authority} cannot be reached", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_offers_little_is_enough()
    {
        await using var simple = new S3Simulator { IsSimple = true };
        await simple.StartAsync();
        using var store = S3Stores.StoreOn(S3Stores.OptionsOf(simple), _here.Path);
        await PutAsync(store, 3 * S3Stores.PartBytes);
        await PutAsync(store, 2000, seed: 2);

        await store.SweepAsync(TimeSpan.Zero, Token);
        await store.RemoveProjectAsync(1, Token);

        Assert.Empty(simple.Objects);
    }

    [Fact]
    public async Task Many_files_are_removed_with_few_requests()
    {
        for (var i = 0; i < 1500; i++)
        {
            var name = Convert.ToHexStringLower(SHA256.HashData(BitConverter.GetBytes(i)));
            _simulator.Objects[$"1/{name[..2]}/{name}"] = [1];
        }

        _simulator.Objects["10/aa/other"] = [1];
        var before = _simulator.Exchanges.Total;

        await Here().RemoveProjectAsync(1, Token);

        Assert.Equal("10/aa/other", Assert.Single(_simulator.Objects).Key);
        Assert.InRange(_simulator.Exchanges.Total - before, 1, 5);
    }

    [Fact]
    public void The_number_of_parts_stays_within_what_is_allowed()
    {
        Assert.Equal(16L << 20, S3Upload.PartSizeOf(6L << 30, 16 << 20));
        foreach (var length in new[] { 160L << 30, 1L << 40, 5L << 40 })
        {
            var size = S3Upload.PartSizeOf(length, 16 << 20);
            Assert.InRange((length + size - 1) / size, 1, 10_000);
            Assert.InRange(size, 5L << 20, 5L << 30);
        }
    }

    private static bool IsList(HttpRequest request) => request.Query.ContainsKey("list-type") || request.Query.ContainsKey("uploads");

    private static async Task<BlobReference> PutAsync(S3BlobStore store, int length, int seed = 1) =>
        await store.PutAsync(1, new MemoryStream(S3Stores.RandomBytes(length, seed)), long.MaxValue, Token);

    private static async Task<List<BlobReference>> ListAsync(S3BlobStore store)
    {
        var blobs = new List<BlobReference>();
        await foreach (var blob in store.ListAsync(1, Token))
        {
            blobs.Add(blob);
        }

        return blobs;
    }

    private static async Task<string> HashAsync(string path)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, Token));
    }

    private S3BlobStore Here() => New(_here);

    private S3BlobStore Elsewhere() => New(_elsewhere);

    private S3BlobStore New(TemporaryFolder folder)
    {
        _stores.Add(S3Stores.StoreOn(S3Stores.OptionsOf(_simulator), folder.Path));
        return _stores[^1];
    }
}
