using System.Buffers.Binary;

namespace Spotify.Audio.Tests;

/// <summary>Builder of minimal Ogg Vorbis streams and of pages with arbitrary packets.</summary>
internal static class OggFixture
{
    public const int First = 2;
    public const int Last = 4;
    public const int Continued = 1;

    // Mode 0 has short blocks (256 samples), mode 1 long blocks (2048 samples). The mode number is the bit after the packet type.
    public static readonly byte[] ShortPacket = [0b00, 1, 2, 3];
    public static readonly byte[] LongPacket = [0b10, 4, 5, 6, 7];

    public static byte[] Identification(int sampleRate = 44_100, int channels = 2, int blockSizes = 0xB8) => new ByteWriter()
        .Byte(1).Ascii("vorbis").LittleEndian32(0).Byte(channels).LittleEndian32(sampleRate)
        .LittleEndian32(0).LittleEndian32(0).LittleEndian32(0).Byte(blockSizes).Byte(1).ToArray();

    public static byte[] Comment(params string[] comments) =>
        new ByteWriter().Byte(3).Ascii("vorbis").Bytes(CommentBlock(comments)).Byte(1).ToArray();

    public static byte[] CommentBlock(params string[] comments)
    {
        var writer = new ByteWriter().LittleEndian32(4).Ascii("test").LittleEndian32(comments.Length);
        foreach (var comment in comments.Select(System.Text.Encoding.UTF8.GetBytes))
            writer.LittleEndian32(comment.Length).Bytes(comment);
        return writer.ToArray();
    }

    /// <summary>Builds a setup header with one codebook, floor, residue and mapping, and two modes, short and long.</summary>
    public static byte[] Setup()
    {
        var bits = new List<bool>();
        Write(8, 0);
        Write(24, 0x564342, 16, 1, 24, 2, 1, 0, 1, 0, 5, 0, 5, 0, 4, 0);
        Write(6, 0, 16, 0);
        Write(6, 0, 16, 1, 5, 1, 4, 0, 3, 0, 2, 0, 8, 0, 2, 0, 4, 1, 1, 0);
        Write(6, 0, 16, 0, 24, 0, 24, 0, 24, 0, 6, 0, 8, 0, 3, 1, 1, 0, 8, 0);
        Write(6, 0, 16, 0, 1, 0, 1, 0, 2, 0, 8, 0, 8, 0, 8, 0);
        Write(6, 1, 1, 0, 16, 0, 16, 0, 8, 0, 1, 1, 16, 0, 16, 0, 8, 0);
        Write(1, 1);

        var bytes = new byte[(bits.Count + 7) / 8];
        for (var i = 0; i < bits.Count; i++)
            if (bits[i]) bytes[i / 8] |= (byte)(1 << i % 8);
        return new ByteWriter().Byte(5).Ascii("vorbis").Bytes(bytes).ToArray();

        void Write(params int[] lengthsAndValues)
        {
            for (var i = 0; i < lengthsAndValues.Length; i += 2)
                for (var bit = 0; bit < lengthsAndValues[i]; bit++)
                    bits.Add((lengthsAndValues[i + 1] >> bit & 1) != 0);
        }
    }

    /// <summary>Builds a page of whole packets.</summary>
    public static byte[] Page(int sequence, int flags, long granule, params byte[][] packets) =>
        RawPage(sequence, flags, granule, [.. packets.SelectMany(Lacing)], ByteWriter.Concat(packets));

    public static byte[] RawPage(int sequence, int flags, long granule, byte[] lacing, byte[] body, int serial = 7)
    {
        var page = new ByteWriter().Ascii("OggS").Byte(0).Byte(flags).LittleEndian64(granule).LittleEndian32(serial)
            .LittleEndian32(sequence).LittleEndian32(0).Byte(lacing.Length).Bytes(lacing).Bytes(body).ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(page.AsSpan(22), ByteWriter.Crc(page, 32, 0x04c11db7));
        return page;
    }

