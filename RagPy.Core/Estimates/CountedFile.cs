namespace RagPy.Core.Estimates;

/// <summary>What an estimate found out about a file of a session's source by reading it, so that the next one need not.</summary>
public sealed class CountedFile
{
    public long SessionId { get; set; }

    /// <summary>Hash of the file's stamp (<see cref="Sources.SourceFile"/>).</summary>
    public Guid File { get; set; }

    /// <summary>Pages of a PDF; 0 when they cannot be counted, null when nobody did.</summary>
    public int? Pages { get; set; }

    /// <summary>SHA-256 of the bytes, where the file is known by it; else null.</summary>
    public string? Sha256 { get; set; }
}
