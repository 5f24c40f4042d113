using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Spotify.Search.Terms;

/// <summary>
/// A sequence of bits in memory that is not copied, with counts that make <see cref="Rank"/> and <see cref="Select"/> fast. The counts take
/// another half bit for each bit.
/// </summary>
internal sealed class BitVector
{
    private const int OnesPerSample = 512;

    private readonly ReadOnlyMemory<byte> bytes;

    // The number of ones before each word, and in all.
    private readonly int[] ranks;

    // The word of every 512th one.
    private readonly int[] samples;

    /// <summary>Counts the bits.</summary>
    /// <param name="bytes">Whole words of 64 bits, little-endian.</param>
    public BitVector(ReadOnlyMemory<byte> bytes)
    {
        this.bytes = bytes;
        var words = Words;
        ranks = new int[words.Length + 1];
        for (var i = 0; i < words.Length; i++) ranks[i + 1] = ranks[i] + BitOperations.PopCount(words[i]);
        samples = new int[(Count / OnesPerSample) + 2];
        var sample = 0;
        for (var i = 0; i < words.Length; i++)
            while (sample * OnesPerSample < ranks[i + 1]) samples[sample++] = i;
        samples.AsSpan(sample).Fill(Math.Max(0, words.Length - 1));
    }

    /// <summary>The number of ones.</summary>
    public int Count => ranks[^1];

    /// <summary>The words, least significant bit first.</summary>
    public ReadOnlySpan<ulong> Words => MemoryMarshal.Cast<byte, ulong>(bytes.Span);

    public bool this[int index] => (Words[index >> 6] >> index & 1) != 0;

    /// <summary>Returns the number of ones before a bit.</summary>
    public int Rank(int index)
    {
        var word = index >> 6;
        return (index & 63) == 0
            ? ranks[word]
            : ranks[word] + BitOperations.PopCount(Words[word] & ((1UL << index) - 1));
    }

    /// <summary>Returns the index of a one.</summary>
    /// <param name="number">Its number, from 0 to <see cref="Count"/> − 1.</param>
    public int Select(int number)
    {
        var (first, last) = (samples[number / OnesPerSample], samples[(number / OnesPerSample) + 1]);
        while (first < last)
        {
            var middle = (first + last) >>> 1;
            if (ranks[middle + 1] <= number) first = middle + 1;
            else last = middle;
        }

        return (first << 6) + SelectInWord(Words[first], number - ranks[first]);
    }

    /// <summary>Returns the index of the first one at or after a bit. There must be one.</summary>
    public int Next(int index)
    {
        var words = Words;
        var at = index >> 6;
        var word = words[at] & (ulong.MaxValue << index);
        while (word == 0) word = words[++at];
        return (at << 6) + BitOperations.TrailingZeroCount(word);
    }

    private static int SelectInWord(ulong word, int number)
    {
        if (Bmi2.X64.IsSupported) return BitOperations.TrailingZeroCount(Bmi2.X64.ParallelBitDeposit(1UL << number, word));
        for (; number > 0; number--) word &= word - 1;
        return BitOperations.TrailingZeroCount(word);
    }
}
