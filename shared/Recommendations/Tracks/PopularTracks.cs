namespace Spotify.Recommendations.Tracks;

/// <summary>
/// The most played tracks of each market and of all markets, over the day and in parts of it. Flat columns that can be memory-mapped.
/// </summary>
public sealed class PopularTracks
{
    /// <summary>The number of parts of a day (UTC), of 4 hours each.</summary>
    public const int PartsOfDay = 6;

    /// <summary>The largest number of tracks per list.</summary>
    public const int MaxTracks = 500;

    /// <summary>The market number of all markets together.</summary>
    public const int World = MarketCode.Count;

    private readonly PopularTracksColumns columns;

    /// <summary>Creates the lists from columns that <see cref="PopularTracksBuilder"/> made.</summary>
    /// <exception cref="InvalidDataException">The lengths of the columns contradict each other.</exception>
    public PopularTracks(PopularTracksColumns columns)
    {
        this.columns = columns;
        if (columns.Starts.Length != columns.Lists.Length + 1 || columns.Tracks.Length != columns.Scores.Length)
            throw new InvalidDataException("The columns of the popular tracks have contradictory lengths.");
    }

    /// <summary>No lists.</summary>
    public static PopularTracks Empty { get; } = new PopularTracksBuilder().Build();

    /// <summary>The columns.</summary>
    public PopularTracksColumns Columns => columns;

    /// <summary>Returns the part of the day (0 to 5) of a time.</summary>
    public static int PartOfDay(DateTimeOffset time) => time.UtcDateTime.Hour / (24 / PartsOfDay);

    /// <summary>Returns the tracks of a market, the most played first. Empty if nothing was played there.</summary>
    /// <param name="market">The number of the market (<see cref="MarketCode"/>), or <see cref="World"/>.</param>
    /// <param name="part">The part of the day, from 0; null for the whole day.</param>
    public PopularList Find(int market, int? part)
    {
        var index = columns.Lists.Span.BinarySearch(List(market, part));
        if (index < 0) return default;
        var bounds = columns.Starts.Span.Slice(index, 2);
        return new PopularList(columns.Tracks.Span[bounds[0]..bounds[1]], columns.Scores.Span[bounds[0]..bounds[1]]);
    }

    internal static int List(int market, int? part) => (market * (PartsOfDay + 1)) + ((part + 1) ?? 0);
}

/// <summary>A list of popular tracks.</summary>
/// <param name="tracks">The rows, the most played first.</param>
/// <param name="scores">The popularity of each, in the same order.</param>
public readonly ref struct PopularList(ReadOnlySpan<int> tracks, ReadOnlySpan<float> scores)
{
    /// <summary>The rows, the most played first.</summary>
    public ReadOnlySpan<int> Tracks { get; } = tracks;

    /// <summary>The popularity of each, from 0 to 1: the logarithm of the plays, relative to the first track of the list.</summary>
    public ReadOnlySpan<float> Scores { get; } = scores;
}

/// <summary>The columns of <see cref="PopularTracks"/>, as they are written to a file or mapped from one.</summary>
/// <param name="Lists">The number of each list, in ascending order.</param>
/// <param name="Starts">The starts of the tracks of each list, and the end of the last.</param>
/// <param name="Tracks">The rows of the tracks of each list.</param>
/// <param name="Scores">The popularity of the tracks of each list.</param>
public sealed record PopularTracksColumns(
    ReadOnlyMemory<int> Lists, ReadOnlyMemory<int> Starts, ReadOnlyMemory<int> Tracks, ReadOnlyMemory<float> Scores);
