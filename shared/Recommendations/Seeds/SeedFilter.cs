using Spotify.Recommendations.Ranking;
using Spotify.Recommendations.Tracks;

namespace Spotify.Recommendations.Seeds;

/// <summary>
/// The filter of the tracks that may be recommended from seeds. Used again for the next request, so that nothing but the limits of
/// attributes is allocated.
/// </summary>
/// <param name="tracks">The tracks.</param>
internal sealed class SeedFilter(TrackTable tracks)
{
    private readonly RowMap excludedTracks = new();
    private readonly RowMap excludedArtists = new();
    private readonly RowMap excludedAlbums = new();
    private readonly HashSet<ushort> genres = [];
    private readonly HashSet<ushort> excludedGenres = [];
    private DateTimeOffset now;
    private int market;
    private int firstYear;
    private int lastYear;
    private bool anyMarket;
    private bool filterExplicit;
    private bool filterYears;

    /// <summary>The limits and targets of attributes.</summary>
    public AttributeFilter Attributes { get; private set; } = new(tracks, []);

    /// <summary>Takes the next request.</summary>
    public void Load(SeedRequest request, DateTimeOffset time)
    {
        (now, market, anyMarket) = (time, MarketCode.Parse(request.Market), request.AnyMarket);
        filterExplicit = request.FilterExplicit;
        (firstYear, lastYear) = (request.FirstYear ?? 1, request.LastYear ?? int.MaxValue);
        filterYears = request.FirstYear is not null || request.LastYear is not null;
        Attributes = new AttributeFilter(tracks, request.Attributes);
        excludedTracks.Clear();
        excludedArtists.Clear();
        excludedAlbums.Clear();
        Load(genres, request.Genres);
        Load(excludedGenres, request.ExcludedGenres);
        Exclude(request.ExcludedTracks, request.ExcludedArtists, request.ExcludedAlbums);
        if (request.Listener is { } listener) Exclude(listener.ExcludedTracks, listener.ExcludedArtists, listener.ExcludedAlbums);
    }

    /// <summary>Returns whether a track may be played in the market.</summary>
    public bool IsAvailable(int row) => anyMarket || tracks.IsAvailable(row, market, now);

    /// <summary>Returns whether a track is not excluded, and its attributes, year, genres and mark as explicit are as demanded.</summary>
    public bool Matches(int row)
    {
        if ((filterExplicit && tracks.Explicit(row)) || !Attributes.Matches(row) || excludedTracks.Contains(row)) return false;
        if (filterYears && !(tracks.Year(row) is > 0 and var year && year >= firstYear && year <= lastYear)) return false;
        if (genres.Count + excludedGenres.Count > 0 && !HasGenres(tracks.Genres(row))) return false;
        if (excludedArtists.Count > 0)
        {
            foreach (var artist in tracks.Artists(row))
                if (excludedArtists.Contains(artist)) return false;
        }

        return excludedAlbums.Count == 0 || !excludedAlbums.Contains(tracks.Album(row));
    }

    private void Load(HashSet<ushort> set, IReadOnlyList<string> names)
    {
        set.Clear();
        foreach (var name in names)
            if (tracks.TryFindGenre(name, out var genre)) set.Add(genre);
    }

    private bool HasGenres(ReadOnlySpan<ushort> ofTrack)
    {
        var isWanted = genres.Count == 0;
        foreach (var genre in ofTrack)
        {
            if (excludedGenres.Contains(genre)) return false;
            isWanted |= genres.Contains(genre);
        }

        return isWanted;
    }

    private void Exclude(ReadOnlyMemory<UInt128> trackIds, ReadOnlyMemory<UInt128> artists, ReadOnlyMemory<UInt128> albums)
    {
        foreach (var id in trackIds.Span)
            if (tracks.TryFind(id, out var row)) excludedTracks.TryAdd(row, 0);
        foreach (var id in artists.Span)
            if (tracks.TryFindArtist(id, out var artist)) excludedArtists.TryAdd(artist, 0);
        foreach (var id in albums.Span)
            if (tracks.TryFindAlbum(id, out var album)) excludedAlbums.TryAdd(album, 0);
    }
}
