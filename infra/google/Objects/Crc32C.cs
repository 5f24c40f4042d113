using System.Buffers.Binary;
using System.Numerics;

namespace Spotify.Google.Objects;

/// <summary>The checksum that Cloud Storage keeps of each object. RFC 3720, B.4</summary>
internal sealed class Crc32C
{
    private uint register = uint.MaxValue;

    /// <summary>The checksum so far as Cloud Storage writes it: base64 of its bytes, the highest first.</summary>
    public string Text
    {
        get
        {
            Span<byte> bytes = stackalloc byte[sizeof(uint)];
            BinaryPrimitives.WriteUInt32BigEndian(bytes, ~register);
            return Convert.ToBase64String(bytes);
        }
    }

    public static string Of(ReadOnlySpan<byte> content)
    {
        var checksum = new Crc32C();
        checksum.Add(content);
        return checksum.Text;
    }

    public void Add(ReadOnlySpan<byte> content)
    {
        for (; content.Length >= sizeof(ulong); content = content[sizeof(ulong)..]) register = BitOperations.Crc32C(register, BinaryPrimitives.ReadUInt64LittleEndian(content));
        foreach (var value in content) register = BitOperations.Crc32C(register, value);
    }
}
