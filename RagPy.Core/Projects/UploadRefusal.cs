namespace RagPy.Core.Projects;

/// <summary>Why an upload was not taken.</summary>
public enum UploadRefusal
{
    /// <summary>Larger than allowed.</summary>
    TooLarge,

    /// <summary>No file, or an empty one.</summary>
    Empty,

    /// <summary>A kind of file that is not read, or kinds that do not go together.</summary>
    UnsupportedType,

    /// <summary>An archive that is broken, harmful, or holds nothing that can be read.</summary>
    BadArchive,
}
