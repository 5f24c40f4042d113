using System.Numerics;

namespace Spotify.Audio;

/// <summary>
/// A parser of the Vorbis I setup header (specification, section 4.2.4). Only the modes are used, because they determine how many samples a
/// packet has. The whole header is parsed, because the modes come last, after fields of variable length.
/// </summary>
internal static class VorbisSetup
{
    /// <summary>Reads the header, from the byte after the packet type and <c>vorbis</c>.</summary>
    /// <returns>For each mode, whether its packets have the long block size.</returns>
    public static bool[] ReadModes(ref VorbisBits bits, int channels)
    {
        for (var left = bits.Read(8) + 1; left > 0; left--) SkipCodebook(ref bits);
        for (var left = bits.Read(6) + 1; left > 0; left--) Expect(ref bits, 16, 0, "time transform");
        for (var left = bits.Read(6) + 1; left > 0; left--) SkipFloor(ref bits);
        for (var left = bits.Read(6) + 1; left > 0; left--) SkipResidue(ref bits);
        for (var left = bits.Read(6) + 1; left > 0; left--) SkipMapping(ref bits, channels);

        var modes = new bool[bits.Read(6) + 1];
        for (var mode = 0; mode < modes.Length; mode++)
        {
            modes[mode] = bits.ReadFlag();
            Expect(ref bits, 16, 0, "window type");
            Expect(ref bits, 16, 0, "transform type");
            bits.Skip(8);
        }

        Expect(ref bits, 1, 1, "framing bit");
        return modes;
    }

    /// <summary>Returns the number of bits needed to represent a value; 0 for 0.</summary>
    public static int BitLength(uint value) => 32 - BitOperations.LeadingZeroCount(value);

    private static void Expect(ref VorbisBits bits, int length, uint expected, string name)
    {
        if (bits.Read(length) is var found && found != expected) throw bits.Invalid($"The Vorbis {name} is {found}, not {expected}");
    }

    // Section 3.2.1.
    private static void SkipCodebook(ref VorbisBits bits)
    {
        Expect(ref bits, 24, 0x564342, "codebook sync pattern");
        var dimensions = bits.Read(16);
        var entries = bits.Read(24);
        if (dimensions == 0) throw bits.Invalid("A Vorbis codebook has no dimensions");

        if (bits.ReadFlag()) SkipOrderedLengths(ref bits, entries);
        else SkipLengths(ref bits, entries);

        var lookup = bits.Read(4);
        if (lookup == 0) return;
        if (lookup > 2) throw bits.Invalid($"The Vorbis codebook lookup type {lookup} is unknown");

        bits.Skip(64);
        var valueBits = bits.Read(4) + 1;
        bits.Skip(1);
        bits.Skip(valueBits * (lookup == 1 ? LatticeValues(entries, dimensions) : (long)entries * dimensions));
    }

    private static void SkipOrderedLengths(ref VorbisBits bits, uint entries)
    {
        var length = bits.Read(5) + 1;
        for (uint current = 0; current < entries; length++)
        {
            if (length > 32) throw bits.Invalid("A Vorbis codeword is longer than 32 bits");
            current += bits.Read(BitLength(entries - current));
            if (current > entries) throw bits.Invalid("A Vorbis codebook has more lengths than entries");
        }
    }

    private static void SkipLengths(ref VorbisBits bits, uint entries)
    {
        var sparse = bits.ReadFlag();
        if (!sparse) bits.Skip(5L * entries);
        else
            for (var left = entries; left > 0; left--)
                if (bits.ReadFlag()) bits.Skip(5);
    }

    // Section 9.2.3: the greatest integer whose power of `dimensions` does not exceed `entries`.
    private static uint LatticeValues(uint entries, uint dimensions)
    {
        var root = (uint)Math.Pow(entries, 1.0 / dimensions);
        while (Math.Pow(root + 1, dimensions) <= entries) root++;
        while (root > 0 && Math.Pow(root, dimensions) > entries) root--;
        return root;
    }

    // Sections 6.2.1 and 7.2.2.
    private static void SkipFloor(ref VorbisBits bits)
    {
        var type = bits.Read(16);
        if (type > 1) throw bits.Invalid($"The Vorbis floor type {type} is unknown");
        if (type == 0)
        {
            bits.Skip(8 + 16 + 16 + 6 + 8);
            bits.Skip((bits.Read(4) + 1) * 8);
            return;
        }

        Span<int> partitionClasses = stackalloc int[(int)bits.Read(5)];
        var classes = 0;
        foreach (ref var partitionClass in partitionClasses)
        {
            partitionClass = (int)bits.Read(4);
            classes = Math.Max(classes, partitionClass + 1);
        }

        Span<int> dimensions = stackalloc int[classes];
        foreach (ref var dimension in dimensions)
        {
            dimension = (int)bits.Read(3) + 1;
            var subclasses = (int)bits.Read(2);
            if (subclasses > 0) bits.Skip(8);
            bits.Skip(8L << subclasses);
        }

        bits.Skip(2);
        var rangeBits = bits.Read(4);
        foreach (var partitionClass in partitionClasses) bits.Skip(rangeBits * dimensions[partitionClass]);
    }

    // Section 8.6.1.
    private static void SkipResidue(ref VorbisBits bits)
    {
        var type = bits.Read(16);
        if (type > 2) throw bits.Invalid($"The Vorbis residue type {type} is unknown");

        bits.Skip(24 + 24 + 24);
        var classifications = bits.Read(6) + 1;
        bits.Skip(8);

        var books = 0;
        for (; classifications > 0; classifications--)
        {
            books += BitOperations.PopCount(bits.Read(3));
            if (bits.ReadFlag()) books += BitOperations.PopCount(bits.Read(5));
        }

        bits.Skip(8L * books);
    }

    // Section 4.2.4, mappings.
    private static void SkipMapping(ref VorbisBits bits, int channels)
    {
        Expect(ref bits, 16, 0, "mapping type");
        var submaps = bits.ReadFlag() ? bits.Read(4) + 1 : 1;
        if (bits.ReadFlag()) bits.Skip((bits.Read(8) + 1) * 2 * BitLength((uint)channels - 1));
        Expect(ref bits, 2, 0, "reserved mapping field");
        if (submaps > 1) bits.Skip(4 * channels);
        bits.Skip(submaps * (8 + 8 + 8));
    }
}
