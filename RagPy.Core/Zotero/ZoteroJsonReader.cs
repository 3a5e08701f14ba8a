using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace RagPy.Core.Zotero;

/// <summary>
/// Reads <c>[item, …]</c> or <c>{"items":[item, …], "collections":{…}, "config":{…}}</c> with one value in memory at a time, in UTF-8 or, with
/// a byte order mark, UTF-16; bytes that are no text become U+FFFD.
/// </summary>
internal sealed class ZoteroJsonReader
{
    /// <summary>Largest single value; an item with a book in its notes has a few megabytes.</summary>
    private const int MaxValueBytes = 256 << 20;

    private static readonly JsonReaderOptions s_options = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
        MaxDepth = 256,
    };

    private readonly Encoder _encoder = Encoding.UTF8.GetEncoder();
    private readonly char[] _chars = new char[1 << 14];
    private byte[] _buffer = new byte[1 << 17];
    private int _start;
    private int _end;
    private bool _final;
    private JsonReaderState _state = new(s_options);
    private Place _place = Place.Start;
    private bool _rootIsArray;
    private bool _itemsFound;
    private string _property = "";
    private int _skipDepth;

    private ZoteroJsonReader() { }

    /// <summary>Where the reader stands: what the next token is.</summary>
    private enum Place
    {
        Start,
        Property,
        PropertyValue,
        Item,
        Skipped,
        End,
    }

    private enum Step
    {
        Value,
        Continue,
        NeedMore,
        End,
    }

    /// <summary>Yields the parts in the order of the file.</summary>
    /// <exception cref="JsonException">The text is not JSON, or its top level is neither an array nor an object with an <c>items</c> array.</exception>
    public static async IAsyncEnumerable<ZoteroJsonPart> ReadAsync(
        Stream stream,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using var text = TextOf(stream);
        var reader = new ZoteroJsonReader();
        while (reader.Advance(out var kind, out var document) is var step && step != Step.End)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (step == Step.NeedMore)
            {
                for (reader.MakeRoom(); reader.HasRoom; )
                {
                    reader.Take(await text.ReadAsync(reader._chars, cancellationToken));
                }
            }
            else if (document is not null)
            {
                using (document)
                {
                    yield return new ZoteroJsonPart(kind, document.RootElement);
                }
            }
        }
    }

    /// <summary>As <see cref="ReadAsync"/>, for a look at the first parts of a local file.</summary>
    /// <exception cref="JsonException">As for <see cref="ReadAsync"/>.</exception>
    public static IEnumerable<ZoteroJsonPart> Read(Stream stream)
    {
        using var text = TextOf(stream);
        var reader = new ZoteroJsonReader();
        while (reader.Advance(out var kind, out var document) is var step && step != Step.End)
        {
            if (step == Step.NeedMore)
            {
                for (reader.MakeRoom(); reader.HasRoom; )
                {
                    reader.Take(text.Read(reader._chars));
                }
            }
            else if (document is not null)
            {
                using (document)
                {
                    yield return new ZoteroJsonPart(kind, document.RootElement);
                }
            }
        }
    }

    private static StreamReader TextOf(Stream stream) =>
        new(stream, new UTF8Encoding(false), detectEncodingFromByteOrderMarks: true, 1 << 16, leaveOpen: true);

    /// <summary>Takes one step if the buffer holds all of it, else nothing.</summary>
    private Step Advance(out ZoteroJsonKind kind, out JsonDocument? document)
    {
        kind = ZoteroJsonKind.Item;
        document = null;
        if (_place == Place.End)
        {
            return _itemsFound ? Step.End : throw new JsonException("There is neither an array of items nor an 'items' array.");
        }

        var reader = new Utf8JsonReader(_buffer.AsSpan(_start, _end - _start), _final, _state);
        if (_place == Place.PropertyValue && _property is "collections" or "config")
        {
            kind = _property == "config" ? ZoteroJsonKind.Config : ZoteroJsonKind.Collections;
            if (!JsonDocument.TryParseValue(ref reader, out document))
            {
                return Step.NeedMore;
            }

            _place = Place.Property;
            Commit(reader);

            return Step.Value;
        }

        if (!reader.Read())
        {
            return Step.NeedMore;
        }

        if (_place == Place.Item && reader.TokenType != JsonTokenType.EndArray)
        {
            if (!JsonDocument.TryParseValue(ref reader, out document))
            {
                return Step.NeedMore;
            }

            Commit(reader);

            return Step.Value;
        }

        Move(reader);
        Commit(reader);

        return Step.Continue;
    }

    /// <summary>Follows a token that is no value to yield.</summary>
    private void Move(in Utf8JsonReader reader)
    {
        switch (_place)
        {
            case Place.Start when reader.TokenType == JsonTokenType.StartArray:
                _rootIsArray = _itemsFound = true;
                _place = Place.Item;
                break;
            case Place.Start when reader.TokenType == JsonTokenType.StartObject:
                _place = Place.Property;
                break;
            case Place.Start:
                _place = Place.End;
                break;
            case Place.Property when reader.TokenType == JsonTokenType.PropertyName:
                _property = reader.GetString() ?? "";
                _place = Place.PropertyValue;
                break;
            case Place.Property:
                _place = Place.End;
                break;
            case Place.PropertyValue when _property == "items" && reader.TokenType == JsonTokenType.StartArray:
                _itemsFound = true;
                _place = Place.Item;
                break;
            case Place.PropertyValue when reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject:
                _skipDepth = 1;
                _place = Place.Skipped;
                break;
            case Place.PropertyValue:
                _place = Place.Property;
                break;
            case Place.Item:
                _place = _rootIsArray ? Place.End : Place.Property;
                break;
            case Place.Skipped:
                _skipDepth += reader.TokenType switch
                {
                    JsonTokenType.StartArray or JsonTokenType.StartObject => 1,
                    JsonTokenType.EndArray or JsonTokenType.EndObject => -1,
                    _ => 0,
                };
                _place = _skipDepth == 0 ? Place.Property : Place.Skipped;
                break;
        }
    }

    private void Commit(in Utf8JsonReader reader)
    {
        _start += (int)reader.BytesConsumed;
        _state = reader.CurrentState;
    }

    /// <summary>A UTF-16 unit needs at most three bytes in UTF-8.</summary>
    private bool HasRoom => !_final && _buffer.Length - _end >= (_chars.Length + 1) * 3;

    /// <summary>Makes room for more text; doubles the buffer when one value fills it, so that a large value is tried a logarithmic number of times.</summary>
    private void MakeRoom()
    {
        if (_final)
        {
            throw new JsonException("The text ends in the middle.");
        }

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

    /// <summary>Appends text just read; nothing read is the end.</summary>
    private void Take(int read)
    {
        _final = read == 0;
        _end += _encoder.GetBytes(_chars.AsSpan(0, read), _buffer.AsSpan(_end), flush: _final);
    }
}
