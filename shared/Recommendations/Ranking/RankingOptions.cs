namespace Spotify.Recommendations.Ranking;

/// <summary>Settings of a <see cref="Recommender"/>.</summary>
public sealed record RankingOptions
{
    /// <summary>The weights of the signals; null for those of the model.</summary>
    public EnsembleOptions? Ensemble { get; init; }

    /// <summary>The number of tracks of a list, from 1 to 200.</summary>
    public int Count { get; init; } = 30;

    /// <summary>The share of tracks by artists and of genres that the listener has not played lately, from 0 to 1.</summary>
    public double Exploration { get; init; } = 0.2;

    /// <summary>The number of days that "lately" means. At least 1.</summary>
    public int FamiliarDays { get; init; } = 90;

    /// <summary>The number of exploration's tracks that are new tracks without listeners, if there are so many.</summary>
    public int NewTracks { get; init; } = 2;

    /// <summary>The age, in days, up to which a track is new. At least 1.</summary>
    public int NewTrackDays { get; init; } = 30;

    /// <summary>The largest number of tracks by an artist. Gives way if the list cannot be filled otherwise. At least 1.</summary>
    public int TracksPerArtist { get; init; } = 2;

    /// <summary>
    /// The largest share of tracks of a main genre, above 0 and up to 1. Gives way if the genres and artists that the listener plays cannot
    /// fill the list otherwise.
    /// </summary>
    public double GenreShare { get; init; } = 0.5;

    /// <summary>
    /// The number of plays after which half of the weight of the other signals counts; popularity has the rest. At least 0.
    /// </summary>
    public float NewListenerPlays { get; init; } = 3;

    /// <summary>
    /// The number of tracks of the history that are used: those with the greatest weights. The others only count as heard. At least 1.
    /// </summary>
    public int HistoryLength { get; init; } = 500;

    /// <summary>The number of candidates from the factor model, at least 0.</summary>
    public int FactorCandidates { get; init; } = 100;

    /// <summary>The number of candidates from the item model, at least 0.</summary>
    public int ItemCandidates { get; init; } = 100;

    /// <summary>The number of candidates that resemble the history as a whole, by content and by sound each, at least 0.</summary>
    public int SimilarCandidates { get; init; } = 40;

    /// <summary>The number of recent tracks whose neighbours by content or, in turn, by sound are candidates, at least 0.</summary>
    public int RecentTracks { get; init; } = 2;

    /// <summary>The number of neighbours of each of these, at least 0.</summary>
    public int CandidatesPerRecentTrack { get; init; } = 10;

    /// <summary>The number of popular tracks of the market, at least 0.</summary>
    public int PopularCandidates { get; init; } = 60;

    /// <summary>The largest number of tracks of a main genre.</summary>
    public int GenreCap => Math.Max(1, (int)(Count * GenreShare));

    /// <summary>The number of exploration's tracks in a list.</summary>
    public int ExplorationCount => (int)Math.Round(Count * Exploration, MidpointRounding.AwayFromZero);

    /// <summary>Throws if a setting is invalid.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public void Validate()
    {
        Ensemble?.Validate();
        var valid = Count is >= 1 and <= 200
            && Exploration is >= 0 and <= 1
            && FamiliarDays >= 1
            && NewTracks >= 0
            && NewTrackDays >= 1
            && TracksPerArtist >= 1
            && GenreShare is > 0 and <= 1
            && float.IsFinite(NewListenerPlays) && NewListenerPlays >= 0
            && HistoryLength >= 1
            && (FactorCandidates | ItemCandidates | SimilarCandidates | RecentTracks | CandidatesPerRecentTrack | PopularCandidates) >= 0;
        if (!valid) throw new ArgumentException($"The settings of the ranking are invalid: {this}");
    }
}
