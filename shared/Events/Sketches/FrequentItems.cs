namespace Spotify.Events.Sketches;

/// <summary>
/// A summary of the most frequent items of a stream, in bounded memory. It counts exactly while there are at most
/// <see cref="Capacity"/> distinct items. Otherwise each count is too low by at most <see cref="MaxError"/>, which is at most
/// <see cref="Total"/> / (<see cref="Capacity"/> + 1), also after any sequence of merges; so every item with a larger share is present.
/// </summary>
/// <remarks>
/// Misra and Gries, "Finding repeated elements" (1982), to which space-saving (Metwally et al. 2005) is isomorphic; merged as in Agarwal et
/// al., "Mergeable summaries" (2012). Like Anderson et al., "A high-performance algorithm for identifying frequent items in data streams"
/// (2017), it lets the number of counters double before it reduces them, so that an addition takes constant time on average.
/// </remarks>
/// <param name="capacity">The number of counters that are kept; at least 1.</param>
public sealed class FrequentItems(int capacity)
{
    private const byte Version = 1;

    private Dictionary<UInt128, long> counts = [];

    /// <summary>The number of counters that are kept. There are at most twice as many in memory.</summary>
    public int Capacity => capacity;

    /// <summary>The sum of all counts that were added.</summary>
    public long Total { get; private set; }

    /// <summary>The maximum difference between the number of times that an item was added and its count, which is never too high.</summary>
    public long MaxError { get; private set; }

    /// <summary>The items and their counts, the most frequent first; items with the same count are in the order of their ids.</summary>
    public IReadOnlyList<(UInt128 Item, long Count)> Items =>
        [.. counts.Select(entry => (entry.Key, entry.Value)).OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key)];

    /// <summary>Reads a summary that <see cref="Encode"/> has written.</summary>
    /// <exception cref="InvalidDataException">The bytes are corrupt.</exception>
    /// <exception cref="NotSupportedException">Another version has written the bytes.</exception>
    public static FrequentItems Decode(byte[] bytes)
    {
        var reader = new DocumentReader(bytes, Version);
        var read = new FrequentItems(reader.ReadLength(int.MaxValue)) { Total = reader.ReadNumber(), MaxError = reader.ReadNumber() };
        var left = reader.ReadLength(read.Capacity);
        for (; left > 0; left--) read.counts[reader.ReadUInt128()] = reader.ReadNumber();
        reader.End();
        return read;
    }

    /// <summary>Returns the count of an item; 0 if it is not present.</summary>
    public long CountOf(UInt128 item) => counts.GetValueOrDefault(item);

    /// <summary>Adds an item a number of times.</summary>
    public void Add(UInt128 item, long count = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        counts[item] = counts.GetValueOrDefault(item) + count;
        Total += count;
        if (counts.Count > 2 * capacity) Reduce();
    }

    /// <summary>Adds everything that was added to another summary.</summary>
    public void Merge(FrequentItems other)
    {
        foreach (var (item, count) in other.counts) counts[item] = counts.GetValueOrDefault(item) + count;
        Total += other.Total;
        MaxError += other.MaxError;
        if (counts.Count > 2 * capacity) Reduce();
    }

    /// <summary>Returns a copy, to which items can be added without changing this one.</summary>
    public FrequentItems Clone()
    {
        var copy = new FrequentItems(capacity) { Total = Total, MaxError = MaxError };
        copy.counts = new(counts);
        return copy;
    }

    /// <summary>Returns the summary in a compact format: about 18 bytes for each of up to <see cref="Capacity"/> counters.</summary>
    public byte[] Encode()
    {
        if (counts.Count > capacity) Reduce();
        var writer = new DocumentWriter(Version);
        writer.WriteNumber(capacity);
        writer.WriteNumber(Total);
        writer.WriteNumber(MaxError);
        writer.WriteNumber(counts.Count);
        foreach (var (item, count) in counts)
        {
            writer.Write(item);
            writer.WriteNumber(count);
        }

        return writer.ToDocument();
    }

    // Subtracts the largest count that does not fit from all. At least capacity + 1 counts become that much lower, which is why the error
    // stays within its bound.
    private void Reduce()
    {
        var values = counts.Values.ToArray();
        Array.Sort(values);
        var excess = values[^(capacity + 1)];
        foreach (var (item, count) in counts)
        {
            if (count <= excess) counts.Remove(item);
            else counts[item] = count - excess;
        }

        MaxError += excess;
    }
}
