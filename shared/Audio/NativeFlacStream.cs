using System.Buffers.Binary;

namespace Spotify.Audio;

/// <summary>
/// A forward-only stream of native FLAC (RFC 9639), remuxed from FLAC in fragmented MP4 while it is read: the stream information of the
/// <c>dfLa</c> box, followed by the content of the <c>mdat</c> boxes, which are the frames.
/// </summary>
/// <param name="mp4">The MP4 file: one FLAC track, nothing but frames in each <c>mdat</c>. Disposed with this stream.</param>
/// <param name="totalSamples">The number of samples in each channel, which encoders that write fragments do not know.</param>
public sealed class NativeFlacStream(Stream mp4, long totalSamples) : Stream
{
    // Real files have less than 1 KiB.
    private const int MaximumMovieBytes = 64 * 1024;

    // "fLaC" and the header of the last metadata block.
    private const int PrefixBytes = 8;

    private byte[]? header;
    private int headerRead;
    private long boxLeft;
    private bool ended;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The file is not FLAC in MP4, or is truncated.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        header ??= await ReadHeaderAsync(cancellationToken);
        if (headerRead < header.Length)
        {
            var count = Math.Min(buffer.Length, header.Length - headerRead);
            header.AsMemory(headerRead, count).CopyTo(buffer);
            headerRead += count;
            return count;
        }

        while (boxLeft == 0 && !ended) await NextFramesAsync(cancellationToken);
        if (ended || buffer.Length == 0) return 0;

        var read = await mp4.ReadAsync(buffer[..(int)Math.Min(buffer.Length, boxLeft)], cancellationToken);
        if (read == 0) throw Invalid("is truncated");
        boxLeft -= read;
        return read;
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Always: reading is asynchronous only.</exception>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) mp4.Dispose();
        base.Dispose(disposing);
    }

    private async Task<byte[]> ReadHeaderAsync(CancellationToken ct)
    {
        while (await ReadBoxAsync(ct) is var (type, length))
        {
            if (type != "moov")
            {
                await SkipAsync(length, ct);
                continue;
            }

            if (length > MaximumMovieBytes) throw Invalid("has a header of unusual size");
            var movie = new byte[length];
            await mp4.ReadExactlyAsync(movie, ct);
            return Header(movie);
        }

        throw Invalid("has no header");
    }

    // Only the box name is searched for, because the boxes around it were checked when the file was indexed.
    private byte[] Header(byte[] movie)
    {
        var info = movie.AsSpan().IndexOf("dfLa"u8) + 4 + 4 + 4;
        if (info < 12 || info + FlacStreamInfo.Bytes > movie.Length) throw Invalid("has no FLAC stream information");

        byte[] result = [.. "fLaC"u8, 0x80, 0, 0, FlacStreamInfo.Bytes, .. movie.AsSpan(info, FlacStreamInfo.Bytes)];
        var packed = result.AsSpan(PrefixBytes + 10);
        var others = BinaryPrimitives.ReadUInt64BigEndian(packed) & ~0xF_FFFF_FFFFUL;
        BinaryPrimitives.WriteUInt64BigEndian(packed, others | ((ulong)totalSamples & 0xF_FFFF_FFFF));
        return result;
    }

    private async Task NextFramesAsync(CancellationToken ct)
    {
        if (await ReadBoxAsync(ct) is not var (type, length)) ended = true;
        else if (type == "mdat") boxLeft = length;
        else await SkipAsync(length, ct);
    }

    /// <summary>Reads a box header. Returns null at the end of the file.</summary>
    private async Task<(string Type, long Length)?> ReadBoxAsync(CancellationToken ct)
    {
        var box = new byte[16];
        var read = await mp4.ReadAtLeastAsync(box.AsMemory(0, 8), 8, throwOnEndOfStream: false, ct);
        if (read == 0) return null;
        if (read < 8) throw Invalid("is truncated");

        var (size, headerBytes) = ((long)BinaryPrimitives.ReadUInt32BigEndian(box), 8);
        if (size == 1)
        {
            await mp4.ReadExactlyAsync(box.AsMemory(8), ct);
            (size, headerBytes) = (BinaryPrimitives.ReadInt64BigEndian(box.AsSpan(8)), 16);
        }

        if (size < headerBytes) throw Invalid("has a box of an invalid size");
        return (System.Text.Encoding.ASCII.GetString(box, 4, 4), size - headerBytes);
    }

    private async Task SkipAsync(long count, CancellationToken ct)
    {
        var buffer = new byte[(int)Math.Min(count, 16 * 1024)];
        for (var left = count; left > 0;)
        {
            var read = await mp4.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)), ct);
            if (read == 0) throw Invalid("is truncated");
            left -= read;
        }
    }

    private static InvalidDataException Invalid(string reason) => new($"The FLAC file in MP4 {reason}.");
}
