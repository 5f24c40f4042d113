namespace Spotify.Audio;

/// <summary>How good a listener asked the sound to be, from worst to best.</summary>
public enum AudioQuality
{
    /// <summary>Speech and slow networks.</summary>
    Low,

    /// <summary>The default on mobile networks.</summary>
    Normal,

    /// <summary>The best that every plan may have.</summary>
    High,

    /// <summary>Indistinguishable from the source for most ears.</summary>
    VeryHigh,

    /// <summary>Bit for bit the source.</summary>
    Lossless,
}

/// <summary>What each quality is called on the wire, and whom it is for.</summary>
public static class AudioQualities
{
    extension(AudioQuality quality)
    {
        /// <summary><c>low</c>, <c>normal</c>, <c>high</c>, <c>very_high</c> or <c>lossless</c>.</summary>
        public string WireName => quality switch
        {
            AudioQuality.Low => "low",
            AudioQuality.Normal => "normal",
            AudioQuality.High => "high",
            AudioQuality.VeryHigh => "very_high",
            AudioQuality.Lossless => "lossless",
            _ => throw new ArgumentOutOfRangeException(nameof(quality), quality, "No such quality."),
        };

        /// <summary>Whether it takes a paid plan: everything above <see cref="AudioQuality.High"/>.</summary>
        public bool PremiumOnly => quality > AudioQuality.High;
    }

    /// <summary>Reads a wire name; exact, lower case.</summary>
    /// <returns>Whether <paramref name="wireName"/> names a quality.</returns>
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
