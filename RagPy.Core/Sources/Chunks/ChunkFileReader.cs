using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace RagPy.Core.Sources.Chunks;

/// <summary>
/// Reads the original's chunk files (<c>original/formats.md</c> §3: one array of objects, UTF-8) entry by entry. Memory holds a part of a megabyte and one
/// entry, however long the file.
/// </summary>
internal sealed class ChunkFileReader
{
    /// <summary>Largest single value.</summary>
    private const int MaxValueBytes = 64 << 20;

    /// <summary>Entries and bytes looked at to tell a chunk file from another.</summary>
    private const int LookEntries = 20;
    private const int LookBytes = 8 << 20;

    private static readonly JsonReaderOptions s_options = new() { AllowTrailingCommas = true };

    private readonly ChunkEntryParser _parser = new();
    private byte[] _buffer = new byte[1 << 18];
    private int _start;
    private int _end;
    private long _consumed;
    private bool _isFinal;
    private bool _isBegun;
    private JsonReaderState _state = new(s_options);

    /// <summary>Whether a file is an array in whose beginning there is a chunk.</summary>
    public static bool IsChunkFile(Stream stream)
    {
        var reader = new ChunkFileReader();
        try
        {
            for (var looked = 0; reader._consumed < LookBytes; )
            {
                reader.Parse();
                while (reader._parser.Ready.TryDequeue(out var entry))
                {
                    if (entry.DocumentId.Length > 0 && entry.Index is not null && entry.Total is not null && entry.Text is not null)
                    {
                        return true;
                    }

                    if (++looked == LookEntries)
                    {
                        return false;
                    }
                }

                if (reader._isFinal)
                {
                    return false;
                }

                reader.MakeRoom();
                reader.Fill(stream.Read(reader.Room.Span));
            }
        }
        catch (JsonException)
        {
            // No JSON or of another shape: some other kind of file.
        }

        return false;
    }

    /// <summary>Yields the entries in order.</summary>
    /// <param name="fileName">For messages.</param>
    /// <exception cref="SourceException">The file is no JSON from some place on; the message says which.</exception>
    public static async IAsyncEnumerable<ChunkEntry> ReadAsync(
        Stream stream,
        string fileName,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var reader = new ChunkFileReader();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            reader.Parse(fileName);
            while (reader._parser.Ready.TryDequeue(out var entry))
            {
                yield return entry;
            }

            if (reader._isFinal)
            {
                yield break;
            }

            reader.MakeRoom(fileName);
            reader.Fill(await stream.ReadAsync(reader.Room, cancellationToken));
        }
    }

    private Memory<byte> Room => _buffer.AsMemory(_end);

    private void Parse(string fileName)
    {
        try
        {
            Parse();
        }
        catch (JsonException exception)
        {
            throw Damaged(fileName, exception);
        }
    }

    private void MakeRoom(string fileName)
    {
        try
        {
            MakeRoom();
        }
        catch (JsonException exception)
        {
            throw Damaged(fileName, exception);
        }
    }

    private SourceException Damaged(string fileName, JsonException exception)
    {
        var place = exception.LineNumber is { } line
            ? $"line {(line + 1).ToString("N0", CultureInfo.InvariantCulture)}"
            : $"byte {_consumed.ToString("N0", CultureInfo.InvariantCulture)}";
        return new SourceException(
            $"'{fileName}' is no whole JSON file: at {place} it is damaged or cut off ({_parser.Count:N0} chunks stand before). Nothing of it was taken. Make it again, or give the file of the stage before.",
            exception
        );
    }

    private void Parse()
    {
        if (!_isBegun && (_isFinal || _end - _start >= 3))
        {
            _isBegun = true;
            _start += _buffer.AsSpan(_start, _end - _start).StartsWith("\uFEFF"u8) ? 3 : 0;
            _consumed = _start;
        }

        if (!_isBegun)
        {
            return;
        }

        var reader = new Utf8JsonReader(_buffer.AsSpan(_start, _end - _start), _isFinal, _state);
        while (reader.Read())
        {
            _parser.Take(ref reader, _consumed + reader.TokenStartIndex);
        }

        _start += (int)reader.BytesConsumed;
        _consumed += reader.BytesConsumed;
        _state = reader.CurrentState;
    }

    private void MakeRoom()
    {
        if (_end - _start > _buffer.Length / 2)
        {
            if (_buffer.Length >= MaxValueBytes)
            {
                throw new JsonException($"One value has more than {MaxValueBytes:N0} bytes.");
            }

            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        Buffer.BlockCopy(_buffer, _start, _buffer, 0, _end - _start);
        _end -= _start;
        _start = 0;
    }

    private void Fill(int read)
    {
        _isFinal = read == 0;
        _end += read;
    }
}
