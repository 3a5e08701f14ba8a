using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace RagPy.Core;

/// <summary>Name-based UUIDs (version 5, SHA-1) as in RFC 9562 §5.5: the same namespace and name give the same id on every machine.</summary>
public static class Uuid5
{
    /// <summary>Root namespace of every RagPy id; itself the v5 UUID of <c>ragpy</c> in the RFC's DNS namespace.</summary>
    public static readonly Guid RagPyNamespace = Create(new Guid("6ba7b810-9dad-11d1-80b4-00c04fd430c8"), "ragpy");

    /// <summary>Creates the version 5 UUID of <paramref name="name"/> (UTF-8) in <paramref name="namespaceId"/>.</summary>
    public static Guid Create(Guid namespaceId, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var buffer = new byte[16 + Encoding.UTF8.GetByteCount(name)];
        namespaceId.TryWriteBytes(buffer, bigEndian: true, out _);
        Encoding.UTF8.GetBytes(name, buffer.AsSpan(16));

        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
        SHA1.HashData(buffer, hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);

        return new Guid(hash[..16], bigEndian: true);
    }

    /// <summary>Id of chunk and point number <paramref name="ordinal"/> of one generation of a document (DESIGN §3.5).</summary>
    public static Guid ForPoint(Guid documentId, Guid generation, int ordinal)
    {
        Span<byte> name = stackalloc byte[16 + 4];
        generation.TryWriteBytes(name, bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(name[16..], ordinal);

        return Create(documentId, Convert.ToHexStringLower(name));
    }
}
