namespace RagPy.Core.Extraction;

/// <summary>A stored page of an extraction.</summary>
public sealed class Page
{
    public long ExtractionId { get; set; }

    /// <summary>1-based.</summary>
    public int PageIndex { get; set; }

    public string? Label { get; set; }

    public required string Engine { get; set; }

    public required string Text { get; set; }

    public float Width { get; set; }

    public float Height { get; set; }

    /// <summary>Encoded <see cref="PageGeometry"/>.</summary>
    public byte[] Geometry { get; set; } = [];

    public bool NeedsOcr { get; set; }
}
