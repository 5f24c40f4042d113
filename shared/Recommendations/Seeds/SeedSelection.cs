using Spotify.Recommendations.Ranking;
using Spotify.Recommendations.Tracks;

namespace Spotify.Recommendations.Seeds;

/// <summary>
/// The choice of a list's tracks from scored candidates, with limits per artist and seed. Used again for the next request, so that nothing
/// is allocated.
/// </summary>
/// <param name="tracks">The tracks.</param>
internal sealed class SeedSelection(TrackTable tracks)
{
    private readonly RowMap chosen = new();
    private readonly RowMap artists = new();
    private readonly RowMap seeds = new();
    private readonly List<SelectedTrack> selected = [];

    /// <summary>The selected tracks, in the order of their selection.</summary>
    public List<SelectedTrack> Tracks => selected;

    /// <summary>Selects the list, whose order is that of the scores.</summary>
    public void Select(SeedRequest request, CandidateSet candidates, SeedRetrieval retrieval)
    {
        chosen.Clear();
        artists.Clear();
        seeds.Clear();
        selected.Clear();
        var perArtist = request.TracksPerArtist > 0 ? request.TracksPerArtist : Math.Max(2, request.Count / 10);
        if (request.Seeds.Count > 1)
        {
            // Every seed has at least half, and at most one and a half, of an equal share.
            Add(perArtist, Math.Max(1, request.Count / (request.Seeds.Count * 2)));
            Add(perArtist, (request.Count * 3 / (request.Seeds.Count * 2)) + 1);
        }

        Add(perArtist, int.MaxValue);
        Add(perArtist * 2, int.MaxValue);
        Add(int.MaxValue, int.MaxValue);
        selected.Sort((one, other) => other.Score.CompareTo(one.Score) is var order and not 0 ? order : one.Row.CompareTo(other.Row));

        void Add(int mostPerArtist, int mostPerSeed)
        {
            foreach (var candidate in candidates.Order)
            {
                if (selected.Count >= request.Count) return;
                var (row, seed) = (candidates.Row(candidate), retrieval.SeedOf(candidate) + 1);
                if (chosen.Contains(row) || seeds[seed] >= mostPerSeed || !FitsArtists(row, mostPerArtist)) continue;
                selected.Add(new SelectedTrack(row, candidate, candidates.Score(candidate), Exploration: false));
                chosen.TryAdd(row, 0);
                seeds.Increment(seed);
                foreach (var artist in tracks.Artists(row)) artists.Increment(artist);
            }
        }
    }

    private bool FitsArtists(int row, int most)
    {
        foreach (var artist in tracks.Artists(row))
            if (artists[artist] >= most) return false;
        return true;
    }
}
