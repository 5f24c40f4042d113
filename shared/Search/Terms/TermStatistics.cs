using System.Numerics;
using System.Text;

namespace Spotify.Search.Terms;

/// <summary>
/// What must be known of all terms before a dictionary of them can be built: the common letters, and how many terms are heavier than a
/// given one.
/// </summary>
public sealed class TermStatistics : ITermSink
{
    // 16 for each point of popularity, 64 for each doubling of the frequency.
    private const int Masses = (100 * 16) + (32 * 64);

    private readonly int[] terms = new int[Masses];
    private readonly Dictionary<int, long> letters = [];

    /// <summary>The number of terms.</summary>
    public int Terms { get; private set; }

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<byte> term, int frequency, int popularity)
    {
        Terms++;
        terms[MassOf(frequency, popularity)]++;
        while (Rune.DecodeFromUtf8(term, out var letter, out var length) == System.Buffers.OperationStatus.Done)
        {
            letters[letter.Value] = letters.GetValueOrDefault(letter.Value) + 1;
            term = term[length..];
        }
    }

    /// <summary>Returns the most frequent letters.</summary>
    internal int[] CommonLetters(int count) =>
    [
        .. letters.OrderByDescending(letter => letter.Value).ThenBy(letter => letter.Key).Take(count).Select(letter => letter.Key),
    ];

    /// <summary>Returns the mass below which terms are left out, and how many of those with that mass there is room for.</summary>
    internal (int Mass, int Room) Least(int maxTerms)
    {
        var mass = Masses - 1;
        for (; mass > 0 && terms[mass] <= maxTerms; mass--) maxTerms -= terms[mass];
        return (mass, maxTerms);
    }

    /// <summary>Returns the weight for each mass, 1 to 255.</summary>
    internal byte[] Weights()
    {
        var (weights, heavier) = (new byte[Masses], 0L);
        for (var mass = Masses - 1; mass >= 0; mass--)
        {
            weights[mass] = (byte)Math.Max(1, 255 - (int)(11 * Math.Log2(1 + heavier)));
            heavier += terms[mass];
        }

        return weights;
    }

    /// <summary>Returns the mass of a term, which decides on its weight.</summary>
    internal static int MassOf(int frequency, int popularity)
    {
        // Between the powers of two, the logarithm is taken as linear.
        var doublings = BitOperations.Log2((uint)frequency);
        return (16 * popularity) + (64 * doublings) + (int)(((64L * frequency) >> doublings) - 64);
    }
}
