using System.Runtime.InteropServices;

namespace RagPy.Extractor.Text;

/// <summary>What decides where blocks start: a line's place, size and weight in its frame.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct LineShape
{
    public float U0,
        U1,
        V,
        Size;
    public bool Bold;
    public bool Italic;
    public bool EndsInHyphen;
    public bool StartsBlock;
}
