namespace Spotify.Recommendations.Tracks;

/// <summary>
/// The columns of a <see cref="TrackTable"/>, as they are written to a file or mapped from one. "Starts" columns have one element more
/// than rows: the values of row i are those from <c>starts[i]</c> up to <c>starts[i + 1]</c>.
/// </summary>
public sealed record TrackColumns
{
    /// <summary>The number of 64-bit words of a set of markets, a bit for each <see cref="MarketCode"/>.</summary>
    public const int MarketWords = (MarketCode.Count + 63) / 64;

    /// <summary>The id of each track.</summary>
    public required ReadOnlyMemory<UInt128> Ids { get; init; }

    /// <summary>The hash table of the tracks' ids.</summary>
    public required ReadOnlyMemory<int> IdBuckets { get; init; }

    /// <summary>The starts of the artists of each track.</summary>
    public required ReadOnlyMemory<int> ArtistStarts { get; init; }

    /// <summary>The numbers of the artists of each track, the main artist first.</summary>
    public required ReadOnlyMemory<int> Artists { get; init; }

    /// <summary>The number of the album of each track; -1 if unknown.</summary>
    public required ReadOnlyMemory<int> Albums { get; init; }

    /// <summary>The number of the set of genres of each track.</summary>
    public required ReadOnlyMemory<int> GenreSets { get; init; }

    /// <summary>The number of the set of markets of each track.</summary>
    public required ReadOnlyMemory<int> MarketSets { get; init; }

    /// <summary>The start of the availability of each track, inclusive, in seconds since 1970; 0 if unbounded.</summary>
    public required ReadOnlyMemory<uint> From { get; init; }

    /// <summary>The end of the availability of each track, exclusive, in seconds since 1970; the largest number if unbounded.</summary>
    public required ReadOnlyMemory<uint> Until { get; init; }

    /// <summary>When each track was added to the catalog, in days since 1970; 0 if unknown.</summary>
    public required ReadOnlyMemory<ushort> AddedDays { get; init; }

    /// <summary>The year of release of each track; 0 if unknown.</summary>
    public required ReadOnlyMemory<ushort> Years { get; init; }

    /// <summary>The popularity of each track, in units of 1/65535.</summary>
    public required ReadOnlyMemory<ushort> Popularities { get; init; }

    /// <summary>The <see cref="TrackAttributes.Count"/> attributes of each track, encoded by <see cref="TrackAttributes"/>.</summary>
    public required ReadOnlyMemory<ushort> Attributes { get; init; }

    /// <summary>The flags of each track.</summary>
    public required ReadOnlyMemory<TrackFlags> Flags { get; init; }

    /// <summary>The id of each artist.</summary>
    public required ReadOnlyMemory<UInt128> ArtistIds { get; init; }

    /// <summary>The hash table of the artists' ids.</summary>
    public required ReadOnlyMemory<int> ArtistBuckets { get; init; }

    /// <summary>The starts of the tracks of each artist.</summary>
    public required ReadOnlyMemory<int> ArtistTrackStarts { get; init; }

    /// <summary>The rows of the tracks of each artist, the most popular first.</summary>
    public required ReadOnlyMemory<int> ArtistTracks { get; init; }

    /// <summary>The id of each album.</summary>
    public required ReadOnlyMemory<UInt128> AlbumIds { get; init; }

    /// <summary>The hash table of the albums' ids.</summary>
    public required ReadOnlyMemory<int> AlbumBuckets { get; init; }

    /// <summary>The starts of the genres of each set of genres.</summary>
    public required ReadOnlyMemory<int> GenreSetStarts { get; init; }

    /// <summary>The genres of each set of genres, the main genre first.</summary>
    public required ReadOnlyMemory<ushort> GenreSetGenres { get; init; }

    /// <summary>The names of the genres, in UTF-8, each followed by a zero byte.</summary>
    public required ReadOnlyMemory<byte> GenreNames { get; init; }

    /// <summary>The starts of the tracks of each genre.</summary>
    public required ReadOnlyMemory<int> GenreTrackStarts { get; init; }

    /// <summary>The rows of the most popular tracks of each genre, in descending order of popularity.</summary>
    public required ReadOnlyMemory<int> GenreTracks { get; init; }

    /// <summary>The sets of markets, <see cref="MarketWords"/> words each.</summary>
    public required ReadOnlyMemory<ulong> MarketBits { get; init; }
}

/// <summary>Flags of a track.</summary>
[Flags]
public enum TrackFlags : byte
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary>Marked explicit.</summary>
    Explicit = 1,

    /// <summary>Not available everywhere and at all times, so that the markets and the period have to be checked.</summary>
    Restricted = 2,
}
