using System.Buffers.Binary;
using System.Globalization;

namespace Spotify.Audio.Tests.Tags;

/// <summary>A generated Ogg Vorbis file whose comment header has distinct artists. Only one page is in memory.</summary>
internal sealed class OggCommentStream : Stream
{
    private const int BodyBytes = 255 * 255;
    private const int PageBytes = 27 + 255 + BodyBytes;
    private const int CommentBytes = 4 + 15;

    private static readonly uint[] CrcTable = [.. Enumerable.Range(0, 256).Select(value => ByteWriter.Crc([(byte)value], 32, 0x04c11db7))];

    private readonly byte[] first = OggFixture.Page(0, OggFixture.First, 0, OggFixture.Identification());
    private readonly byte[] prefix;
    private readonly byte[] page = new byte[PageBytes];
    private readonly byte[] comment = new byte[CommentBytes];
    private readonly int pages;
    private int current = -1;

    /// <summary>Creates a file with at least <paramref name="bytes"/> bytes of comments.</summary>
    public OggCommentStream(int bytes)
    {
        pages = bytes / BodyBytes + 1;
        var comments = (long)pages * BodyBytes / CommentBytes;
        prefix = new ByteWriter().Byte(3).Ascii("vorbis").LittleEndian32(0).LittleEndian32(comments - 1).ToArray();
        Length = first.Length + (long)pages * PageBytes - 1;
    }

    public override long Length { get; }

    public override long Position { get; set; }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override int Read(Span<byte> buffer)
    {
        var source = Position < first.Length ? first.AsSpan((int)Position) : Generate(Position - first.Length);
        var count = Math.Min(source.Length, buffer.Length);
        source[..count].CopyTo(buffer);
        Position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    private Span<byte> Generate(long offset)
    {
        var number = (int)(offset / PageBytes);
        if (number >= pages) return [];
        if (number != current) Fill(current = number);
        return page.AsSpan((int)(offset % PageBytes));
    }

    private void Fill(int number)
    {
        page.AsSpan().Clear();
        "OggS"u8.CopyTo(page);
        page[5] = (byte)(number == 0 ? 0 : OggFixture.Continued);
        page.AsSpan(6, 8).Fill(0xFF);
        BinaryPrimitives.WriteInt32LittleEndian(page.AsSpan(14), 7);
        BinaryPrimitives.WriteInt32LittleEndian(page.AsSpan(18), number + 1);
        page[26] = 255;
        page.AsSpan(27, 255).Fill(255);
        var isLast = number == pages - 1;
        if (isLast) page[27 + 254] = 254;
        for (var i = 0; i < BodyBytes; i++) page[27 + 255 + i] = Content((long)number * BodyBytes + i);

        uint crc = 0;
        foreach (var value in page.AsSpan(0, PageBytes - (isLast ? 1 : 0))) crc = crc << 8 ^ CrcTable[crc >> 24 ^ value];
        BinaryPrimitives.WriteUInt32LittleEndian(page.AsSpan(22), crc);
    }

    private byte Content(long at)
    {
        if (at < prefix.Length) return prefix[at];
        var (number, index) = Math.DivRem(at - prefix.Length, CommentBytes);
        if (index > 0) return comment[index];
        BinaryPrimitives.WriteInt32LittleEndian(comment, CommentBytes - 4);
        "ARTIST="u8.CopyTo(comment.AsSpan(4));
        number.TryFormat(comment.AsSpan(11), out _, "x8", CultureInfo.InvariantCulture);
        return comment[0];
    }
}
