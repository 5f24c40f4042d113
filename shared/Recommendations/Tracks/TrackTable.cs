using System.Text;

namespace Spotify.Recommendations.Tracks;

/// <summary>
/// The tracks of a model, in flat columns that can be memory-mapped. Takes about 90 bytes per track, 22 per artist and album. Lookups
/// allocate no memory. Artists, albums and genres have numbers from 0.
/// </summary>
public sealed class TrackTable
{
    /// <summary>The largest number of tracks for which <see cref="GenreTracks"/> is kept per genre.</summary>
    public const int MaxTracksPerGenre = 5_000;

    private readonly IdTable ids;
    private readonly IdTable artistIds;
    private readonly IdTable albumIds;
    private readonly string[] genreNames;
    private readonly Dictionary<string, ushort> genres = new(StringComparer.Ordinal);

    /// <summary>Creates a table from columns that <see cref="TrackTableBuilder"/> made.</summary>
    /// <exception cref="InvalidDataException">The lengths of the columns contradict each other.</exception>
    public TrackTable(TrackColumns columns)
    {
        Columns = columns;
        Count = columns.Ids.Length;
        ArtistCount = columns.ArtistIds.Length;
        AlbumCount = columns.AlbumIds.Length;
        genreNames = Encoding.UTF8.GetString(columns.GenreNames.Span).Split('\0')[..^1];
        for (var i = 0; i < genreNames.Length; i++) genres[genreNames[i]] = (ushort)i;
        Check();
        ids = new IdTable(columns.Ids, columns.IdBuckets);
        artistIds = new IdTable(columns.ArtistIds, columns.ArtistBuckets);
        albumIds = new IdTable(columns.AlbumIds, columns.AlbumBuckets);
    }

    /// <summary>A table without tracks.</summary>
    public static TrackTable Empty { get; } = new TrackTableBuilder().Build();

    /// <summary>The columns.</summary>
    public TrackColumns Columns { get; }

    /// <summary>The number of tracks.</summary>
    public int Count { get; }

    /// <summary>The number of artists.</summary>
    public int ArtistCount { get; }

    /// <summary>The number of albums.</summary>
    public int AlbumCount { get; }

    /// <summary>The number of genres.</summary>
    public int GenreCount => genreNames.Length;

    /// <summary>Finds the row of a track.</summary>
    public bool TryFind(UInt128 id, out int row) => (row = ids.Find(id)) >= 0;

    /// <summary>Finds the number of an artist.</summary>
    public bool TryFindArtist(UInt128 id, out int artist) => (artist = artistIds.Find(id)) >= 0;

    /// <summary>Finds the number of an album.</summary>
    public bool TryFindAlbum(UInt128 id, out int album) => (album = albumIds.Find(id)) >= 0;

    /// <summary>Finds the number of a genre. Names are compared by character.</summary>
    public bool TryFindGenre(string name, out ushort genre) => genres.TryGetValue(name, out genre);

    /// <summary>Returns the id of a track.</summary>
    public UInt128 Id(int row) => Columns.Ids.Span[row];

    /// <summary>Returns the number of a track's main artist; -1 if unknown.</summary>
    public int Artist(int row)
    {
        var starts = Columns.ArtistStarts.Span.Slice(row, 2);
        return starts[0] == starts[1] ? -1 : Columns.Artists.Span[starts[0]];
    }

    /// <summary>Returns the numbers of a track's artists, the main artist first.</summary>
    public ReadOnlySpan<int> Artists(int row) => Slice(Columns.ArtistStarts, Columns.Artists, row);

    /// <summary>Returns the number of a track's album; -1 if unknown.</summary>
    public int Album(int row) => Columns.Albums.Span[row];

    /// <summary>Returns the genres of a track, the main genre first.</summary>
    public ReadOnlySpan<ushort> Genres(int row) =>
        Slice(Columns.GenreSetStarts, Columns.GenreSetGenres, Columns.GenreSets.Span[row]);

    /// <summary>Returns whether a track may be played in a market at a time.</summary>
    /// <param name="row">The track's row.</param>
    /// <param name="market">The number of the market (<see cref="MarketCode"/>); -1 for tracks that are available everywhere.</param>
    /// <param name="now">The time.</param>
    public bool IsAvailable(int row, int market, DateTimeOffset now)
    {
        if ((Columns.Flags.Span[row] & TrackFlags.Restricted) == 0) return true;
        var seconds = now.ToUnixTimeSeconds();
        return IsInMarket(row, market) && Columns.From.Span[row] <= seconds
            && (Columns.Until.Span[row] is var until && (until == uint.MaxValue || seconds < until));
    }

