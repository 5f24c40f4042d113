using Spotify.Audio.Features;
using Spotify.Domain.Catalog;
using Spotify.Recommendations.Tracks;

namespace Spotify.Functions.Recommendations.Seeds;

/// <summary>The attributes of tracks as the database has them.</summary>
public static class AttributeValues
{
    /// <summary>Returns an attribute of a track; NaN if unknown.</summary>
    public static float Of(TrackAttribute attribute, Playable track, AudioFeatures? features) => attribute switch
    {
        TrackAttribute.DurationMs => track.DurationMs,
        TrackAttribute.Popularity => track.Popularity,
        _ when features is null => float.NaN,
        TrackAttribute.Acousticness => (float)features.Acousticness,
        TrackAttribute.Danceability => (float)features.Danceability,
        TrackAttribute.Energy => (float)features.Energy,
        TrackAttribute.Instrumentalness => (float)features.Instrumentalness,
        TrackAttribute.Key => features.Key < 0 ? float.NaN : features.Key,
        TrackAttribute.Liveness => (float)features.Liveness,
        TrackAttribute.Loudness => (float)features.Loudness,
        TrackAttribute.Mode => features.Mode < 0 ? float.NaN : features.Mode,
        TrackAttribute.Speechiness => (float)features.Speechiness,
        TrackAttribute.Tempo => features.Tempo > 0 ? (float)features.Tempo : float.NaN,
        TrackAttribute.TimeSignature => features.TimeSignature,
        TrackAttribute.Valence => (float)features.Valence,
        _ => throw new ArgumentOutOfRangeException(nameof(attribute)),
    };
}
