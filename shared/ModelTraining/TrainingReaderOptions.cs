using Spotify.Recommendations.Interactions;

namespace Spotify.ModelTraining;

/// <summary>The bounds of the training data, and the weights of the signals.</summary>
public sealed record TrainingReaderOptions
{
    /// <summary>
    /// The largest number of tracks. Of larger catalogs, the most played tracks are taken, and a sample of the others that changes weekly.
    /// </summary>
    public int MaxTracks { get; init; } = 5_000_000;

    /// <summary>The share of <see cref="MaxTracks"/> for other tracks than the most played, 0 to 1. New tracks come first.</summary>
    public double SampleShare { get; init; } = 0.1;

    /// <summary>The largest number of interactions. Then no more listeners are read. Their ids are random, so they are a sample.</summary>
    public int MaxInteractions { get; init; } = 500_000_000;

    /// <summary>The number of listeners of the first page. Each page is two exports and a few queries.</summary>
    public int ListenersPerPage { get; init; } = 20_000;

    /// <summary>
    /// The number of signals of a page, from which the number of listeners of the next page follows. A page takes 24 bytes per signal.
    /// </summary>
    public int SignalsPerPage { get; init; } = 20_000_000;

    /// <summary>
    /// The number of listeners whose plays determine the most played tracks. Of more listeners, a sample is taken, because BigQuery bills
    /// the plays that are read.
    /// </summary>
    public int MaxPopularityListeners { get; init; } = 2_000_000;

    /// <summary>The largest number of playlists.</summary>
    public int MaxPlaylists { get; init; } = 2_000_000;

    /// <summary>The largest number of tracks of a playlist. Further tracks are ignored.</summary>
    public int MaxTracksPerPlaylist { get; init; } = 500;

    /// <summary>The age in days from which plays and additions to playlists are ignored.</summary>
    public int MaxAgeDays { get; init; } = SignalWeights.MaxAgeDays;

    /// <summary>The age in days, from the newest event, at which plays and additions to playlists have lost half of their weight.</summary>
    public double HalfLifeDays { get; init; } = SignalWeights.HalfLifeDays;

    /// <summary>The weight of a saved track. A completed play of today has the weight 1, an early skip −0.5.</summary>
    public float SavedTrack { get; init; } = SignalWeights.SavedTrack;

    /// <summary>The weight of each track of a saved album.</summary>
    public float SavedAlbum { get; init; } = SignalWeights.SavedAlbum;

    /// <summary>The weight of adding a track to a playlist today.</summary>
    public float PlaylistAdd { get; init; } = SignalWeights.PlaylistAdd;

    /// <summary>The largest number of listeners that are held out from the training to measure it.</summary>
    public int MaxHeldOut { get; init; } = 1000;

    /// <summary>The fewest listeners with which some are held out. A smaller home cannot spare any.</summary>
    public int MinListenersToHoldOut { get; init; } = 500;

    /// <summary>Checks that every option is in its range.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public void Validate()
    {
        Check(nameof(MaxTracks), MaxTracks, 1, 10_000_000);
        Check(nameof(SampleShare), SampleShare, 0, 1);
        Check(nameof(MaxInteractions), MaxInteractions, 1, 1_000_000_000);
        Check(nameof(ListenersPerPage), ListenersPerPage, 1, 1_000_000);
        Check(nameof(SignalsPerPage), SignalsPerPage, 1, 1_000_000_000);
        Check(nameof(MaxPopularityListeners), MaxPopularityListeners, 1, int.MaxValue);
        Check(nameof(MaxPlaylists), MaxPlaylists, 0, 100_000_000);
        Check(nameof(MaxTracksPerPlaylist), MaxTracksPerPlaylist, 1, 10_000);
        Check(nameof(MaxAgeDays), MaxAgeDays, 1, 3650);
        Check(nameof(HalfLifeDays), HalfLifeDays, 1, 36_500);
        Check(nameof(SavedTrack), SavedTrack, 0, 1000);
        Check(nameof(SavedAlbum), SavedAlbum, 0, 1000);
        Check(nameof(PlaylistAdd), PlaylistAdd, 0, 1000);
        Check(nameof(MaxHeldOut), MaxHeldOut, 0, 100_000);
        Check(nameof(MinListenersToHoldOut), MinListenersToHoldOut, 0, int.MaxValue);
    }

    private static void Check(string name, double value, double min, double max)
    {
        if (!(value >= min && value <= max))
            throw new ArgumentException(FormattableString.Invariant($"{name} is {value}. Expected: {min} to {max}."), name);
    }
}
