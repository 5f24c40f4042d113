using System.Buffers.Binary;

namespace Spotify.Audio.Tests;

internal static class OggChecksums
{
    /// <summary>Corrects the checksums of all pages up to the first malformed one.</summary>
    public static byte[] Repair(byte[] ogg)
    {
        for (var at = 0; at + 27 <= ogg.Length && ogg.AsSpan(at, 4).SequenceEqual("OggS"u8);)
        {
            var segments = ogg[at + 26];
            if (at + 27 + segments > ogg.Length) break;

            var length = 27 + segments + ogg.AsSpan(at + 27, segments).ToArray().Sum(lacing => lacing);
            if (at + length > ogg.Length) break;

            ogg.AsSpan(at + 22, 4).Clear();
            BinaryPrimitives.WriteUInt32LittleEndian(ogg.AsSpan(at + 22), ByteWriter.Crc(ogg.AsSpan(at, length).ToArray(), 32, 0x04c11db7));
            at += length;
        }

        return ogg;
    }
}
