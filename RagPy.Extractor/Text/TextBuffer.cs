namespace RagPy.Extractor.Text;

/// <summary>A growing array of characters whose end can be read and cut.</summary>
internal sealed class TextBuffer
{
    private char[] _chars = new char[4096];

    public int Length { get; private set; }

    public char this[int index] => _chars[index];

    public ReadOnlySpan<char> Span(int start) => _chars.AsSpan(start, Length - start);

    public void Append(ReadOnlySpan<char> text)
    {
        if (Length + text.Length > _chars.Length)
        {
            Array.Resize(ref _chars, Math.Max(_chars.Length * 2, Length + text.Length));
        }

        text.CopyTo(_chars.AsSpan(Length));
        Length += text.Length;
    }

    public void Append(char c) => Append(new ReadOnlySpan<char>(in c));

    public void Truncate(int length) => Length = length;

    public override string ToString() => new(_chars, 0, Length);
}
