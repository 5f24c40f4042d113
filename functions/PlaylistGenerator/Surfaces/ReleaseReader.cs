using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;

namespace Spotify.Functions.PlaylistGenerator.Surfaces;

/// <summary>A recent album, single or EP of an artist.</summary>
/// <param name="Artist">The artist.</param>
/// <param name="Album">The album.</param>
/// <param name="Date">The release date.</param>
/// <param name="IsSingle">Whether it is a single or EP.</param>
/// <param name="Markets">The markets.</param>
internal sealed record Release(UInt128 Artist, UInt128 Album, DateOnly Date, bool IsSingle, MarketSet Markets);

/// <summary>A track of a recent album.</summary>
/// <param name="Id">The track's id.</param>
/// <param name="Artists">The artists, the main artist first.</param>
/// <param name="Number">The position on the album.</param>
/// <param name="Popularity">The popularity, from 0 to 100.</param>
/// <param name="Isrc">The code of the recording; null if unknown.</param>
/// <param name="Play">What decides whether a listener may play it.</param>
internal sealed record ReleasedTrack(
    UInt128 Id, IReadOnlyList<UInt128> Artists, int Number, int Popularity, string? Isrc, PlayableTrack Play);

/// <summary>A reader of the recent releases of artists. A query reads 500 artists or albums.</summary>
internal sealed class ReleaseReader(IDatabase database)
{
    private const int MaxIds = 500;

    // Releases of the artists of a query; and tracks of an album, the first of which have its singles.
    private const int MaxReleases = 5_000;
    private const int MaxNumber = 20;

    private static readonly Statement Releases = new(
        $"""
        SELECT ArtistId, AlbumId, AlbumGroup, ReleaseDate, Markets FROM ArtistAlbums
        WHERE ArtistId IN ({Statement.List("id", MaxIds)}) AND AlbumGroup IN (@album, @single)
          AND ReleaseDate >= @from AND ReleaseDate <= @to
        ORDER BY ReleaseDate DESC, AlbumId, ArtistId LIMIT @limit
        """,
        [
            .. Statement.ListParameters("id", MaxIds, ColumnType.String),
            ("album", ColumnType.Int64), ("single", ColumnType.Int64), ("from", ColumnType.String), ("to", ColumnType.String),
            ("limit", ColumnType.Int64),
        ]);

    private static readonly Statement Tracks = new(
        $"""
        SELECT Playables.PlayableId, Playables.ParentId, Playables.Number, Playables.Explicit, Playables.Popularity, Playables.Markets,
          Playables.AvailableFrom, Playables.AvailableUntil, Playables.Isrc, Credits.ArtistId
        FROM Playables LEFT JOIN Credits ON Credits.PlayableId = Playables.PlayableId
        WHERE Playables.ParentId IN ({Statement.List("id", MaxIds)}) AND Playables.Type = 'track' AND Playables.Encodings IS NOT NULL
          AND Playables.DiscNumber = 1 AND Playables.Number <= @number
        ORDER BY Playables.PlayableId, Credits.Position
        """,
        [.. Statement.ListParameters("id", MaxIds, ColumnType.String), ("number", ColumnType.Int64)]);

    /// <summary>Returns the albums, singles and EPs of artists. Those whose day of release is unknown are left out.</summary>
    /// <param name="artists">The artists. One query per 500.</param>
    /// <param name="from">The first day.</param>
    /// <param name="to">The last day.</param>
    /// <param name="ct">Cancels the read.</param>
    public async Task<ILookup<UInt128, Release>> ReleasesAsync(
        IEnumerable<UInt128> artists, DateOnly from, DateOnly to, CancellationToken ct)
    {
        var pages = await Task.WhenAll(artists.Chunk(MaxIds).Select(ids => ReadAsync(ids)));
        return pages.SelectMany(page => page).ToLookup(release => release.Artist);

        async Task<List<Release>> ReadAsync(UInt128[] ids)
        {
            var parameters = Ids(ids);
            parameters.Add("album", (long)AlbumGroup.Album);
            parameters.Add("single", (long)AlbumGroup.Single);
            parameters.Add("from", Text(from));
            parameters.Add("to", Text(to));
            parameters.Add("limit", MaxReleases);
            var releases = new List<Release>();
            await foreach (var row in database.QueryAsync(Releases, parameters, Staleness.Recent, ct))
            {
                if (SpotifyId.TryParse(row.String("ArtistId"), out var artist) && SpotifyId.TryParse(row.String("AlbumId"), out var album)
                    && DateOnly.TryParseExact(row.String("ReleaseDate"), "yyyy-MM-dd", out var date))
                {
                    releases.Add(new Release(
                        artist, album, date, row.Int64("AlbumGroup") == (long)AlbumGroup.Single, new MarketSet(row.String("Markets"))));
                }
            }

            return releases;
        }
    }

    /// <summary>Returns the tracks of albums that have audio, by album. One query per 500 albums.</summary>
    public async Task<ILookup<UInt128, ReleasedTrack>> TracksAsync(IEnumerable<UInt128> albums, CancellationToken ct)
    {
        var pages = await Task.WhenAll(albums.Chunk(MaxIds).Select(ids => ReadAsync(ids)));
        return pages.SelectMany(page => page).ToLookup(track => track.Album, track => track.Track);

        async Task<List<(UInt128 Album, ReleasedTrack Track)>> ReadAsync(UInt128[] ids)
        {
            var parameters = Ids(ids);
            parameters.Add("number", MaxNumber);
            var rows = await database.QueryAsync(Tracks, parameters, Staleness.Recent, ct).ToListAsync(ct);
            var tracks = new List<(UInt128, ReleasedTrack)>();
            foreach (var track in rows.GroupBy(row => row.String("PlayableId"), StringComparer.Ordinal))
            {
                var row = track.First();
                if (!SpotifyId.TryParse(track.Key, out var id) || !SpotifyId.TryParse(row.String("ParentId"), out var album)) continue;
                var artists = new List<UInt128>();
                foreach (var credit in track)
                    if (SpotifyId.TryParse(credit.StringOrNull("ArtistId"), out var artist)) artists.Add(artist);
                var rights = new Rights(
                    new MarketSet(row.String("Markets")), row.TimestampOrNull("AvailableFrom"), row.TimestampOrNull("AvailableUntil"));
                tracks.Add((album, new ReleasedTrack(
                    id, artists, row.Int32("Number"), row.Int32("Popularity"), row.StringOrNull("Isrc"),
                    new PlayableTrack(rights, row.Bool("Explicit"), HasAudio: true, ImageId: null))));
            }

            return tracks;
        }
    }

    private static Parameters Ids(UInt128[] ids) => new Parameters().AddList("id", [.. ids.Select(SpotifyId.Format)], MaxIds);

    private static string Text(DateOnly date) => date.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
