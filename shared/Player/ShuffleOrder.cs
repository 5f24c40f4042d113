namespace Spotify.Player;

/// <summary>An item that is shuffled.</summary>
/// <param name="Key">The key, which is unique.</param>
/// <param name="Artist">The id of the main artist; null if there is none.</param>
public readonly record struct ShuffleItem(string Key, string? Artist);

/// <summary>
/// The order of a shuffled context: a function of the seed and of the items alone, so that each read continues the order of the one before.
/// Items of an artist are spread evenly. An edit of the context moves hardly more than the items of the same artist.
/// </summary>
public static class ShuffleOrder
{
    /// <summary>The maximum seed: the largest integer that JavaScript reads exactly.</summary>
    public const long MaxSeed = (1L << 53) - 1;

    /// <summary>Returns the seed of the next time through the same context.</summary>
    public static long SeedAfter(long seed) => (long)(Mix((ulong)seed + 0x9E3779B97F4A7C15) >> 11);

    /// <summary>Returns the indexes of the items in shuffled order. The order does not depend on the order of the items.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="items">The items.</param>
    public static int[] Order(long seed, IReadOnlyList<ShuffleItem> items)
    {
        var (artists, counts) = Artists(items);
        var hashes = new ulong[items.Count];
        for (var i = 0; i < hashes.Length; i++) hashes[i] = Hash(seed, items[i].Key, 1);
        var byHash = Enumerable.Range(0, items.Count).ToArray();
        Array.Sort(byHash, (a, b) => hashes[a] != hashes[b]
            ? hashes[a].CompareTo(hashes[b])
            : string.CompareOrdinal(items[a].Key, items[b].Key));

        var positions = new double[items.Count];
        var ranks = new int[counts.Length];
        for (var place = 0; place < byHash.Length; place++)
        {
            var i = byHash[place];
            var artist = artists[i];
            var offset = Fraction(Hash(seed, items[i].Artist ?? items[i].Key, 2));
            positions[place] = (ranks[artist]++ + offset) / counts[artist];
        }

        // Stable for equal positions: by hash.
        var order = Enumerable.Range(0, byHash.Length).OrderBy(place => positions[place]).Select(place => byHash[place]).ToArray();
        return ArtistSpacing.Separate(order, artists, counts);
    }

    private static (int[] Artists, int[] Counts) Artists(IReadOnlyList<ShuffleItem> items)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        var counts = new List<int>();
        var artists = new int[items.Count];
        for (var i = 0; i < artists.Length; i++)
        {
            if (items[i].Artist is not { } artist || !numbers.TryGetValue(artist, out var number))
            {
                number = counts.Count;
                counts.Add(0);
                if (items[i].Artist is { } id) numbers.Add(id, number);
            }

            artists[i] = number;
            counts[number]++;
        }

        return (artists, [.. counts]);
    }

    private static double Fraction(ulong hash) => (hash >> 11) * (1.0 / (1UL << 53));

    // FNV-1a, then the finalizer of SplitMix64 (Steele, Lea, Flood 2014), because FNV alone mixes the last characters badly.
    private static ulong Hash(long seed, string text, ulong purpose)
    {
        var hash = 0xCBF29CE484222325 ^ Mix((ulong)seed ^ Mix(purpose));
        foreach (var c in text) hash = (hash ^ c) * 0x100000001B3;
        return Mix(hash);
    }

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
