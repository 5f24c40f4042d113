namespace Spotify.Demo.Music;

/// <summary>
/// Random numbers that follow from a seed alone, on every runtime and in every release: SplitMix64, from Steele, Lea and
/// Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
/// </summary>
/// <param name="seed">Any number; equal seeds give equal sequences.</param>
internal sealed class SeededRandom(ulong seed)
{
    private ulong state = seed;

    /// <summary>A seed that follows from a text: FNV-1a over its UTF-16 units.</summary>
    public static ulong SeedOf(string text)
    {
        var hash = 14_695_981_039_346_656_037;
        foreach (var unit in text)
            hash = (hash ^ unit) * 1_099_511_628_211;
        return hash;
    }

    /// <summary>64 random bits.</summary>
    public ulong NextBits()
    {
        state += 0x9E3779B97F4A7C15;
        var mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>A number in 0 ≤ x &lt; 1.</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A number in −1 ≤ x &lt; 1.</summary>
    public float NextSigned() => ((NextBits() >> 40) * (2f / (1 << 24))) - 1f;

    /// <summary>A number in <paramref name="low"/> ≤ x &lt; <paramref name="high"/>.</summary>
    public double Between(double low, double high) => low + ((high - low) * NextDouble());

    /// <summary>A whole number in <paramref name="low"/> ≤ x &lt; <paramref name="high"/>.</summary>
    public int Between(int low, int high) => low + (int)(NextDouble() * (high - low));

    /// <summary>True that often.</summary>
    /// <param name="probability">0–1.</param>
    public bool Chance(double probability) => NextDouble() < probability;

    /// <summary>One of the items, each as likely as the others.</summary>
    public T Pick<T>(params ReadOnlySpan<T> items) => items[Between(0, items.Length)];

    /// <summary>A generator of its own, so that what it draws does not shift what this one draws next.</summary>
    public SeededRandom Fork() => new(NextBits());
}
