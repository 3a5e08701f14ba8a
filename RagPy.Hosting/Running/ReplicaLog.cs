using System.Globalization;

namespace RagPy.Hosting.Running;

/// <summary>
/// What a replica has printed last, over all its starts: the orchestrator forgets a process's log with the process, and why it died is what one wants to know.
/// </summary>
internal sealed class ReplicaLog(TimeProvider time)
{
    /// <summary>Characters of a line that are kept.</summary>
    public const int LongestLine = 16_000;

    private const int MostAtOnce = 200_000;
    private const int MaxLines = 5_000;
    private const int MaxCharacters = 2_000_000;

    private readonly Lock _gate = new();
    private readonly Queue<LogLine> _lines = new();
    private readonly ChangeSignal _changes = new();
    private int _last;
    private int _characters;

    /// <summary>Done when there is another line. Taken before reading, it misses none.</summary>
    public Task Next => _changes.Next;

    /// <summary>A line of the process, which begins with its time.</summary>
    public void Add(string text, bool isError)
    {
        var kept = text.Length <= LongestLine ? text : $"{text[..LongestLine]}…";
        lock (_gate)
        {
            _lines.Enqueue(new LogLine(++_last, kept, isError));
            _characters += kept.Length;
            while (_lines.Count > MaxLines || _characters > MaxCharacters)
            {
                _characters -= _lines.Dequeue().Text.Length;
            }
        }

        _changes.Signal();
    }

    /// <summary>A line of our own about the process.</summary>
    public void Note(string text, bool isError)
    {
        foreach (var line in text.Split(Environment.NewLine))
        {
            Add(string.Create(CultureInfo.InvariantCulture, $"{time.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} [apphost] {line}"), isError);
        }
    }

    /// <summary>The next lines that are still kept, as many as make one message.</summary>
    /// <param name="after">Number of the line before.</param>
    public IReadOnlyList<LogLine> Read(int after)
    {
        var characters = 0;
        lock (_gate)
        {
            return [.. _lines.SkipWhile(line => line.Number <= after).TakeWhile(line => (characters += line.Text.Length) <= MostAtOnce)];
        }
    }
}
