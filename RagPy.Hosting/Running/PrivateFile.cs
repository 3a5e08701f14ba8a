namespace RagPy.Hosting.Running;

/// <summary>Files with secrets in them.</summary>
internal static class PrivateFile
{
    /// <summary>Replaces a file by one that only its owner can read; readers see the old or the new one.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var beside = $"{path}.new";
        File.Delete(beside);
        using (
            var file = new FileStream(
                beside,
                new FileStreamOptions
                {
                    Mode = FileMode.CreateNew,
                    Access = FileAccess.Write,
                    UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                }
            )
        )
        {
            file.Write(content);
        }

        File.Move(beside, path, overwrite: true);
    }
}
