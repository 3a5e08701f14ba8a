using System.Data.Common;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using RagPy.Core.Embedding.Onnx;
using RagPy.Core.Extraction;
using RagPy.Core.Extraction.Recognition;
using RagPy.Core.Indexing;
using RagPy.Core.Indexing.Remote;
using RagPy.Core.Pipeline;
using RagPy.Core.Providers;
using RagPy.Core.Settings;
using RagPy.Core.Storage;
using RagPy.Core.Storage.S3;
using RagPy.LocalServices;

namespace RagPy.Ingestion.Commands;

/// <summary>The questions that <c>doctor</c> asks of the machine.</summary>
internal static class DoctorChecks
{
    private const long LittleSpace = 2L << 30;

    public static async IAsyncEnumerable<DoctorFinding> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var warnings = new List<SettingWarning>();
        var settings = RagPySettings.Load(warnings.Add);
        var data = settings.DataDirectory ?? DataDirectory.Locate(Environment.GetEnvironmentVariable);

        yield return new(
            "machine",
            DoctorVerdict.Good,
            $"{RuntimeInformation.OSDescription.Trim()}, {RuntimeInformation.RuntimeIdentifier}, {Environment.ProcessorCount} cores, {RuntimeInformation.FrameworkDescription}"
        );
        foreach (var warning in warnings)
            yield return new("settings", DoctorVerdict.Note, warning.Message);
        if (warnings.Count == 0)
            yield return new("settings", DoctorVerdict.Good, "all in range (docs/settings.md lists them)");
        yield return DataFolder(data);
        if (S3Options.From(settings) is { } s3)
            yield return await ObjectStorageAsync(s3, settings, data, cancellationToken);
        yield return Extractor(settings);
        var (isUsable, recognition) = await RecognitionDoctor.DescribeAsync(settings, cancellationToken);
        yield return new("text recognition", isUsable ? DoctorVerdict.Good : DoctorVerdict.Note, recognition);
        foreach (var (subject, isReady, text) in await EngineDoctor.DescribeAsync(settings, data))
            yield return new(
                subject,
                isReady ? DoctorVerdict.Good : DoctorVerdict.Missing,
                $"{text} (new projects; each may choose another)"
            );
        foreach (var finding in LocalModels(settings))
            yield return finding;
        await foreach (var finding in DatabaseAsync(cancellationToken))
            yield return finding;
        if (settings.PgVectorConnection is { } connection)
            yield return await PgVectorAsync(connection, cancellationToken);
    }

    private static async Task<DoctorFinding> PgVectorAsync(string connection, CancellationToken cancellationToken)
    {
        var (isUsable, text) = await PgVectorDiagnosis.RunAsync(connection, cancellationToken);

        return new("pgvector", isUsable ? DoctorVerdict.Good : DoctorVerdict.Missing, text);
    }

    private static IEnumerable<DoctorFinding> LocalModels(RagPySettings settings)
    {
        const string subject = "local embedding models";
        if (settings.OnnxModels is not { } folder)
            yield break;

        var found = 0;
        foreach (var model in new OnnxModels(settings).Find())
        {
            found++;
            yield return new(subject, model.IsUsable ? DoctorVerdict.Good : DoctorVerdict.Note, $"{model.Id}: {model.Text}");
        }

        if (found == 0)
            yield return new(subject, DoctorVerdict.Note, $"none: RAGPY_ONNX_MODELS is {folder}, where no folder has a model.onnx");
    }

    private static DoctorFinding DataFolder(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
            var probe = Path.Combine(path, $".doctor-{Guid.NewGuid():N}");
            File.WriteAllText(probe, "");
            File.Delete(probe);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(
                "data folder",
                DoctorVerdict.Missing,
                $"{path} cannot be written ({e.Message}); set RAGPY_DATA to a folder that can"
            );
        }

        var free = new DriveInfo(path).AvailableFreeSpace;

        return new(
            "data folder",
            free < LittleSpace ? DoctorVerdict.Note : DoctorVerdict.Good,
            $"{path}, {free / (double)(1 << 30):0.0} GB free"
        );
    }

    private static async Task<DoctorFinding> ObjectStorageAsync(
        S3Options s3,
        RagPySettings settings,
        string data,
        CancellationToken cancellationToken
    )
    {
        const string what = "files";
        using var stores = new BlobStores(
            new PipelineOptions
            {
                DataDirectory = data,
                S3 = s3 with { Tries = 1 },
                Stores = RemoteStoreOptions.From(settings),
            },
            TimeProvider.System,
            NullLoggerFactory.Instance
        );

        return await stores.Configured.FindProblemAsync(cancellationToken) is { } problem ? new(what, DoctorVerdict.Missing, problem)
            : settings.VectorStore == StoreKinds.Embedded
                ? new(
                    what,
                    DoctorVerdict.Note,
                    $"{s3}; the index of new projects is on this host alone (RAGPY_VECTOR_STORE is {settings.VectorStore})"
                )
            : new(what, DoctorVerdict.Good, $"{s3}");
    }

    private static DoctorFinding Extractor(RagPySettings settings)
    {
        try
        {
            using var extractor = new ExtractorProcess(ExtractorOptions.From(settings));

            return new("PDF reader", DoctorVerdict.Good, extractor.Describe());
        }
        catch (ExtractorUnavailableException e)
        {
            return new("PDF reader", DoctorVerdict.Missing, e.Message);
        }
    }

    private static async IAsyncEnumerable<DoctorFinding> DatabaseAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (finding, host) = await OpenAsync(cancellationToken);
        yield return finding;
        if (host is null)
            yield break;

        await using (host)
        {
            var workers = await host.Get<WorkerPresence>().ListAsync(cancellationToken);
            yield return new(
                "workers",
                DoctorVerdict.Good,
                workers.Count == 0
                    ? "none is running: 'ragpy run' does the work itself"
                    : string.Join("; ", workers.Select(worker => $"process {worker.ProcessId} on {worker.Host} since {worker.StartedAt:u}"))
            );
        }
    }

    private static async Task<(DoctorFinding, CommandHost?)> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            var host = await CommandHost.OpenAsync(cancellationToken);
            await using var command = host.Get<NpgsqlDataSource>().CreateCommand("SHOW server_version");
            var given = PostgresConnection.Resolve(Environment.GetEnvironmentVariable) is null ? "embedded" : "given by DATABASE_URL";

            return (new("PostgreSQL", DoctorVerdict.Good, $"{await command.ExecuteScalarAsync(cancellationToken)}, {given}"), host);
        }
        catch (Exception e) when (e is LocalServicesException or CommandException or DbException)
        {
            return (new("PostgreSQL", DoctorVerdict.Missing, e.Message), null);
        }
    }
}
