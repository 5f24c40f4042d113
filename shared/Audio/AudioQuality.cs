namespace Spotify.Audio;

/// <summary>Audio quality levels, from lowest to highest.</summary>
public enum AudioQuality
{
    /// <summary>For speech and slow networks.</summary>
    Low,

    /// <summary>The default on mobile networks.</summary>
    Normal,

    /// <summary>The highest quality included in every plan.</summary>
    High,

    /// <summary>Lossy, but indistinguishable from the source for most listeners.</summary>
    VeryHigh,

    /// <summary>Bit-identical to the source.</summary>
    Lossless,
}

/// <summary>Wire names and plan rules of <see cref="AudioQuality"/>.</summary>
public static class AudioQualities
{
    extension(AudioQuality quality)
    {
        /// <summary>The name in URLs and documents: <c>low</c>, <c>normal</c>, <c>high</c>, <c>very_high</c> or <c>lossless</c>.</summary>
        public string WireName => quality switch
        {
            AudioQuality.Low => "low",
            AudioQuality.Normal => "normal",
            AudioQuality.High => "high",
            AudioQuality.VeryHigh => "very_high",
            AudioQuality.Lossless => "lossless",
            _ => throw new ArgumentOutOfRangeException(nameof(quality), quality, "Unknown quality."),
        };

        /// <summary>Whether the quality requires a paid plan: true above <see cref="AudioQuality.High"/>.</summary>
        public bool PremiumOnly => quality > AudioQuality.High;
    }

    /// <summary>Parses a wire name. Case-sensitive.</summary>
    /// <returns>Whether <paramref name="wireName"/> is a known quality.</returns>
    public static bool TryParse(ReadOnlySpan<char> wireName, out AudioQuality quality)
    {
        (var known, quality) = wireName switch
        {
            "low" => (true, AudioQuality.Low),
            "normal" => (true, AudioQuality.Normal),
            "high" => (true, AudioQuality.High),
            "very_high" => (true, AudioQuality.VeryHigh),
            "lossless" => (true, AudioQuality.Lossless),
            _ => (false, default(AudioQuality)),
        };
        return known;
    }
}
