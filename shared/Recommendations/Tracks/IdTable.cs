namespace Spotify.Recommendations.Tracks;

/// <summary>An open-addressing hash table from ids to their positions in an array. It takes 6 bytes per id, in one array.</summary>
/// <param name="ids">The ids, without repetition.</param>
/// <param name="buckets">The buckets that <see cref="Hash"/> returned for the ids.</param>
internal readonly struct IdTable(ReadOnlyMemory<UInt128> ids, ReadOnlyMemory<int> buckets)
{
    /// <summary>Returns the number of buckets for a number of ids. A third of the buckets is empty.</summary>
    public static int BucketCount(int ids) => checked((int)((ids * 3L / 2) + 1));

    /// <summary>Returns the buckets: the position of an id plus 1, or 0.</summary>
    public static int[] Hash(ReadOnlySpan<UInt128> ids)
    {
        var buckets = new int[BucketCount(ids.Length)];
        for (var i = 0; i < ids.Length; i++)
        {
            var bucket = Bucket(ids[i], buckets.Length);
            while (buckets[bucket] != 0) bucket = bucket + 1 == buckets.Length ? 0 : bucket + 1;
            buckets[bucket] = i + 1;
        }

        return buckets;
    }

    /// <summary>Returns the position of an id, or -1.</summary>
    public int Find(UInt128 id)
    {
        var known = ids.Span;
        var table = buckets.Span;
        if (table.Length == 0) return -1;
        var bucket = Bucket(id, table.Length);
        while (table[bucket] is var position and not 0)
        {
            if (known[position - 1] == id) return position - 1;
            bucket = bucket + 1 == table.Length ? 0 : bucket + 1;
        }

        return -1;
    }

    private static int Bucket(UInt128 id, int count)
    {
        var hash = ((ulong)id ^ (ulong)(id >> 64)) * 0x9E3779B97F4A7C15;
        return (int)Math.BigMul(hash, (ulong)count, out _);
    }
}
