using Spotify.Recommendations.Ranking;
using Spotify.Recommendations.Tracks;

namespace Spotify.Recommendations.Seeds;

/// <summary>The seeds and conditions of recommendations. Tracks, artists and genres that the model does not know are ignored.</summary>
public sealed record SeedRequest
{
    /// <summary>The largest number of seeds.</summary>
    public const int MaxSeeds = 50;

    /// <summary>The largest number of recommended tracks.</summary>
    public const int MaxCount = 500;

    /// <summary>
    /// The seeds. Without any, the candidates are popular tracks, tracks of all genres and, with a <see cref="Listener"/>, those near to
    /// the listener's taste.
    /// </summary>
    public IReadOnlyList<Seed> Seeds { get; init; } = [];

    /// <summary>The limits and targets of attributes.</summary>
    public IReadOnlyList<AttributeRange> Attributes { get; init; } = [];

    /// <summary>The number of tracks, 1 to <see cref="MaxCount"/>.</summary>
    public int Count { get; init; } = 20;

    /// <summary>
    /// The largest number of tracks by an artist; 0 for 2, or a tenth of the list if that is more. Gives way if the list cannot be filled
    /// otherwise.
    /// </summary>
    public int TracksPerArtist { get; init; }

    /// <summary>The first year of release; null for any. Tracks of an unknown year are left out if there is a first or last year.</summary>
    public int? FirstYear { get; init; }

    /// <summary>The last year of release; null for any.</summary>
    public int? LastYear { get; init; }

    /// <summary>
    /// The genres of which a track must have one, as in <see cref="Tracks.TrackDescription.Genres"/>. Empty for any, and so are names that
    /// the model does not know.
    /// </summary>
    public IReadOnlyList<string> Genres { get; init; } = [];

    /// <summary>The genres whose tracks are not recommended.</summary>
    public IReadOnlyList<string> ExcludedGenres { get; init; } = [];

    /// <summary>The market, as ISO 3166-1 alpha-2 code; null if unknown: only tracks that are available everywhere.</summary>
    public string? Market { get; init; }

    /// <summary>Whether tracks that are marked explicit are left out.</summary>
    public bool FilterExplicit { get; init; }

    /// <summary>Tracks that are not recommended.</summary>
    public ReadOnlyMemory<UInt128> ExcludedTracks { get; init; }

    /// <summary>Artists whose tracks are not recommended, also as a further artist.</summary>
    public ReadOnlyMemory<UInt128> ExcludedArtists { get; init; }

    /// <summary>Albums whose tracks are not recommended.</summary>
    public ReadOnlyMemory<UInt128> ExcludedAlbums { get; init; }

    /// <summary>
    /// The listener for whom the tracks are ranked, besides the seeds; null for nobody. Played tracks may be recommended; the exclusions
    /// of the input are not. Its market and its filter of explicit tracks are not used.
    /// </summary>
    public ListenerInput? Listener { get; init; }

    /// <summary>
    /// The random change of the scores, in standard deviations of the scores: 0 for the same list at each call, about 0.5 for other
    /// tracks with a similar fit. At least 0.
    /// </summary>
    public float Variety { get; init; }

    /// <summary>Whether tracks are recommended that are not available.</summary>
    internal bool AnyMarket { get; init; }

    /// <summary>Throws if a value is invalid.</summary>
    /// <exception cref="ArgumentException">A number is out of its range.</exception>
    public void Validate()
    {
        var valid = Seeds.Count <= MaxSeeds && Count is >= 1 and <= MaxCount && TracksPerArtist >= 0 && float.IsFinite(Variety)
            && Variety >= 0 && Attributes.All(range => Enum.IsDefined(range.Attribute));
        if (!valid) throw new ArgumentException($"The request is invalid: {this}");
    }
}

/// <summary>The limits and the target of an attribute. NaN counts as null.</summary>
/// <param name="Attribute">The attribute.</param>
/// <param name="Min">The least value, inclusive; null for any. Tracks whose value is unknown are left out.</param>
/// <param name="Max">The greatest value, inclusive; null for any. Tracks whose value is unknown are left out.</param>
/// <param name="Target">The value that is preferred; null for none. An unknown value is as far from it as possible.</param>
public readonly record struct AttributeRange(TrackAttribute Attribute, float? Min = null, float? Max = null, float? Target = null)
{
    /// <summary>Returns whether a known value is within the limits.</summary>
    public bool Contains(float value) => !float.IsNaN(value) && !(value < Min) && !(value > Max);

    /// <summary>
    /// Returns the distance of a value from the target, relative to a difference that listeners notice at once: 0 to 1; 1 if the value is
    /// NaN; 0 without a target.
    /// </summary>
    public float Distance(float value)
    {
        if (Target is not { } target || float.IsNaN(target)) return 0;
        if (float.IsNaN(value)) return 1;
        var difference = MathF.Abs(value - target);
        return Math.Min(1, Attribute switch
        {
            TrackAttribute.DurationMs => difference / Math.Max(60_000, MathF.Abs(target)),
            TrackAttribute.Key => Math.Min(difference, 12 - difference) / 6,
            TrackAttribute.Loudness => difference / 30,
            TrackAttribute.Popularity or TrackAttribute.Tempo => difference / 100,
            TrackAttribute.TimeSignature => difference / 4,
            _ => difference,
        });
    }
}
