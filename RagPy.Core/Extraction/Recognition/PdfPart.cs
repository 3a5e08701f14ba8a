using System.Globalization;
using RagPy.Core.Pipeline;
using RagPy.Core.Providers;

namespace RagPy.Core.Extraction.Recognition;

/// <summary>A PDF of some pages of another, made by poppler's <c>pdfseparate</c> and <c>pdfunite</c>; deleted when disposed.</summary>
internal sealed class PdfPart : IDisposable
{
    private const int Unprocessable = 422;
    private const int MaxOutput = 1 << 20;

    private readonly DirectoryInfo _folder;

    private PdfPart(DirectoryInfo folder) => (_folder, Path) = (folder, System.IO.Path.Combine(folder.FullName, "part.pdf"));

    public string Path { get; }

    public long Length => new FileInfo(Path).Length;

    /// <summary>Makes it.</summary>
    /// <param name="pages">1-based, in the order in which they are wanted.</param>
    /// <exception cref="ProviderRefusedException">The pages cannot be taken out, or poppler is not installed.</exception>
    public static async Task<PdfPart> MakeAsync(string path, IReadOnlyList<int> pages, TimeSpan limit, CancellationToken cancellationToken)
    {
        if (InstalledPrograms.Find("pdfseparate") is not { } separate || InstalledPrograms.Find("pdfunite") is not { } unite)
        {
            throw new ProviderRefusedException(
                new Failure(
                    FailureCode.TooLarge,
                    "The file is larger than the provider takes, and poppler, which takes pages out of it, is not installed (apt-get install poppler-utils)."
                ),
                Unprocessable
            );
        }

        var part = new PdfPart(Directory.CreateTempSubdirectory("ragpy-pages-"));
        try
        {
            var files = new List<string>();
            foreach (var page in pages)
            {
                var number = page.ToString(CultureInfo.InvariantCulture);
                files.Add(System.IO.Path.Combine(part._folder.FullName, $"{number}.pdf"));
                await RunAsync(separate, ["-f", number, "-l", number, path, files[^1]], limit, cancellationToken);
            }

            await RunAsync(unite, [.. files, part.Path], limit, cancellationToken);
            files.ForEach(File.Delete);
            return part;
        }
        catch
        {
            part.Dispose();
            throw;
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static Task RunAsync(string program, string[] arguments, TimeSpan limit, CancellationToken cancellationToken) =>
        ToolProcess.RunAsync(program, arguments, ReadOnlyMemory<byte>.Empty, MaxOutput, limit, cancellationToken);
}
