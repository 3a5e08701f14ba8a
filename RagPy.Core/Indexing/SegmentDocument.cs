using System.Runtime.InteropServices;

namespace RagPy.Core.Indexing;

/// <summary>One generation of a document in a segment; its points lie together, by ordinal.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct SegmentDocument(Guid DocumentId, Guid Generation, int FirstPoint, int PointCount)
{
    public int End => FirstPoint + PointCount;
}
