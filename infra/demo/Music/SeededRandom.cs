namespace Spotify.Demo.Music;

/// <summary>
/// A random number generator whose output depends only on the seed, on every runtime: SplitMix64, from Steele, Lea and Flood,
/// "Fast splittable pseudorandom number generators", OOPSLA 2014.
/// </summary>
internal sealed class SeededRandom(ulong seed)
{
    private ulong state = seed;

    /// <summary>Derives a seed from a text: FNV-1a over its UTF-16 code units.</summary>
    public static ulong SeedOf(string text) =>
        text.Aggregate(14_695_981_039_346_656_037, (hash, unit) => (hash ^ unit) * 1_099_511_628_211);

    public ulong NextBits()
    {
        state += 0x9E3779B97F4A7C15;
        var mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>Returns a number in 0 ≤ x &lt; 1.</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Returns a number in −1 ≤ x &lt; 1.</summary>
    public float NextSigned() => ((NextBits() >> 40) * (2f / (1 << 24))) - 1f;

    /// <summary>Returns a number in <paramref name="low"/> ≤ x &lt; <paramref name="high"/>.</summary>
    public float Between(double low, double high) => (float)(low + ((high - low) * NextDouble()));

    /// <inheritdoc cref="Between(double, double)"/>
    public int Between(int low, int high) => low + (int)(NextDouble() * (high - low));

    public bool Chance(double probability) => NextDouble() < probability;

    public T Pick<T>(params ReadOnlySpan<T> items) => items[Between(0, items.Length)];

    /// <summary>Returns an independent generator, whose use does not affect the numbers that this one returns.</summary>
    public SeededRandom Fork() => new(NextBits());
}
