namespace Spotify.Audio.Features;

/// <summary>The features of a track that are computed from its sound, as in the Web API's audio features.</summary>
/// <param name="Tempo">The tempo in beats per minute; 0 if there is no beat.</param>
/// <param name="Key">The pitch class of the tonic, 0 (C) to 11 (B); -1 if there is no key.</param>
/// <param name="Mode">1 for major, 0 for minor; -1 if there is no key.</param>
/// <param name="TimeSignature">Beats per bar, 3 to 7.</param>
/// <param name="Loudness">The integrated loudness in dB, -60 to 0.</param>
/// <param name="Energy">Intensity and activity, 0 to 1.</param>
/// <param name="Danceability">Suitability for dancing, 0 to 1.</param>
/// <param name="Valence">Positiveness, 0 (sad, angry) to 1 (happy).</param>
/// <param name="Acousticness">Confidence that the instruments are acoustic, 0 to 1.</param>
/// <param name="Instrumentalness">Confidence that there are no vocals, 0 to 1.</param>
/// <param name="Speechiness">Share of spoken words, 0 to 1.</param>
/// <param name="Liveness">Confidence that an audience is present, 0 to 1.</param>
/// <param name="Embedding">How the track sounds, to compare it with others.</param>
public sealed record AudioFeatures(
    double Tempo,
    int Key,
    int Mode,
    int TimeSignature,
    double Loudness,
    double Energy,
    double Danceability,
    double Valence,
    double Acousticness,
    double Instrumentalness,
    double Speechiness,
    double Liveness,
    AudioEmbedding Embedding)
{
    /// <summary>
    /// The version of the extractor. Increment it when the values of a recording change: tracks with an older version are then analyzed
    /// again.
    /// </summary>
    public const int Version = 1;

    /// <summary>The loudness of silence in dB.</summary>
    public const double MinLoudness = -60;
}
