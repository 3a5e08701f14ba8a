using System.Text;

namespace RagPy.Core.Sources.Csv;

/// <summary>
/// Reads bytes that are not valid in a file's encoding as Windows-1252. A UTF-8 file into which somebody pasted older lines is common, and the detection
/// sees only the beginning of a file; with U+FFFD in place of the letters their words would be lost.
/// </summary>
internal sealed class WesternFallback : DecoderFallback
{
    private static readonly string[] s_characters = Characters();

    /// <inheritdoc/>
    public override int MaxCharCount => 4;

    /// <inheritdoc/>
    public override DecoderFallbackBuffer CreateFallbackBuffer() => new Buffer();

    private static string[] Characters()
    {
        var western =
            CodePagesEncodingProvider.Instance.GetEncoding(1252)
            ?? throw new InvalidOperationException("Code page 1252 is part of the runtime.");

        return [.. Enumerable.Range(0, 256).Select(value => western.GetString([(byte)value]))];
    }

    private sealed class Buffer : DecoderFallbackBuffer
    {
        private string _text = "";
        private int _next;

        public override int Remaining => _text.Length - _next;

        public override bool Fallback(byte[] bytesUnknown, int index)
        {
            _text = string.Concat(bytesUnknown.Select(value => s_characters[value]));
            _next = 0;

            return _text.Length > 0;
        }

        public override char GetNextChar() => _next < _text.Length ? _text[_next++] : '\0';

        public override bool MovePrevious()
        {
            if (_next == 0)
            {
                return false;
            }

            _next--;

            return true;
        }

        public override void Reset() => (_text, _next) = ("", 0);
    }
}