    public static IEnumerable<byte> Lacing(byte[] packet) =>
        Enumerable.Repeat((byte)255, packet.Length / 255).Append((byte)(packet.Length % 255));

    public static byte[] Headers() => ByteWriter.Concat(
        Page(0, First, 0, Identification()), Page(1, 0, 0, Comment(), Setup()));

    /// <summary>Builds a stream of a short packet and pages of 44 long packets, about one second each.</summary>
    public static byte[] Stream(int pages = 5, long firstGranule = 0, long trimAtEnd = 0)
    {
        var parts = new List<byte[]> { Headers() };
        var granule = firstGranule;
        for (var page = 0; page < pages; page++)
        {
            byte[][] packets = page == 0
                ? [ShortPacket, .. Enumerable.Repeat(LongPacket, 44)]
                : [.. Enumerable.Repeat(LongPacket, 44)];
            granule += page == 0 ? 64 + 512 + 43 * 1024 : 44 * 1024;
            var last = page == pages - 1;
            parts.Add(Page(page + 2, last ? Last : 0, last ? granule - trimAtEnd : granule, packets));
        }

        return ByteWriter.Concat(parts);
    }

    /// <summary>Splits the packets of a file into pages of a fixed number of segments, as libogg does, even inside packets.</summary>
    public static byte[] Repage(byte[] ogg, int segmentsPerPage)
    {
        var (headers, packets) = ReadPackets(ogg);
        var segments = new List<(byte Lacing, byte[] Body, long Granule)>();
        foreach (var (packet, granule) in packets)
        {
            var lacing = Lacing(packet).ToArray();
            for (var i = 0; i < lacing.Length; i++)
                segments.Add((lacing[i], packet[(i * 255)..(i * 255 + lacing[i])], i == lacing.Length - 1 ? granule : -1));
        }

        var pages = new List<byte[]> { headers };
        var open = false;
        var sequence = 2;
        foreach (var chunk in segments.Chunk(segmentsPerPage))
        {
            var last = chunk[^1].Granule == packets[^1].Granule && chunk[^1].Lacing < 255 && segments[^1] == chunk[^1];
            pages.Add(RawPage(
                sequence++,
                (open ? Continued : 0) | (last ? Last : 0),
                chunk.Where(segment => segment.Granule >= 0).Select(segment => segment.Granule).LastOrDefault(-1),
                [.. chunk.Select(segment => segment.Lacing)],
                ByteWriter.Concat(chunk.Select(segment => segment.Body)),
                BinaryPrimitives.ReadInt32LittleEndian(ogg.AsSpan(14))));
            open = chunk[^1].Lacing == 255;
        }

        return ByteWriter.Concat(pages);
    }

    // Calculates the granule position of each packet from its mode. Assumes the modes of libvorbis: blocks of 256 and 2048 samples.
    private static (byte[] Headers, List<(byte[] Packet, long Granule)> Packets) ReadPackets(byte[] ogg)
    {
        var packets = new List<(byte[], long)>();
        var (at, headerEnd, previous, position) = (0, 0, 0, 0L);
        var open = new List<byte>();
        for (var page = 0; at < ogg.Length; page++)
        {
            var granule = BinaryPrimitives.ReadInt64LittleEndian(ogg.AsSpan(at + 6));
            var lacing = ogg.AsSpan(at + 27, ogg[at + 26]).ToArray();
            at += 27 + lacing.Length;
            foreach (var length in lacing)
            {
                open.AddRange(ogg.AsSpan(at, length));
                at += length;
                if (length == 255 || page < 2) continue;

                var block = (open[0] & 2) == 0 ? 256 : 2048;
                if (previous > 0) position += previous / 4 + block / 4;
                previous = block;
                packets.Add(([.. open], position));
                open.Clear();
            }

            if (page == 1) headerEnd = at;
            if (page < 2) open.Clear();
            else if (granule >= 0 && granule < position) packets[^1] = (packets[^1].Item1, granule);
        }

        return (ogg[..headerEnd], packets);
    }
}
