namespace Spotify.Recommendations.Tracks;

/// <summary>The attributes of a track by which recommendations can be tuned, as in the Web API.</summary>
public enum TrackAttribute
{
    /// <summary>Confidence that the instruments are acoustic, 0 to 1.</summary>
    Acousticness,

    /// <summary>Suitability for dancing, 0 to 1.</summary>
    Danceability,

    /// <summary>The duration in ms, up to 6,553,400, to within 50 ms.</summary>
    DurationMs,

    /// <summary>Intensity and activity, 0 to 1.</summary>
    Energy,

    /// <summary>Confidence that there are no vocals, 0 to 1.</summary>
    Instrumentalness,

    /// <summary>The pitch class of the tonic, 0 (C) to 11 (B).</summary>
    Key,

    /// <summary>Confidence that an audience is present, 0 to 1.</summary>
    Liveness,

    /// <summary>The integrated loudness in dB, -60 to 0.</summary>
    Loudness,

    /// <summary>1 for major, 0 for minor.</summary>
    Mode,

    /// <summary>The popularity in the catalog, 0 to 100.</summary>
    Popularity,

    /// <summary>Share of spoken words, 0 to 1.</summary>
    Speechiness,

    /// <summary>The tempo in beats per minute, above 0 and up to 655.</summary>
    Tempo,

    /// <summary>Beats per bar, 3 to 7.</summary>
    TimeSignature,

    /// <summary>Positiveness, 0 (sad, angry) to 1 (happy).</summary>
    Valence,
}

/// <summary>The encoding of attributes in two bytes each.</summary>
public static class TrackAttributes
{
    /// <summary>The number of attributes.</summary>
    public const int Count = (int)TrackAttribute.Valence + 1;

    /// <summary>The encoded value of an unknown attribute.</summary>
    public const ushort Unknown = ushort.MaxValue;

    // Values of features are rounded to as many digits, so that a limit given by a client separates the same tracks as the exact values.
    private static readonly (float Lowest, float PerUnit)[] Scales = [.. Enum.GetValues<TrackAttribute>().Select(ScaleOf)];

    /// <summary>Encodes a value. Values out of range are brought into it; NaN is unknown, and so is a tempo of 0.</summary>
    public static ushort Encode(TrackAttribute attribute, float value)
    {
        if (float.IsNaN(value) || (attribute == TrackAttribute.Tempo && value <= 0)) return Unknown;
        var (lowest, perUnit) = Scales[(int)attribute];
        return (ushort)Math.Clamp(MathF.Round((value - lowest) * perUnit), 0, Unknown - 1);
    }

    /// <summary>
    /// Returns the encoded value of a limit, which may be outside of the range of encoded values. Limits between two of these values are
    /// rounded so that no track beyond the limit is within it.
    /// </summary>
    public static int EncodeLimit(TrackAttribute attribute, float limit, bool roundUp)
    {
        // A hundredth of a unit is the error of the limit as a binary number.
        const double Tolerance = 0.01;
        var (lowest, perUnit) = Scales[(int)attribute];
        var units = Math.Clamp(((double)limit - lowest) * perUnit, -1, ushort.MaxValue);
        return (int)(roundUp ? Math.Ceiling(units - Tolerance) : Math.Floor(units + Tolerance));
    }

    /// <summary>Decodes a value. Returns NaN for <see cref="Unknown"/>.</summary>
    public static float Decode(TrackAttribute attribute, ushort encoded)
    {
        if (encoded == Unknown) return float.NaN;
        var (lowest, perUnit) = Scales[(int)attribute];
        return (encoded / perUnit) + lowest;
    }

    private static (float Lowest, float PerUnit) ScaleOf(TrackAttribute attribute) => attribute switch
    {
        TrackAttribute.DurationMs => (0f, 0.01f),
        TrackAttribute.Key or TrackAttribute.Mode or TrackAttribute.Popularity or TrackAttribute.TimeSignature => (0f, 1f),
        TrackAttribute.Loudness => (-60f, 1000f),
        TrackAttribute.Tempo => (0f, 100f),
        _ => (0f, 10_000f),
    };
}
