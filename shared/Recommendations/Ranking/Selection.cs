using Spotify.Recommendations.Tracks;

namespace Spotify.Recommendations.Ranking;

/// <summary>
/// The choice of a list's tracks from scored candidates, with limits per artist, genre and new tracks. Used again for the next listener,
/// so that nothing is allocated.
/// </summary>
/// <param name="tracks">The tracks.</param>
/// <param name="options">The settings.</param>
/// <param name="newTracks">The new tracks.</param>
internal sealed class Selection(TrackTable tracks, RankingOptions options, NewTracks newTracks)
{
    private readonly RowMap chosen = new();
    private readonly RowMap artists = new();
    private readonly RowMap genres = new();
    private readonly List<SelectedTrack> selected = [];

    /// <summary>The selected tracks, in the order of their selection.</summary>
    public List<SelectedTrack> Tracks => selected;

    /// <summary>The number of selected tracks that are exploration.</summary>
    public int Explored { get; private set; }

    /// <summary>Selects the list.</summary>
    /// <param name="profile">The listener.</param>
    /// <param name="likely">Tracks that the listener is likely to like.</param>
    /// <param name="unfamiliar">Tracks that are neither by artists nor of genres that the listener has played lately.</param>
    public void Select(ListenerProfile profile, CandidateSet likely, CandidateSet unfamiliar)
    {
        chosen.Clear();
        artists.Clear();
        genres.Clear();
        selected.Clear();
        Explored = 0;
        var familiar = options.Count - options.ExplorationCount;
        AddLikely(likely, profile, familiar, new Limits(options.TracksPerArtist, options.GenreCap, options.NewTracks));
        AddLikely(likely, profile, familiar, new Limits(options.TracksPerArtist, int.MaxValue, options.NewTracks));
        AddUnfamiliar(unfamiliar);
        AddLikely(likely, null, options.Count, new Limits(options.TracksPerArtist, options.GenreCap, int.MaxValue));
        AddLikely(likely, null, options.Count, new Limits(options.TracksPerArtist, int.MaxValue, int.MaxValue));
        AddLikely(likely, null, options.Count, new Limits(int.MaxValue, int.MaxValue, int.MaxValue));
    }

    // With a profile, only tracks by artists or of genres that are familiar, if any is; tracks without genres can be either.
    private void AddLikely(CandidateSet likely, ListenerProfile? profile, int count, Limits limits)
    {
        var onlyFamiliar = profile is { HasFamiliar: true };
        var newCount = 0;
        foreach (var candidate in likely.Order)
        {
            if (selected.Count >= count) return;
            var row = likely.Row(candidate);
            if (chosen.Contains(row) || !Fits(row, limits)) continue;
            if (onlyFamiliar && tracks.Genres(row).Length > 0 && !profile!.IsFamiliar(row)) continue;
            if (limits.NewTracks < int.MaxValue && newTracks.Contains(row) && ++newCount > limits.NewTracks) continue;
            Add(new SelectedTrack(row, candidate, likely.Score(candidate), Exploration: false));
        }
    }

    // Every track by another artist and of another genre, as far as possible.
    private void AddUnfamiliar(CandidateSet unfamiliar)
    {
        var count = options.ExplorationCount;
        Add(Math.Min(count, options.NewTracks), onlyNew: true, new Limits(1, 1, 0));
        Add(count, onlyNew: false, new Limits(1, 1, 0));
        Add(count, onlyNew: false, new Limits(1, int.MaxValue, 0));
        Add(count, onlyNew: false, new Limits(options.TracksPerArtist, int.MaxValue, 0));
        Add(count, onlyNew: false, new Limits(int.MaxValue, int.MaxValue, 0));

        void Add(int most, bool onlyNew, Limits limits)
        {
            foreach (var candidate in unfamiliar.Order)
            {
                if (Explored >= most) return;
                var row = unfamiliar.Row(candidate);
                if (chosen.Contains(row) || !Fits(row, limits) || (limits.Genre == 1 && !onlyNew && tracks.Genres(row).IsEmpty)) continue;
                if (onlyNew && !newTracks.Contains(row)) continue;
                this.Add(new SelectedTrack(row, candidate, unfamiliar.Score(candidate), Exploration: true));
                Explored++;
            }
        }
    }

    private bool Fits(int row, Limits limits)
    {
        foreach (var artist in tracks.Artists(row))
            if (artists[artist] >= limits.Artist) return false;
        return tracks.Genres(row) is not [var genre, ..] || genres[genre] < limits.Genre;
    }

    private void Add(SelectedTrack track)
    {
        selected.Add(track);
        chosen.TryAdd(track.Row, 0);
        foreach (var artist in tracks.Artists(track.Row)) artists.Increment(artist);
        if (tracks.Genres(track.Row) is [var genre, ..]) genres.Increment(genre);
    }

    private readonly record struct Limits(int Artist, int Genre, int NewTracks);
}

/// <summary>A track of a list.</summary>
/// <param name="Row">The track's row.</param>
/// <param name="Candidate">The position of the candidate in its set.</param>
/// <param name="Score">The score.</param>
/// <param name="Exploration">Whether it is exploration.</param>
internal readonly record struct SelectedTrack(int Row, int Candidate, float Score, bool Exploration);
