namespace Spotify.Demo.Music.Synthesis;

/// <summary>Exponential decays, by the factor of each sample.</summary>
internal static class Decay
{
    /// <summary>Amplitude at which a sound counts as gone: −70 dB.</summary>
    public const float Gone = 0.0003f;

    /// <summary>The factor that falls by 60 dB in that time.</summary>
    public static float PerSample(double seconds) => (float)Math.Pow(0.001, 1 / (seconds * Synthesizer.SampleRate));
}
