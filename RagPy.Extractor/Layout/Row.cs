using System.Runtime.InteropServices;

namespace RagPy.Extractor.Layout;

/// <summary>Words on one baseline, from left to right.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct Row
{
    /// <summary>First of its entries in the order of words.</summary>
    public int Start;

    public int Count;

    public float V;

    public float Size;

    /// <summary>Zone of the page (column, header, full-width strip) it belongs to; zones are numbered in reading order.</summary>
    public int Zone;

    /// <summary>A footnote or a caption, outside the running text.</summary>
    public bool Aside;

    /// <summary>It stands at the head or foot of the page: no word goes on in it.</summary>
    public bool Apart;

    /// <summary>It counts the lines of the page.</summary>
    public bool Furniture;
}
