using System.Buffers.Binary;

namespace Spotify.Audio;

/// <summary>The part of a packet that is on one page.</summary>
/// <param name="Start">The part's offset in the page's body.</param>
/// <param name="Length">The part's length in bytes.</param>
/// <param name="Begins">Whether the packet begins on this page.</param>
/// <param name="Ends">Whether the packet ends on this page.</param>
internal readonly record struct OggPart(int Start, int Length, bool Begins, bool Ends);

/// <summary>
/// A forward reader of the pages of an Ogg file with one logical stream, RFC 3533. Verifies the capture pattern, checksum, serial number
/// and sequence number of each page, and the continuation of packets across pages.
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

    /// <summary>The offset of the page, in bytes from the start of the file.</summary>
    public long Offset { get; private set; }

    /// <summary>The granule position: samples up to the end of the last packet that ends on the page, or -1 if none does.</summary>
    public long Granule { get; private set; }

    /// <summary>Whether this is the stream's last page.</summary>
    public bool IsLast { get; private set; }

    /// <summary>The packets, or parts of packets, on the page.</summary>
    public IReadOnlyList<OggPart> Parts => parts;

    /// <summary>The offset after the page, in bytes from the start of the file.</summary>
    public long End => reader.Position;

    /// <summary>Returns the bytes of a part. Valid until the next page is read.</summary>
    public ReadOnlySpan<byte> Body(OggPart part) => body.AsSpan(part.Start, part.Length);

    /// <summary>Reads the next page.</summary>
    /// <returns>False after the last page.</returns>
    /// <exception cref="InvalidAudioException">
    /// The page is malformed, or the file ends before a page that is marked as the last one.
    /// </exception>
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
        if (!header.AsSpan(0, 4).SequenceEqual("OggS"u8)) throw Invalid("The Ogg page does not begin with OggS");
        if (header[4] != 0) throw Invalid($"Ogg version {header[4]} is unknown");
        reader.ReadExactly(header.AsSpan(FixedHeaderBytes, header[26]));

        var flags = header[5];
        var (continued, begins) = ((flags & 1) != 0, (flags & 2) != 0);
        var pageSerial = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(14));
        var pageSequence = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(18));
        if (first) (serial, sequence) = (pageSerial, pageSequence);
        else if (begins || pageSerial != serial) throw Invalid("The Ogg file has a second logical stream, multiplexed or chained");
        else if (pageSequence != ++sequence) throw Invalid($"Found Ogg page {pageSequence}, expected page {sequence}");

        if (first != begins) throw Invalid("The Ogg stream does not begin with its first page");
        if (continued != packetOpen) throw Invalid("The Ogg page's continuation flag does not match the previous page");

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
        throw reader.Invalid("There is data after the Ogg stream's last page");
    }

    private InvalidAudioException Invalid(string reason) => new(reason, Offset);
}
