using System.CommandLine;
using RagPy.Core.Storage;

namespace RagPy.Ingestion.Commands;

/// <summary><c>blobs copy</c>: the files of all projects, from the data folder to the object storage or back.</summary>
internal static class BlobsCommand
{
    private const string S3 = "s3";
    private const string Folder = "folder";

    public static Command Create()
    {
        var to = new Option<string>("--to")
        {
            Description = $"Where to: '{S3}' (RAGPY_S3_BUCKET and what belongs to it) or '{Folder}' (of RAGPY_DATA).",
            Required = true,
            HelpName = "PLACE",
        };
        to.AcceptOnlyFromAmong(S3, Folder);
        var copy = new Command("copy", "Copy the files of all projects; what is there already is left as it is.") { to };
        copy.SetAction((parsed, cancellationToken) => CopyAsync(parsed.GetValue(to)!, cancellationToken));

        return new Command("blobs", "Where the files of projects are kept.") { copy };
    }

    private static async Task<int> CopyAsync(string to, CancellationToken cancellationToken)
    {
        await using var host = await CommandHost.OpenAsync(cancellationToken);
        var stores = host.Get<BlobStores>();
        var s3 =
            stores.S3 ?? throw new CommandException("No bucket is named: set RAGPY_S3_BUCKET, and what else the object storage needs.");
        var (source, target) = to == S3 ? (stores.Folder, s3) : (s3, stores.Folder);
        var result = await host.Get<BlobCopier>().CopyAsync(source, target, new Progress(), cancellationToken);

        await Console.Out.WriteLineAsync(
            $"{result.Copied} files copied ({result.Bytes / 1_000_000.0:0.0} MB), {result.Present} were there already."
        );
        foreach (var name in result.Damaged)
            await Console.Error.WriteLineAsync($"{name} is damaged where it is and was not copied.");

        return result.Damaged.Count == 0 ? ExitCode.Success : ExitCode.SomeFailed;
    }

    /// <summary>A line now and then, written where it happens.</summary>
    private sealed class Progress : IProgress<BlobCopyResult>
    {
        private const int Every = 1000;

        public void Report(BlobCopyResult value)
        {
            if ((value.Copied + value.Present) % Every == 0)
                Console.Error.WriteLine($"{value.Copied} files copied, {value.Present} were there already …");
        }
    }
}
