namespace Spotify.Functions.Playlists;

/// <summary>The size of a JPEG, from its frame header.</summary>
/// <param name="Width">The width in pixels.</param>
/// <param name="Height">The height in pixels.</param>
/// <param name="Length">The length from the start of the image to its end, in bytes. Bytes after the end are not stored.</param>
/// <seealso href="https://www.w3.org/Graphics/JPEG/itu-t81.pdf"/>
internal readonly record struct JpegFrame(int Width, int Height, int Length)
{
    /// <summary>The maximum width and height, in pixels, to limit the memory that viewers need.</summary>
    public const int MaxSide = 4096;

    // Decoding each scan of a progressive image processes the whole image again. Encoders use about ten scans.
    private const int MaxScans = 30;

    private const byte StartOfImage = 0xD8;
    private const byte EndOfImage = 0xD9;
    private const byte StartOfScan = 0xDA;

    /// <summary>Reads a baseline or progressive JPEG with 8 bits per sample and one or three components.</summary>
    /// <exception cref="FormatException">
    /// The image is not a supported JPEG or is too large. The message is part of an error response.
    /// </exception>
    public static JpegFrame Read(ReadOnlySpan<byte> file)
    {
        if (file.Length < 4 || file[0] != 0xFF || file[1] != StartOfImage) throw new FormatException("it is not a JPEG");
        var (width, height, scans, position) = (0, 0, 0, 2);
        while (true)
        {
            var marker = NextMarker(file, ref position);
            if (marker == EndOfImage) break;
            if (marker is StartOfImage or 0x01 or (>= 0xD0 and <= 0xD7))
                throw new FormatException($"its marker {marker:X2} is out of place");
            var segment = Segment(file, ref position);
            if (marker is 0xC0 or 0xC1 or 0xC2)
            {
                if (width != 0) throw new FormatException("it has more than one frame");
                (width, height) = Size(segment);
            }
            else if (marker is >= 0xC3 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
            {
                throw new FormatException("it is neither baseline nor progressive");
            }
            else if (marker == StartOfScan)
            {
                if (width == 0) throw new FormatException("it has a scan before its frame");
                if (++scans > MaxScans) throw new FormatException($"it has more than {MaxScans} scans");
                SkipScan(file, ref position);
            }
        }

        return scans > 0 ? new JpegFrame(width, height, position) : throw new FormatException("it has no scan");
    }

    private static byte NextMarker(ReadOnlySpan<byte> file, ref int position)
    {
        if (position >= file.Length) throw new FormatException("it is cut off");
        if (file[position] != 0xFF) throw new FormatException("a marker is missing");
        while (position < file.Length && file[position] == 0xFF) position++;
        return position < file.Length ? file[position++] : throw new FormatException("it is cut off");
    }

    private static ReadOnlySpan<byte> Segment(ReadOnlySpan<byte> file, ref int position)
    {
        if (position + 2 > file.Length) throw new FormatException("it is cut off");
        var length = (file[position] << 8) | file[position + 1];
        if (length < 2 || position + length > file.Length) throw new FormatException("it is cut off");
        var segment = file.Slice(position + 2, length - 2);
        position += length;
        return segment;
    }

    private static (int Width, int Height) Size(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < 6 || frame.Length != 6 + (frame[5] * 3)) throw new FormatException("its frame header has the wrong length");
        if (frame[0] != 8) throw new FormatException("it does not have 8 bits per sample");
        if (frame[5] is not (1 or 3)) throw new FormatException("it is neither gray nor of three colors");
        var (height, width) = ((frame[1] << 8) | frame[2], (frame[3] << 8) | frame[4]);
        if (width is 0 or > MaxSide || height is 0 or > MaxSide)
            throw new FormatException($"it has {width} × {height} pixels; 1 to {MaxSide} either way are allowed");
        for (var component = 6; component < frame.Length; component += 3)
        {
            if ((frame[component + 1] >> 4) is 0 or > 4 || (frame[component + 1] & 15) is 0 or > 4)
                throw new FormatException("its sampling factors are out of range");
        }

        return (width, height);
    }

    private static void SkipScan(ReadOnlySpan<byte> file, ref int position)
    {
        // Inside a scan, 0xFF is followed by zero or by a restart marker.
        while (position + 1 < file.Length && (file[position] != 0xFF || file[position + 1] is 0 or (>= 0xD0 and <= 0xD7)))
            position++;
    }
}
