namespace Spotify.Events.Taste;

/// <summary>
/// Decayed sums by item, in bounded memory. They are exact while there are at most <paramref name="capacity"/> items. A further item takes
/// the place of the one with the smallest shares, and its sums, as in space-saving (Metwally et al., "Efficient computation of frequent and
/// top-k elements in data streams", 2005). An item is replaced only if its share in each of the three terms is at most 3 / capacity;
/// so if there are no skips, all items with a larger share in a term are present, with sums that are too high by at most that share.
/// Skips of items that are not present are then ignored, as in SpaceSaving± (Zhao et al. 2021).
/// </summary>
/// <param name="capacity">The maximum number of items.</param>
/// <param name="order">The order of items with equal sums.</param>
internal sealed class DecayedCounts<TItem>(int capacity, IComparer<TItem> order) where TItem : notnull
{
    private readonly Dictionary<TItem, Weights> sums = [];

    /// <summary>The number of items.</summary>
    public int Count => sums.Count;

    /// <summary>The items with their sums.</summary>
    public IReadOnlyCollection<KeyValuePair<TItem, Weights>> Entries => sums;

    /// <summary>Adds to the sums of an item.</summary>
    public void Add(TItem item, Weights weights)
    {
        if (sums.TryGetValue(item, out var sum)) sums[item] = sum + weights;
        else if (sums.Count < capacity) sums.Add(item, weights);
        else if (weights.Short > 0) sums.Add(item, weights + RemoveSmallest().Positive());
    }

    /// <summary>Sets the sums of an item.</summary>
    public void Restore(TItem item, Weights weights) => sums[item] = weights;

    /// <summary>Multiplies all sums.</summary>
    public void Scale(Weights factors)
    {
        foreach (var (item, sum) in sums) sums[item] = sum * factors;
    }

    /// <summary>Removes items.</summary>
    public void Remove(Predicate<TItem> isRemoved)
    {
        foreach (var item in sums.Keys)
            if (isRemoved(item)) sums.Remove(item);
    }

    /// <summary>Returns the items with positive sums, the largest first.</summary>
    public IReadOnlyList<(TItem Item, double Sum)> Top(TasteTerm term) =>
    [
        .. sums.Where(entry => entry.Value[term] > 0)
            .OrderByDescending(entry => entry.Value[term]).ThenBy(entry => entry.Key, order)
            .Select(entry => (entry.Key, entry.Value[term])),
    ];

    private Weights RemoveSmallest()
    {
        var totals = default(Weights);
        foreach (var sum in sums.Values) totals += sum.Positive();
        var (smallest, share) = (default(TItem)!, double.PositiveInfinity);
        foreach (var (item, sum) in sums)
        {
            var candidate = sum.LargestShareOf(totals);
            if (candidate < share || (candidate == share && order.Compare(item, smallest) < 0)) (smallest, share) = (item, candidate);
        }

        sums.Remove(smallest, out var removed);
        return removed;
    }
}
