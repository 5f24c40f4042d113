using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;

namespace Spotify.Functions.Playback;

/// <summary>What comes next in an album, show, audiobook, playlist or artist's tracks.</summary>
public sealed class PlaybackContext(IDatabase database)
{
    private const string Columns = """
        Playables.PlayableId, Playables.Type, Playables.DurationMs, Playables.Explicit, Playables.Markets, Playables.AvailableFrom,
        Playables.AvailableUntil, Playables.Revision, Playables.Encodings, Playables.GainDb
        """;

    private const string VisiblePlaylist = """
        (Playlists.Public OR Playlists.OwnerId = @user OR (Playlists.Collaborative AND EXISTS (
          SELECT 1 FROM PlaylistFollowers WHERE PlaylistFollowers.PlaylistId = Playlists.PlaylistId AND PlaylistFollowers.UserId = @user
            AND PlaylistFollowers.FollowedAt >= Playlists.CollaborativeSince)))
        """;

    private static readonly Statement NextOfParent = new(
        $"""
        SELECT {Columns} FROM Playables
        WHERE ParentId = @parent AND (DiscNumber > @disc OR (DiscNumber = @disc AND Number > @number))
        ORDER BY DiscNumber, Number, PlayableId LIMIT @limit
        """,
        ("parent", ColumnType.String), ("disc", ColumnType.Int64), ("number", ColumnType.Int64), ("limit", ColumnType.Int64));

    private static readonly Statement NextOfPlaylist = new(
        $"""
        SELECT {Columns}
        FROM PlaylistItems JOIN Playlists ON Playlists.PlaylistId = PlaylistItems.PlaylistId JOIN Playables ON Playables.PlayableId = PlaylistItems.PlayableId
        WHERE PlaylistItems.PlaylistId = @playlist AND {VisiblePlaylist}
        ORDER BY PlaylistItems.OrderKey LIMIT @limit OFFSET @offset
        """,
        ("playlist", ColumnType.String), ("user", ColumnType.String), ("limit", ColumnType.Int64), ("offset", ColumnType.Int64));

    // Without an offset, the first place where the playlist has what is played.
    private static readonly Statement NextOfPlaylistAfter = new(
        $"""
        SELECT {Columns}
        FROM PlaylistItems JOIN Playlists ON Playlists.PlaylistId = PlaylistItems.PlaylistId JOIN Playables ON Playables.PlayableId = PlaylistItems.PlayableId
        WHERE PlaylistItems.PlaylistId = @playlist AND {VisiblePlaylist}
          AND PlaylistItems.OrderKey > (SELECT MIN(Here.OrderKey) FROM PlaylistItems Here WHERE Here.PlaylistId = @playlist AND Here.PlayableId = @id)
        ORDER BY PlaylistItems.OrderKey LIMIT @limit
        """,
        ("playlist", ColumnType.String), ("user", ColumnType.String), ("id", ColumnType.String), ("limit", ColumnType.Int64));

    // A show's list begins with its latest episode, and goes on with the one before.
    private static readonly Statement NextOfShow = new(
        $"""
        SELECT {Columns} FROM Playables
        WHERE ParentId = @parent AND (DiscNumber < @disc OR (DiscNumber = @disc AND Number < @number))
        ORDER BY DiscNumber DESC, Number DESC, PlayableId DESC LIMIT @limit
        """,
        ("parent", ColumnType.String), ("disc", ColumnType.Int64), ("number", ColumnType.Int64), ("limit", ColumnType.Int64));

    private static readonly Statement NextOfArtist = new(
        $"""
        SELECT {Columns}
        FROM Credits JOIN Playables ON Playables.PlayableId = Credits.PlayableId
        WHERE Credits.ArtistId = @artist AND (Playables.Markets = '*' OR Playables.Markets LIKE @market)
          AND (Playables.Popularity < @popularity OR (Playables.Popularity = @popularity AND Playables.PlayableId > @id))
        ORDER BY Playables.Popularity DESC, Playables.PlayableId LIMIT @limit
        """,
        ("artist", ColumnType.String), ("market", ColumnType.String), ("popularity", ColumnType.Int64), ("id", ColumnType.String), ("limit", ColumnType.Int64));

    /// <summary>Whether something of that type can be a context.</summary>
    public static bool IsContext(EntityType type) =>
        type is EntityType.Album or EntityType.Artist or EntityType.Audiobook or EntityType.Playlist or EntityType.Show;

    /// <summary>The rows of what comes after the playable of <paramref name="current"/>, up to <paramref name="limit"/>.</summary>
    /// <param name="context">The context.</param>
    /// <param name="offset">The place of the current one in a playlist, which may have it more than once, from 0; null: its first.</param>
    /// <param name="current">The row of what is played, with its place in its parent.</param>
    public IAsyncEnumerable<Row> NextAsync(SpotifyUri context, int? offset, Row current, string? userId, string? market, int limit, CancellationToken ct)
    {
        var id = current.String("PlayableId");
        var (statement, parameters) = context.Type switch
        {
            EntityType.Playlist when offset is null => (NextOfPlaylistAfter,
                new Parameters { { "playlist", context.Id }, { "user", userId ?? "" }, { "id", id }, { "limit", limit } }),
            EntityType.Playlist => (NextOfPlaylist,
                new Parameters { { "playlist", context.Id }, { "user", userId ?? "" }, { "limit", limit }, { "offset", offset + 1 } }),
            EntityType.Artist => (NextOfArtist,
                new Parameters { { "artist", context.Id }, { "market", $"%{market}%" }, { "popularity", current.Int64("Popularity") }, { "id", id }, { "limit", limit } }),
            _ when current.String("ParentId") == context.Id => (context.Type == EntityType.Show ? NextOfShow : NextOfParent,
                new Parameters { { "parent", context.Id }, { "disc", current.Int64("DiscNumber") }, { "number", current.Int64("Number") }, { "limit", limit } }),
            _ => (null!, Parameters.None),
        };
        return statement is null ? AsyncEnumerable.Empty<Row>() : database.QueryAsync(statement, parameters, CatalogReader.Staleness, ct);
    }
}
