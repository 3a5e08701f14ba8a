using System.Text;

namespace RagPy.Core.Sources;

/// <summary>
/// Names of ZIP entries that are not marked as UTF-8: UTF-8 all the same where the bytes allow it (macOS, Info-ZIP), else code page 850, which
/// Windows' own compressed folders write in Western Europe (its accented small letters equal those of the standard's code page 437).
/// </summary>
internal sealed class ZipNameEncoding : Encoding
{
    public static readonly ZipNameEncoding Instance = new();

    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly Encoding s_dos =
        CodePagesEncodingProvider.Instance.GetEncoding(850) ?? throw new InvalidOperationException("Code page 850 is part of the runtime.");

    private ZipNameEncoding() { }

    public override int GetByteCount(char[] chars, int index, int count) => s_strict.GetByteCount(chars, index, count);

    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) =>
        s_strict.GetBytes(chars, charIndex, charCount, bytes, byteIndex);

    public override int GetCharCount(byte[] bytes, int index, int count) =>
        Choose(bytes.AsSpan(index, count)).GetCharCount(bytes, index, count);

    public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex) =>
        Choose(bytes.AsSpan(byteIndex, byteCount)).GetChars(bytes, byteIndex, byteCount, chars, charIndex);

    public override int GetMaxByteCount(int charCount) => s_strict.GetMaxByteCount(charCount);

    public override int GetMaxCharCount(int byteCount) => s_strict.GetMaxCharCount(byteCount);

    private static Encoding Choose(ReadOnlySpan<byte> bytes) => System.Text.Unicode.Utf8.IsValid(bytes) ? s_strict : s_dos;
}
