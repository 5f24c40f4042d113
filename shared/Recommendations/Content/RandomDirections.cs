using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;

namespace Spotify.Recommendations.Content;

/// <summary>
/// A direction per feature, computed from a hash of the feature: each coordinate is 1 or -1. Directions of different features are nearly
/// orthogonal, so a vector of a few dimensions holds many features (random projection, Achlioptas 2003).
/// </summary>
internal static class RandomDirections
{
    private static readonly Vector256<int> Bits = Vector256.Create(1, 2, 4, 8, 16, 32, 64, 128);

    /// <summary>Returns the feature of a number.</summary>
    public static ulong Feature(int seed, FeatureKind kind, UInt128 number) =>
        Mix(Mix(Mix((ulong)(uint)seed << 8 | (byte)kind) ^ (ulong)number) ^ (ulong)(number >> 64));

    /// <summary>Returns the feature of a text.</summary>
    public static ulong Feature(int seed, FeatureKind kind, ReadOnlySpan<char> text)
    {
        var hash = Mix((ulong)(uint)seed << 8 | (byte)kind);
        foreach (var character in text) hash = Mix(hash ^ character);
        return hash;
    }

    /// <summary>Adds the direction of a feature to a vector.</summary>
    /// <param name="feature">The feature.</param>
    /// <param name="weight">The factor.</param>
    /// <param name="vector">The vector. Its length is a multiple of 8.</param>
    public static void Add(ulong feature, float weight, Span<float> vector)
    {
        var (plus, minus) = (Vector256.Create(weight), Vector256.Create(-weight));
        ulong bits = 0;
        for (var i = 0; i < vector.Length; i += 8, bits >>= 8)
        {
            if (i % 64 == 0) bits = Mix(feature += 0x9E3779B97F4A7C15);
            var set = Vector256.Equals(Vector256.Create((int)(bits & 0xFF)) & Bits, Bits).AsSingle();
            ref var target = ref MemoryMarshal.GetReference(vector[i..]);
            (Vector256.LoadUnsafe(ref target) + Vector256.ConditionalSelect(set, plus, minus)).StoreUnsafe(ref target);
        }
    }

    /// <summary>Returns the words of a text: letters and digits, in lower case, without repetition.</summary>
    public static HashSet<string> Words(string text)
    {
        var words = new HashSet<string>(StringComparer.Ordinal);
        var word = new StringBuilder();
        foreach (var character in text.Append(' '))
        {
            if (char.IsLetterOrDigit(character)) word.Append(char.ToLowerInvariant(character));
            else
            {
                if (word.Length > 1) words.Add(word.ToString());
                word.Clear();
            }
        }

        return words;
    }

    // SplitMix64 (Steele, Lea, Flood 2014).
    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}

/// <summary>The kinds of features.</summary>
internal enum FeatureKind : byte
{
    /// <summary>An artist.</summary>
    Artist,

    /// <summary>An album.</summary>
    Album,

    /// <summary>A genre.</summary>
    Genre,

    /// <summary>A word of a genre's name or of a playlist's title.</summary>
    Word,

    /// <summary>A period of years.</summary>
    Years,

    /// <summary>A track.</summary>
    Track,
}
