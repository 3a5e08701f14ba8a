namespace RagPy.Core.Sources;

/// <summary>Remembers hashes of files by what tells their versions apart without reading them (<see cref="SourceFile"/>).</summary>
internal interface IKnownHashes
{
    /// <summary>SHA-256 in lower hexadecimal digits, or null when it is not known.</summary>
    string? Find(string stamp);

    /// <summary>Keeps a hash.</summary>
    void Add(string stamp, string hash);
}
