using System.Runtime.InteropServices;

namespace Spotify.Recommendations.Neighbours;

/// <summary>
/// Rows with equal vectors. Only the first of them is in the graph, because equal vectors would be linked with each other only, and a
/// search that gets there would not get out.
/// </summary>
internal sealed class DuplicateRows
{
    // Pairs of first row and repeated row, in ascending order.
    private readonly long[] pairs;

    private DuplicateRows(long[] pairs) => this.pairs = pairs;

    /// <summary>The pairs of first row (upper 32 bits) and repeated row, in ascending order.</summary>
    public ReadOnlySpan<long> Pairs => pairs;

    /// <summary>Returns the instance with these pairs.</summary>
    public static DuplicateRows Of(ReadOnlySpan<long> pairs) => new(pairs.ToArray());

    /// <summary>Finds the repeated vectors.</summary>
    /// <param name="vectors">The vectors, one after the other. Zeros are positive.</param>
    /// <param name="dimensions">The number of dimensions.</param>
    public static unsafe DuplicateRows Find(float* vectors, int count, int dimensions)
    {
        var (hashes, rows) = (new ulong[count], new int[count]);
        for (var row = 0; row < count; row++) (hashes[row], rows[row]) = (Hash(Vector(row)), row);
        Array.Sort(hashes, rows);
        var found = new List<long>();
        for (int start = 0, end; start < count; start = end)
        {
            for (end = start + 1; end < count && hashes[end] == hashes[start];) end++;
            if (end == start + 1) continue;
            // Different vectors of equal hash are so rare that only those equal to the first are found.
            var group = rows.AsSpan(start, end - start);
            group.Sort();
            foreach (var row in group[1..])
            {
                if (Vector(row).SequenceEqual(Vector(group[0]))) found.Add((long)group[0] << 32 | (uint)row);
            }
        }

        found.Sort();
        return new DuplicateRows([.. found]);

        ReadOnlySpan<float> Vector(int row) => new(vectors + (long)row * dimensions, dimensions);
    }

    /// <summary>Returns the rows that repeat the vector of a row of the graph, as pairs in ascending order.</summary>
    public ReadOnlySpan<long> Of(int first)
    {
        if (pairs.Length == 0) return [];
        var start = LowerBound((long)first << 32);
        var end = start;
        while (end < pairs.Length && pairs[end] >> 32 == first) end++;
        return pairs.AsSpan(start, end - start);
    }

    private int LowerBound(long pair)
    {
        var position = Array.BinarySearch(pairs, pair);
        return position < 0 ? ~position : position;
    }

    private static ulong Hash(ReadOnlySpan<float> vector)
    {
        var hash = 0UL;
        foreach (var number in MemoryMarshal.Cast<float, uint>(vector)) hash = (hash ^ number) * 0x9E37_79B9_7F4A_7C15 ^ hash >> 29;
        return hash;
    }
}
