using System.Globalization;
using System.Text;
using RagPy.Core.Providers;
using RagPy.Core.Settings;

namespace RagPy.Core.Extraction.Recognition;

/// <summary>
/// Reads pages with Tesseract, as installed on this machine, in French and English. Each page is rendered at 300 dpi, as Tesseract's guide "Improving the quality
/// of the output" asks for, and read by a process of its own; as many at once as there are cores.
/// </summary>
internal sealed class TesseractRecognizer : IPageRecognizer, IDisposable
{
    private const double Dpi = 300;
    private const long MaxAnswerBytes = 32L << 20;

    /// <summary>Grows when the same answer of the program would be turned into other text.</summary>
    private const int ReadingVersion = 1;

    private static readonly TimeSpan s_askPatience = TimeSpan.FromSeconds(30);
    private static readonly string[] s_languages = ["fra", "eng"];

    private readonly TimeSpan _limit;
    private readonly SemaphoreSlim _cores;
    private readonly Lock _lock = new();
    private Task<Installation>? _installation;

    public TesseractRecognizer(RagPySettings settings)
    {
        _limit = TimeSpan.FromSeconds(settings.RecognitionPageTimeoutSeconds);
        Concurrency = Math.Clamp(Environment.ProcessorCount, 1, settings.DefaultMaxWorkers);
        _cores = new SemaphoreSlim(Concurrency);
    }

    /// <inheritdoc/>
    public string Name => RecognitionChoices.Tesseract;

    /// <inheritdoc/>
    public int Concurrency { get; }

    /// <inheritdoc/>
    public int PagesPerCall => 1;

    /// <inheritdoc/>
    public int MaxPages => int.MaxValue;

    /// <inheritdoc/>
    public bool IsPaid => false;

    /// <inheritdoc/>
    public async Task<RecognizerState> GetStateAsync(CancellationToken cancellationToken)
    {
        var found = await AskOnceAsync().WaitAsync(cancellationToken);
        return new RecognizerState(found.Version, found.Problem);
    }

    /// <inheritdoc/>
    public string OptionsFor(string language) => language;

    /// <inheritdoc/>
    public IRecognition Open(RecognitionJob job) => new Recognition(this, job);

    public void Dispose() => _cores.Dispose();

    /// <summary>Languages to read a text with: its own where the program has it, else all there are of ours.</summary>
    /// <param name="language"><c>fr</c>, <c>en</c> or empty.</param>
    internal static string LanguagesFor(string language, IReadOnlyCollection<string> installed)
    {
        var own = language switch
        {
            "fr" => "fra",
            "en" => "eng",
            _ => "",
        };
        return installed.Contains(own) ? own : string.Join('+', s_languages.Where(installed.Contains));
    }

    private Task<Installation> AskOnceAsync()
    {
        lock (_lock)
        {
            return _installation ??= AskAsync();
        }
    }

    private static async Task<Installation> AskAsync()
    {
        if (InstalledPrograms.Find("tesseract") is not { } program)
        {
            return Installation.Without(
                "Tesseract is not installed (apt-get install tesseract-ocr tesseract-ocr-fra tesseract-ocr-eng poppler-utils)."
            );
        }

        if (RecognitionSummary.RenderingProblem is { } problem)
        {
            return Installation.Without($"Tesseract is there, but {problem}.");
        }

        try
        {
            var version = await AskAsync(program, "--version");
            var list = await AskAsync(program, "--list-langs");
            string[] languages =
            [
                .. list.Split('\n', StringSplitOptions.TrimEntries).Where(line => s_languages.Contains(line) || line == "osd"),
            ];
            return Array.Exists(languages, s_languages.Contains)
                ? new Installation(program, version.Split('\n')[0].Trim(), languages, Problem: null)
                : Installation.Without(
                    "Tesseract is there without French and English (apt-get install tesseract-ocr-fra tesseract-ocr-eng)."
                );
        }
        catch (ProviderRefusedException exception)
        {
            return Installation.Without($"Tesseract is there and does not run: {exception.Message}");
        }
    }

    private static async Task<string> AskAsync(string program, string argument) =>
        Encoding.UTF8.GetString(
            (
                await ToolProcess.RunAsync(program, [argument], ReadOnlyMemory<byte>.Empty, 1 << 20, s_askPatience, CancellationToken.None)
            ).Span
        );

    private sealed record Installation(string Program, string Name, IReadOnlyCollection<string> Languages, string? Problem)
    {
        public string Version =>
            Problem is null ? string.Create(CultureInfo.InvariantCulture, $"{Name} ({string.Join('+', Languages)}) {ReadingVersion}") : "";

        public static Installation Without(string problem) => new("", "", [], problem);
    }

    private sealed class Recognition(TesseractRecognizer owner, RecognitionJob job) : IRecognition
    {
        public async Task<RecognitionAnswer> ReadAsync(IReadOnlyList<int> pages, CancellationToken cancellationToken)
        {
            var page = pages.Single();
            var installation = await owner.AskOnceAsync().WaitAsync(cancellationToken);
            await owner._cores.WaitAsync(cancellationToken);
            try
            {
                var (image, dpi) = await PageRenderer.RenderAsync(
                    job.Path,
                    page,
                    job.Pages[page],
                    Dpi,
                    asPng: false,
                    owner._limit,
                    cancellationToken
                );
                string[] arguments =
                [
                    "stdin",
                    "stdout",
                    "-l",
                    LanguagesFor(job.Language, installation.Languages),
                    "--dpi",
                    dpi.ToString(CultureInfo.InvariantCulture),
                    // Orientation is found out too where the model for it is there: scans lie on their side now and then.
                    "--psm",
                    installation.Languages.Contains("osd") ? "1" : "3",
                    "tsv",
                ];
                var answer = await ToolProcess.RunAsync(
                    installation.Program,
                    arguments,
                    image,
                    MaxAnswerBytes,
                    owner._limit,
                    cancellationToken
                );
                return new RecognitionAnswer([TesseractText.Read(page, Encoding.UTF8.GetString(answer.Span), dpi)]);
            }
            finally
            {
                owner._cores.Release();
            }
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
