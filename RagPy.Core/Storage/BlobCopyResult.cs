namespace RagPy.Core.Storage;

/// <summary>What has been done of a copy from one blob store to another.</summary>
/// <param name="Copied">Files that were copied.</param>
/// <param name="Bytes">Their size together.</param>
/// <param name="Present">Files that were there already.</param>
/// <param name="Damaged">Files whose bytes are not those of their name, as <c>project/name</c>; not copied.</param>
public sealed record BlobCopyResult(int Copied, long Bytes, int Present, IReadOnlyList<string> Damaged);
