using System.Buffers.Binary;

namespace Spotify.Audio;

/// <summary>The three header packets of a Vorbis I stream: Vorbis I specification, section 4.2.</summary>
internal sealed class VorbisHeaders
{
    // libvorbis writes about 4 KiB.
    private const int MaximumSetupBytes = 1024 * 1024;

    private readonly int shortBlock;
    private readonly int longBlock;
    private readonly bool[] modes;

    private VorbisHeaders(ReadOnlySpan<byte> identification, ReadOnlySpan<byte> setup, long end)
    {
        Channels = identification[11];
        var sampleRate = BinaryPrimitives.ReadUInt32LittleEndian(identification[12..]);
        var (shortPower, longPower) = (identification[28] & 15, identification[28] >> 4);
        if (BinaryPrimitives.ReadUInt32LittleEndian(identification[7..]) != 0) throw Invalid("The Vorbis version is unknown");
        if (Channels == 0) throw Invalid("The Vorbis stream has no channels");
        if (sampleRate is 0 or > int.MaxValue) throw Invalid($"The Vorbis sample rate {sampleRate} is out of range");
        if (shortPower < 6 || longPower > 13 || shortPower > longPower) throw Invalid("The Vorbis block sizes are out of range");
        if ((identification[29] & 1) == 0) throw Invalid("The Vorbis identification header lacks its framing bit");

        SampleRate = (int)sampleRate;
        (shortBlock, longBlock) = (1 << shortPower, 1 << longPower);
        var bits = new VorbisBits(setup, end);
        modes = VorbisSetup.ReadModes(ref bits, Channels);

        static InvalidAudioException Invalid(string reason) => new(reason, 0);
    }

    public int Channels { get; }

    public int SampleRate { get; }

    /// <summary>Reads the header packets. The next page is then the first with audio.</summary>
    public static VorbisHeaders Read(OggPages pages)
    {
        if (!pages.Read() || pages.Parts is not [{ Length: 30, Ends: true } part] || !IsHeader(pages.Body(part), 1))
            throw new InvalidAudioException("The Ogg stream does not begin with a Vorbis identification header", pages.Offset);

        var identification = pages.Body(part).ToArray();
        return new VorbisHeaders(identification, ReadSetup(pages), pages.End);
    }

    /// <summary>Returns the block size of an audio packet in samples, or 0 for a packet that decoders ignore.</summary>
    /// <param name="firstByte">The packet's first byte, with the packet type and the mode number.</param>
    /// <param name="offset">The offset of the packet's page, for errors.</param>
    public int BlockSize(byte firstByte, long offset)
    {
        if ((firstByte & 1) != 0) return 0;

        var mode = firstByte >> 1 & (1 << VorbisSetup.BitLength((uint)modes.Length - 1)) - 1;
        if (mode >= modes.Length)
            throw new InvalidAudioException($"A Vorbis packet has mode {mode}, but there are only {modes.Length} modes", offset);
        return modes[mode] ? longBlock : shortBlock;
    }

    private static byte[] ReadSetup(OggPages pages)
    {
        var setup = new MemoryStream();
        var packet = 1;
        while (packet < 3 && pages.Read())
            foreach (var part in pages.Parts)
            {
                var body = pages.Body(part);
                if (packet == 3) throw Invalid("The first Vorbis audio packet does not begin on a page of its own");
                if (packet == 1 && part.Begins && !IsHeader(body, 3)) throw Invalid("The Vorbis comment header is missing");
                if (packet == 2 && part.Begins && !IsHeader(body, 5)) throw Invalid("The Vorbis setup header is missing");
                if (packet == 2)
                {
                    if (setup.Length + body.Length > MaximumSetupBytes)
                        throw Invalid($"The Vorbis setup header is larger than {MaximumSetupBytes} bytes");
                    setup.Write(part.Begins ? body[7..] : body);
                }

                if (part.Ends) packet++;
            }

        if (packet < 3) throw Invalid("The Vorbis stream ends within its headers");
        return setup.ToArray();

        InvalidAudioException Invalid(string reason) => new(reason, pages.Offset);
    }

    // The format permits fewer than seven bytes of a packet on its first page, but no encoder splits packets there.
    private static bool IsHeader(ReadOnlySpan<byte> body, byte type) =>
        body.Length >= 7 && body[0] == type && body[1..7].SequenceEqual("vorbis"u8);
}
