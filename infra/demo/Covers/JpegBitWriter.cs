namespace Spotify.Demo.Covers;

/// <summary>Writes the bits of a scan, with the zero byte that must follow each 0xFF (ITU-T T.81, section B.1.1.5).</summary>
/// <param name="file">Where the bytes go.</param>
internal sealed class JpegBitWriter(Stream file)
{
    private uint pending;
    private int pendingBits;

    /// <summary>Appends the low <paramref name="count"/> bits of <paramref name="value"/>.</summary>
    /// <param name="value">The bits; those above <paramref name="count"/> must be zero.</param>
    /// <param name="count">0–24.</param>
    public void Write(uint value, int count)
    {
        pending = (pending << count) | value;
        pendingBits += count;
        while (pendingBits >= 8)
        {
            pendingBits -= 8;
            var next = (byte)(pending >> pendingBits);
            file.WriteByte(next);
            if (next == 0xFF)
                file.WriteByte(0);
        }
    }

    /// <summary>Fills the last byte with ones, as the specification asks.</summary>
    public void Flush()
    {
        var missing = -pendingBits & 7;
        Write((1u << missing) - 1, missing);
    }
}
