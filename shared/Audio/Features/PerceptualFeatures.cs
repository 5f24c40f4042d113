namespace Spotify.Audio.Features;

/// <summary>
/// The features of a recording that listeners judge: logistic functions of its physical properties. The weights are chosen by hand, so that
/// typical recordings are spread over the range; no labelled data is needed.
/// </summary>
internal static class PerceptualFeatures
{
    /// <summary>Returns the features.</summary>
    public static AudioFeatures Of(SoundDescription sound, Beats beats, KeyEstimate key, AudioEmbedding embedding)
    {
        if (!sound.HasSound)
        {
            return new AudioFeatures(
                0, -1, -1, beats.BeatsPerBar, AudioFeatures.MinLoudness, 0, 0, 0, 0, 0, 0, 0, embedding);
        }

        var loud = Scale(sound.Loudness, -14, 6);
        var dense = Scale(sound.OnsetRate, 4, 2);
        var bright = Scale(sound.Brightness.Mean, 2.4, 0.5);
        var noisy = Scale(Math.Log10(sound.Flatness.Mean + 1e-4), -1.1, 0.4);
        var varied = Scale(sound.LevelSpread, 4, 2.5);
        var energy = Logistic((0.9 * loud) + (0.5 * dense) + (0.5 * bright) + (0.4 * noisy) - (0.3 * varied) + 0.3);

        // The octave of a tempo is ambiguous, so 60 and 120 beats per minute count alike.
        var octaves = Math.Log2(Math.Max(beats.Bpm, 1) / 115);
        var pace = Math.Cos(2 * Math.PI * octaves);
        var danceability = beats.Bpm == 0 ? 0 : Logistic(
            (5 * (beats.Clarity - 0.4)) + (5 * (beats.Regularity - 0.85)) + (0.4 * pace) + (0.4 * Scale(sound.LowOnsets, 0.7, 0.4)) + 0.2);

        var majorness = key.PitchClass < 0 ? 0 : Math.Clamp(key.Majorness / 0.2, -1.5, 1.5);
        var valence = Logistic((1.0 * majorness) + (0.6 * dense) + (0.3 * bright) - (0.2 * noisy) + (0.5 * (danceability - 0.5)));

        var acousticness = Logistic(
            (-0.7 * bright) - (0.9 * noisy) - (0.7 * loud) + (0.6 * varied) + (2 * (sound.Tonalness.Mean - 0.55)) - 0.5);

        var speechiness = Logistic(
            (7 * (sound.Syllables - 0.5)) + (5 * (sound.Pauses - 0.2)) - (6 * (beats.Clarity - 0.25))
            + (4 * (sound.MovingShare - 0.3)) - 0.3);
        var instrumentalness = Logistic((-16 * (sound.MovingShare - 0.28)) - (3 * speechiness));

        var hall = Scale(sound.Floor, -9, 5);
        var crowd = Scale(Math.Log10(sound.FloorFlatness + 1e-4), -0.8, 0.3);
        var ringing = Scale(-sound.Decay, -12, 15);
        var liveness = Logistic((1.2 * crowd) + (0.6 * hall) + (0.5 * ringing) - 1.5);

        return new AudioFeatures(
            Math.Round(beats.Bpm, 3),
            key.PitchClass,
            key.Mode,
            beats.BeatsPerBar,
            Math.Round(Math.Clamp(sound.Loudness, AudioFeatures.MinLoudness, 0), 3),
            energy,
            danceability,
            valence,
            acousticness,
            instrumentalness,
            speechiness,
            liveness,
            embedding);
    }

    // Standard units from a typical value, limited so that no property decides alone.
    private static double Scale(double value, double typical, double unit) => Math.Clamp((value - typical) / unit, -2.5, 2.5);

    private static double Logistic(double value) => Math.Round(1 / (1 + Math.Exp(-value)), 4);
}
