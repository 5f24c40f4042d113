using System.Runtime.InteropServices;
using Spotify.Recommendations.Tracks;

namespace Spotify.Recommendations.Ranking;

/// <summary>
/// The order of a list: good tracks first, no two neighbours by one artist where avoidable, tempos that vary, exploration in between.
/// </summary>
/// <param name="tracks">The tracks.</param>
internal sealed class TrackOrder(TrackTable tracks)
{
    // The number of tracks that the next one is chosen from, so that the order does not depart far from that of the scores.
    private const int Window = 6;

    private readonly List<SelectedTrack> left = [];
    private readonly RowMap artists = new();

    /// <summary>Arranges tracks, whose order is that of their scores apart from exploration.</summary>
    public void Arrange(List<SelectedTrack> list)
    {
        if (list.Count < 2) return;
        Interleave(list);
        artists.Clear();
        foreach (var track in left)
            if (tracks.Artist(track.Row) is var artist and >= 0) artists.Increment(artist);
        var (previous, unplaced) = (-1, left.Count);
        list.Clear();
        while (left.Count > 0)
        {
            var next = Choose(previous, unplaced--);
            previous = left[next].Row;
            list.Add(left[next]);
            left.RemoveAt(next);
        }
    }

    // Spreads exploration evenly over the others.
    private void Interleave(List<SelectedTrack> list)
    {
        left.Clear();
        var explored = 0;
        foreach (var track in list) explored += track.Exploration ? 1 : 0;
        var (others, exploration) = (0, 0);
        for (var place = 1; place <= list.Count; place++)
        {
            var due = exploration < (long)explored * place / list.Count;
            ref var position = ref (due ? ref exploration : ref others);
            left.Add(Nth(list, due, position++));
        }
    }

    private static SelectedTrack Nth(List<SelectedTrack> list, bool exploration, int position)
    {
        foreach (var track in list)
            if (track.Exploration == exploration && position-- == 0) return track;
        throw new InvalidOperationException("The list has fewer tracks.");
    }

    private int Choose(int previous, int unplaced)
    {
        var previousArtist = previous < 0 ? -1 : tracks.Artist(previous);
        var urgent = UrgentArtist(unplaced);
        var (best, least) = (-1, float.MaxValue);
        var (window, rank) = (0, 0);
        foreach (ref readonly var track in CollectionsMarshal.AsSpan(left))
        {
            var index = rank++;
            var artist = tracks.Artist(track.Row);
            if (urgent >= 0 && urgent != previousArtist && artist != urgent) continue;
            if (artist >= 0 && artist == previousArtist) continue;
            if (window++ == Window) break;
            var cost = (0.1f * window) + (previous < 0 ? 0 : TempoCost(previous, track.Row));
            if (cost < least) (best, least) = (index, cost);
        }

        // All that is left is by the same artist as the previous track.
        if (best < 0) best = 0;
        if (tracks.Artist(left[best].Row) is var placed and >= 0) artists.Decrement(placed);
        return best;
    }

    // An artist with so many tracks left that two of them would become neighbours unless one comes next.
    private int UrgentArtist(int unplaced)
    {
        foreach (ref readonly var track in CollectionsMarshal.AsSpan(left))
            if (tracks.Artist(track.Row) is var artist and >= 0 && artists[artist] > unplaced / 2) return artist;
        return -1;
    }

    // 0 for tempos that are 30 beats per minute apart, up to 1 for equal ones. Unknown tempos are between.
    private float TempoCost(int one, int other)
    {
        var (a, b) = (tracks.Tempo(one), tracks.Tempo(other));
        return a == 0 || b == 0 ? 0.5f : Math.Max(0, 1 - (MathF.Abs(a - b) / 30));
    }
}
