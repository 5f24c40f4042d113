namespace Spotify.Audio;

/// <summary>A reader of the bits of a Vorbis packet, least significant first: Vorbis I specification, section 2.</summary>
/// <param name="packet">The packet.</param>
/// <param name="offset">The offset after the packet in the file, for errors.</param>
internal ref struct VorbisBits(ReadOnlySpan<byte> packet, long offset)
{
    private readonly ReadOnlySpan<byte> packet = packet;
    private long position;

    public bool ReadFlag() => Read(1) != 0;

    /// <summary>Reads up to 32 bits.</summary>
    public uint Read(int bits)
    {
        var at = position;
        Skip(bits);

        uint value = 0;
        for (var bit = 0; bit < bits; bit++, at++)
            value |= (uint)(packet[(int)(at >> 3)] >> (int)(at & 7) & 1) << bit;
        return value;
    }

    public void Skip(long bits)
    {
        if (bits > packet.Length * 8L - position) throw Invalid("The Vorbis setup header ends too early");

        position += bits;
    }

    public readonly InvalidAudioException Invalid(string reason) => new(reason, offset);
}
