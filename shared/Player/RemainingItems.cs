namespace Spotify.Player;

/// <summary>The items of an order that are not taken yet, and the artist with the most of them.</summary>
internal sealed class RemainingItems
{
    private readonly int[] order;
    private readonly int[] artists;
    private readonly int[] counts;
    private readonly bool[] isTaken;

    // The places of each artist's items, and how many of them were passed.
    private readonly int[][] places;
    private readonly int[] passed;

    // For each count, the number of artists that have it and the sum of their numbers: the artist itself if there is only one.
    private readonly int[] artistsWith;
    private readonly long[] sumWith;
    private int head;

    /// <summary>Starts with all items.</summary>
    public RemainingItems(int[] order, int[] artists, int[] counts)
    {
        (this.order, this.artists, this.counts) = (order, artists, [.. counts]);
        isTaken = new bool[order.Length];
        places = [.. counts.Select(count => new int[count])];
        passed = new int[counts.Length];
        for (var place = 0; place < order.Length; place++)
        {
            var artist = artists[order[place]];
            places[artist][passed[artist]++] = place;
        }

        Array.Clear(passed);
        MaxCount = counts.Max();
        artistsWith = new int[MaxCount + 1];
        sumWith = new long[MaxCount + 1];
        for (var artist = 0; artist < counts.Length; artist++) Add(artist, 1);
    }

    /// <summary>The most items that an artist has left.</summary>
    public int MaxCount { get; private set; }

    /// <summary>The artist with the most items left; -1 if there are several.</summary>
    public int MaxArtist => artistsWith[MaxCount] == 1 ? (int)sumWith[MaxCount] : -1;

    /// <summary>Takes the first item of an artist.</summary>
    public int TakeOf(int artist)
    {
        while (isTaken[places[artist][passed[artist]]]) passed[artist]++;
        return Take(places[artist][passed[artist]]);
    }

    /// <summary>Takes the first item of another artist, or of the same one if there is no other.</summary>
    public int TakeOtherThan(int artist)
    {
        while (isTaken[head]) head++;
        var place = head;
        while (place < order.Length && (isTaken[place] || artists[order[place]] == artist)) place++;
        return Take(place < order.Length ? place : head);
    }

    private int Take(int place)
    {
        isTaken[place] = true;
        var artist = artists[order[place]];
        Add(artist, -1);
        counts[artist]--;
        Add(artist, 1);
        while (MaxCount > 0 && artistsWith[MaxCount] == 0) MaxCount--;
        return order[place];
    }

    private void Add(int artist, int sign)
    {
        artistsWith[counts[artist]] += sign;
        sumWith[counts[artist]] += (long)sign * artist;
    }
}
