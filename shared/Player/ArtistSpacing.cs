namespace Spotify.Player;

/// <summary>Separation of adjacent items of the same artist.</summary>
internal static class ArtistSpacing
{
    /// <summary>
    /// Returns the order with the minimum number of adjacent items of the same artist, in which items move as little as needed: none unless
    /// one artist has more than half of the items.
    /// </summary>
    /// <param name="order">The indexes of the items, in order.</param>
    /// <param name="artists">The number of each item's artist, by index.</param>
    /// <param name="counts">The number of items of each artist.</param>
    public static int[] Separate(int[] order, int[] artists, int[] counts)
    {
        if (order.Length < 3) return order;
        var most = Array.IndexOf(counts, counts.Max());
        return counts[most] > (order.Length + 1) / 2 ? AroundMost(order, artists, most) : Greedy(order, artists, counts);
    }

    // Each other item is put between two of the artist with the most, evenly.
    private static int[] AroundMost(int[] order, int[] artists, int most)
    {
        var own = order.Where(i => artists[i] == most).ToArray();
        var others = order.Where(i => artists[i] != most).ToArray();
        var result = new List<int>(order.Length);
        var placed = 0;
        for (var gap = 0; gap < own.Length; gap++)
        {
            result.Add(own[gap]);
            if (placed < others.Length && gap == (2L * placed + 1) * (own.Length - 1) / (2L * others.Length)) result.Add(others[placed++]);
        }

        return [.. result];
    }

    // Takes the first item of another artist than the last one. If r items are left, r is odd, and an artist has (r + 1) / 2 of them, it is
    // that artist's turn, because its items would be adjacent otherwise.
    private static int[] Greedy(int[] order, int[] artists, int[] counts)
    {
        var left = new RemainingItems(order, artists, counts);
        var result = new int[order.Length];
        var last = -1;
        for (var place = 0; place < result.Length; place++)
        {
            var remaining = order.Length - place;
            var urgent = remaining % 2 == 1 && left.MaxCount == (remaining + 1) / 2 ? left.MaxArtist : -1;
            result[place] = urgent >= 0 ? left.TakeOf(urgent) : left.TakeOtherThan(last);
            last = artists[result[place]];
        }

        return result;
    }
}
