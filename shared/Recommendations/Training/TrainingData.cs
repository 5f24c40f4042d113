using Spotify.Recommendations.Content;
using Spotify.Recommendations.Factors;
using Spotify.Recommendations.Interactions;
using Spotify.Recommendations.Tracks;
using Spotify.Recommendations.Vectors;

namespace Spotify.Recommendations.Training;

/// <summary>The input of a training.</summary>
public sealed record TrainingData
{
    /// <summary>A row per listener, a column per track of <see cref="Tracks"/>. Weights are as listened, not transformed.</summary>
    public required InteractionMatrix Interactions { get; init; }

    /// <summary>The tracks.</summary>
    public required TrackTable Tracks { get; init; }

    /// <summary>The playlists. Rows that are out of range are ignored.</summary>
    public IReadOnlyList<PlaylistContents> Playlists { get; init; } = [];

    /// <summary>An embedding of the sound of each track, 0 if unknown; null: no track's sound is known.</summary>
    public VectorTable? Audio { get; init; }

    /// <summary>The popular tracks of markets.</summary>
    public PopularTracks Popular { get; init; } = PopularTracks.Empty;

    /// <summary>The factor model, if it was fitted elsewhere; null: the training fits it.</summary>
    public FactorModel? Factors { get; init; }

    /// <summary>Throws if the parts have different numbers of tracks.</summary>
    /// <exception cref="ArgumentException">The numbers differ.</exception>
    public void Validate()
    {
        if (Interactions.ColumnCount != Tracks.Count
            || (Audio is not null && Audio.Count != Tracks.Count)
            || (Factors is not null && Factors.Tracks != Tracks.Count))
            throw new ArgumentException($"The interactions, the sound or the factors are not those of {Tracks.Count} tracks.");
    }
}
