namespace RagPy.LocalServices.Postgres;

/// <summary>Keeps what the server prints: in a file of bounded size, and its last lines in memory for error messages.</summary>
internal sealed class ServerLog(string path)
{
    private const long MaxBytes = 1_000_000;
    private const int TailLines = 40;
    private readonly Queue<string> _tail = new();
    private readonly Lock _lock = new();

    /// <summary>The last lines since <see cref="Clear"/>.</summary>
    public string Tail
    {
        get
        {
            lock (_lock)
            {
                return string.Join('\n', _tail);
            }
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _tail.Clear();
        }
    }

    /// <summary>Reads a stream of the server to its end.</summary>
    public async Task DrainAsync(TextReader reader)
    {
        while (await reader.ReadLineAsync(CancellationToken.None) is { } line)
        {
            Append(line);
        }
    }

    private void Append(string line)
    {
        lock (_lock)
        {
            _tail.Enqueue(line);

            if (_tail.Count > TailLines)
            {
                _tail.Dequeue();
            }

            try
            {
                if (new FileInfo(path) is { Exists: true, Length: > MaxBytes })
                {
                    File.Move(path, path + ".1", overwrite: true);
                }

                File.AppendAllText(path, line + "\n");
            }
            catch (IOException)
            {
                // A full disk must not stop the reading: the server would block on its pipe.
            }
        }
    }
}
