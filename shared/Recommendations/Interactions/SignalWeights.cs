namespace Spotify.Recommendations.Interactions;

/// <summary>
/// The weights of what listeners do, for the training and for the history of a listener who gets recommendations: a model must be asked
/// with the weights that it was trained on. A completed play of today has the weight 1, an early skip −0.5.
/// </summary>
public static class SignalWeights
{
    /// <summary>The age in days at which plays and additions to playlists have lost half of their weight.</summary>
    public const double HalfLifeDays = 180;

    /// <summary>The age in days from which plays and additions to playlists are ignored.</summary>
    public const int MaxAgeDays = 400;

    /// <summary>The weight of a saved track.</summary>
    public const float SavedTrack = 2;

    /// <summary>The weight of each track of a saved album.</summary>
    public const float SavedAlbum = 0.5f;

    /// <summary>The weight of adding a track to a playlist today.</summary>
    public const float PlaylistAdd = 1;
}