    /// <summary>Returns whether a track may be played in a market, at some time.</summary>
    /// <param name="row">The track's row.</param>
    /// <param name="market">The number of the market (<see cref="MarketCode"/>); -1 for tracks that are available everywhere.</param>
    public bool IsInMarket(int row, int market)
    {
        // The last bit of the last word belongs to no market: it marks the set of all markets.
        var bit = market < 0 ? (TrackColumns.MarketWords * 64) - 1 : market;
        var word = Columns.MarketBits.Span[(Columns.MarketSets.Span[row] * TrackColumns.MarketWords) + (bit / 64)];
        return (word >> (bit % 64) & 1) != 0;
    }

    /// <summary>Returns whether a track is marked explicit.</summary>
    public bool Explicit(int row) => (Columns.Flags.Span[row] & TrackFlags.Explicit) != 0;

    /// <summary>Returns the year of release; 0 if unknown.</summary>
    public int Year(int row) => Columns.Years.Span[row];

    /// <summary>Returns the popularity, from 0 to 1: the logarithm of the plays, relative to the most played track.</summary>
    public float Popularity(int row) => Columns.Popularities.Span[row] * (1f / ushort.MaxValue);

    /// <summary>Returns an attribute; NaN if unknown.</summary>
    public float Attribute(int row, TrackAttribute attribute) =>
        TrackAttributes.Decode(attribute, Columns.Attributes.Span[(row * TrackAttributes.Count) + (int)attribute]);

    /// <summary>Returns the tempo, in beats per minute, up to 655; 0 if unknown.</summary>
    public float Tempo(int row) => Attribute(row, TrackAttribute.Tempo) is var tempo && float.IsNaN(tempo) ? 0 : tempo;

    /// <summary>Returns the day on which a track was added to the catalog, in days since 1970; 0 if unknown.</summary>
    public int AddedDay(int row) => Columns.AddedDays.Span[row];

    /// <summary>Returns the id of an artist.</summary>
    public UInt128 ArtistId(int artist) => Columns.ArtistIds.Span[artist];

    /// <summary>Returns the rows of an artist's tracks (also as a further artist), the most popular first.</summary>
    public ReadOnlySpan<int> ArtistTracks(int artist) => Slice(Columns.ArtistTrackStarts, Columns.ArtistTracks, artist);

    /// <summary>Returns the id of an album.</summary>
    public UInt128 AlbumId(int album) => Columns.AlbumIds.Span[album];

    /// <summary>Returns the name of a genre.</summary>
    public string GenreName(int genre) => genreNames[genre];

    /// <summary>Returns the rows of a genre's <see cref="MaxTracksPerGenre"/> most popular tracks, the most popular first.</summary>
    public ReadOnlySpan<int> GenreTracks(int genre) => Slice(Columns.GenreTrackStarts, Columns.GenreTracks, genre);

    private static ReadOnlySpan<T> Slice<T>(ReadOnlyMemory<int> starts, ReadOnlyMemory<T> values, int row)
    {
        var bounds = starts.Span.Slice(row, 2);
        return values.Span[bounds[0]..bounds[1]];
    }

    private void Check()
    {
        int[] perTrack =
        [
            Columns.ArtistStarts.Length - 1, Columns.Albums.Length, Columns.GenreSets.Length, Columns.MarketSets.Length,
            Columns.From.Length, Columns.Until.Length, Columns.AddedDays.Length, Columns.Years.Length, Columns.Popularities.Length,
            Columns.Flags.Length,
        ];
        var valid = perTrack.All(length => length == Count)
            && Columns.IdBuckets.Length == IdTable.BucketCount(Count)
            && Columns.ArtistBuckets.Length == IdTable.BucketCount(ArtistCount)
            && Columns.AlbumBuckets.Length == IdTable.BucketCount(AlbumCount)
            && Columns.ArtistTrackStarts.Length == ArtistCount + 1
            && Columns.GenreTrackStarts.Length == GenreCount + 1
            && Columns.Attributes.Length == (long)Count * TrackAttributes.Count
            && Columns.MarketBits.Length % TrackColumns.MarketWords == 0;
        if (!valid) throw new InvalidDataException("The columns of the tracks have contradictory lengths.");
    }
}
