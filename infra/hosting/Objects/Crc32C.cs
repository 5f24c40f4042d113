using System.Buffers.Binary;
using System.Numerics;

namespace Spotify.Hosting.Objects;

/// <summary>The checksum that Cloud Storage keeps for each object, and with which Cloud KMS checks requests.</summary>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc3720#appendix-B.4"/>
public sealed class Crc32C
{
    private uint register = uint.MaxValue;

    /// <summary>The checksum so far.</summary>
    public uint Value => ~register;

    /// <summary>The checksum so far in Cloud Storage's format: base64 of the big-endian bytes.</summary>
    public string Text
    {
        get
        {
            Span<byte> bytes = stackalloc byte[sizeof(uint)];
            BinaryPrimitives.WriteUInt32BigEndian(bytes, Value);
            return Convert.ToBase64String(bytes);
        }
    }

    /// <summary>Returns the checksum of content.</summary>
    public static string Of(ReadOnlySpan<byte> content)
    {
        var checksum = new Crc32C();
        checksum.Add(content);
        return checksum.Text;
    }

    /// <summary>Adds the next bytes of the content.</summary>
    public void Add(ReadOnlySpan<byte> content)
    {
        for (; content.Length >= sizeof(ulong); content = content[sizeof(ulong)..])
            register = BitOperations.Crc32C(register, BinaryPrimitives.ReadUInt64LittleEndian(content));
        foreach (var value in content) register = BitOperations.Crc32C(register, value);
    }
}
