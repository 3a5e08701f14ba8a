using System.Runtime.InteropServices;

namespace RagPy.Extractor.Text;

/// <summary>A line of a page's text, with what later steps need to tell headings and furniture.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct PageLine
{
    /// <summary>First UTF-16 unit.</summary>
    public int Start;

    /// <summary>One past the last UTF-16 unit; a word carried over from the line before belongs to that line.</summary>
    public int End;

    /// <summary>Box in displayed page space, in points.</summary>
    public float X0,
        Y0,
        X1,
        Y1;

    public float Size;
    public bool Bold;
    public bool Italic;

    /// <summary>A block (paragraph, heading, cell) starts here.</summary>
    public bool StartsBlock;

    public int Zone;

    /// <summary>The text is not horizontal on the displayed page.</summary>
    public bool Sideways;

    /// <summary>A footnote, caption or margin note: it stands outside the running text.</summary>
    public bool Aside;

    /// <summary>It counts the lines of the page and says nothing.</summary>
    public bool Furniture;
}
