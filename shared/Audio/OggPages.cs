using System.Buffers.Binary;

namespace Spotify.Audio;

/// <summary>A stretch of one packet on one page.</summary>
/// <param name="Start">Index into the page's body.</param>
/// <param name="Length">Bytes of the packet on this page.</param>
/// <param name="Begins">Whether the packet begins here, rather than on an earlier page.</param>
/// <param name="Ends">Whether the packet ends here, rather than on a later page.</param>
internal readonly record struct OggPart(int Start, int Length, bool Begins, bool Ends);

/// <summary>
/// The pages of an Ogg file with one logical stream, RFC 3533. Checks what the format promises: capture pattern, checksum, one serial
/// number, page numbers without a gap, packets that continue where the page before left off.
/// </summary>
internal sealed class OggPages(ByteReader reader)
{
    private const int FixedHeaderBytes = 27;

    private readonly byte[] header = new byte[FixedHeaderBytes + 255];
    private readonly byte[] body = new byte[255 * 255];
    private readonly List<OggPart> parts = [];
    private uint serial;
    private uint sequence;
    private bool packetOpen;

    /// <summary>Where the page begins, in bytes from the start of the file.</summary>
    public long Offset { get; private set; }

    /// <summary>The position after the last packet that ends on the page, in samples; -1 where none ends.</summary>
    public long Granule { get; private set; }

    /// <summary>Whether this is the stream's last page.</summary>
    public bool IsLast { get; private set; }

    /// <summary>The packets, or stretches of packets, on the page.</summary>
    public IReadOnlyList<OggPart> Parts => parts;

    /// <summary>Where the page ends, in bytes from the start of the file.</summary>
    public long End => reader.Position;

    /// <summary>The bytes of a part, valid until the next page is read.</summary>
    public ReadOnlySpan<byte> Body(OggPart part) => body.AsSpan(part.Start, part.Length);

    /// <summary>Reads the next page; false after the last one.</summary>
    /// <exception cref="InvalidAudioException">The page is malformed, or missing: a stream must end with a page that says so.</exception>
    public bool Read()
    {
        if (IsLast) return ExpectEnd();
        if (reader.Remaining == 0) throw reader.Invalid("The Ogg stream stops before its last page");

        var first = reader.Position == 0;
        Offset = reader.Position;
        ReadHeader(first);

        var (begins, start, length) = (!packetOpen, 0, 0);
        parts.Clear();
        foreach (var lacing in header.AsSpan(FixedHeaderBytes, header[26]))
        {
            length += lacing;
            if (lacing == 255) continue;

            parts.Add(new OggPart(start, length, begins, Ends: true));
            (begins, start, length) = (true, start + length, 0);
        }

        if (length > 0) parts.Add(new OggPart(start, length, begins, Ends: false));
        packetOpen = length > 0 || (packetOpen && header[26] == 0);
        ReadBody(start + length);

        if (IsLast && packetOpen) throw Invalid("The Ogg stream's last packet does not end");
        return true;
    }

    private void ReadHeader(bool first)
    {
        reader.ReadExactly(header.AsSpan(0, FixedHeaderBytes));
        if (!header.AsSpan(0, 4).SequenceEqual("OggS"u8)) throw Invalid("An Ogg page is due, but does not begin with OggS");
        if (header[4] != 0) throw Invalid($"Ogg version {header[4]} is unknown");
        reader.ReadExactly(header.AsSpan(FixedHeaderBytes, header[26]));

        var flags = header[5];
        var (continued, begins) = ((flags & 1) != 0, (flags & 2) != 0);
        var pageSerial = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(14));
        var pageSequence = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(18));
        if (first) (serial, sequence) = (pageSerial, pageSequence);
        else if (begins || pageSerial != serial) throw Invalid("The Ogg file has a second logical stream, multiplexed or chained");
        else if (pageSequence != ++sequence) throw Invalid($"Ogg page {pageSequence} follows, where page {sequence} is due");

        if (first != begins) throw Invalid("The Ogg stream does not begin with its first page");
        if (continued != packetOpen) throw Invalid("An Ogg packet is not continued where it should be, or the other way round");

        IsLast = (flags & 4) != 0;
        Granule = BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(6));
        if (Granule < -1) throw Invalid($"The granule position {Granule} is negative");
    }

    private void ReadBody(int length)
    {
        reader.ReadExactly(body.AsSpan(0, length));

        var expected = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(22));
        header.AsSpan(22, 4).Clear();
        var actual = Crc.Crc32(Crc.Crc32(0, header.AsSpan(0, FixedHeaderBytes + header[26])), body.AsSpan(0, length));
        if (actual != expected) throw Invalid("The checksum of an Ogg page is wrong");
    }

    private bool ExpectEnd()
    {
        if (reader.Remaining == 0) return false;
        if (reader.Peek(4).SequenceEqual("OggS"u8)) throw reader.Invalid("A second Ogg stream is chained to the first");
        throw reader.Invalid("There is something after the Ogg stream's last page");
    }

    private InvalidAudioException Invalid(string reason) => new(reason, Offset);
}
