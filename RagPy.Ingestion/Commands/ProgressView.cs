using RagPy.Core.Pipeline;
using Spectre.Console;

namespace RagPy.Ingestion.Commands;

/// <summary>Shows a task's progress on standard error: a bar on a terminal, a plain line every few seconds elsewhere. Failures are told as they come.</summary>
internal abstract class ProgressView : IDisposable
{
    private readonly HashSet<Guid> _told = [];

    public static ProgressView Create() => Console.IsErrorRedirected ? new PlainView(TimeProvider.System) : new TerminalView();

    public void Show(TaskProgress progress)
    {
        foreach (var failure in progress.Failures.Where(failure => _told.Add(failure.DocumentId)))
            Tell(Describe(failure));
        Update(progress);
    }

    public abstract void Dispose();

    /// <summary>One line for one failed document.</summary>
    public static string Describe(DocumentFailure failure) =>
        $"{Name(failure)}: {failure.Code.ToWire()}: {failure.Reason}{(failure.CoveredByAbstract ? " (found by title and abstract)" : "")}";

    protected static string Status(TaskProgress progress)
    {
        var ended = progress.Done + progress.Failed + progress.Cancelled;
        var total = progress.SourceRead ? $"{progress.Documents}" : $"{progress.Documents}+";
        var remaining = progress.Remaining is { } left && !progress.IsEnded ? $", {left:h\\:mm\\:ss} left" : "";
        var failed = progress.Failed > 0 ? $", {progress.Failed} failed" : "";

        return $"{ended}/{total} documents, {progress.PagesDone} pages, {progress.PagesPerSecond:0} pages/s{remaining}{failed}";
    }

    protected abstract void Tell(string line);

    protected abstract void Update(TaskProgress progress);

    /// <summary>What a person knows a document by: its file, else its title.</summary>
    public static string NameOf(string file, string title) =>
        file.Length > 0 ? file
        : title.Length > 0 ? title
        : "an item without a title";

    private static string Name(DocumentFailure failure) => NameOf(failure.Path.Length > 0 ? failure.Path : failure.FileName, failure.Title);

    private sealed class PlainView(TimeProvider time) : ProgressView
    {
        private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(2);

        private long _shown = time.GetTimestamp();

        public override void Dispose() { }

        protected override void Tell(string line) => Console.Error.WriteLine(line);

        protected override void Update(TaskProgress progress)
        {
            if (!progress.IsEnded && time.GetElapsedTime(_shown) < s_interval)
                return;
            _shown = time.GetTimestamp();
            Console.Error.WriteLine(Status(progress));
        }
    }

    private sealed class TerminalView : ProgressView
    {
        private const int BarWidth = 24;

        private readonly IAnsiConsole _console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        private bool _hasBar;

        public override void Dispose()
        {
            if (_hasBar)
                _console.WriteLine();
        }

        protected override void Tell(string line)
        {
            Erase();
            _console.WriteLine(line);
        }

        protected override void Update(TaskProgress progress)
        {
            Erase();
            var ended = progress.Done + progress.Failed + progress.Cancelled;
            var filled = progress.Documents == 0 ? (progress.IsEnded ? BarWidth : 0) : BarWidth * ended / progress.Documents;
            var line = $"{new string('█', filled)}{new string('░', BarWidth - filled)} {Status(progress)}";
            _console.Write(new Text(line.Length < _console.Profile.Width ? line : line[..(_console.Profile.Width - 1)]));
            _hasBar = true;
        }

        private void Erase()
        {
            if (_hasBar)
                _console.Write(new ControlCode("\r\u001b[2K"));
            _hasBar = false;
        }
    }
}
