using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Playlists;
using Spotify.Domain.Ports;

namespace Spotify.Functions.Playback;

/// <summary>Queries for the items that follow an item in an album, show, audiobook, playlist or the tracks of an artist.</summary>
public sealed class PlaybackContext(IDatabase database)
{
    // The keys of the page are selected first, so that items before and after it cost no joins.
    private const string PlaylistPage = $$"""
        SELECT {{PlaybackItem.Columns}}
        FROM ({0}) Page
        JOIN Playlists ON Playlists.PlaylistId = @playlist
        JOIN Playables ON Playables.PlayableId = Page.PlayableId
        WHERE {{PlaylistAccess.IsVisibleSql}}
        ORDER BY Page.OrderKey
        """;

    private static readonly Statement NextOfParent = new(
        $"""
        SELECT {PlaybackItem.Columns} FROM Playables
        WHERE ParentId = @parent AND (DiscNumber > @disc OR (DiscNumber = @disc AND Number > @number))
        ORDER BY DiscNumber, Number, PlayableId LIMIT @limit
        """,
        ("parent", ColumnType.String), ("disc", ColumnType.Int64), ("number", ColumnType.Int64), ("limit", ColumnType.Int64));

    private static readonly Statement NextOfPlaylist = new(
        PlaylistPage.Replace(
            "{0}",
            """
            SELECT OrderKey, PlayableId FROM PlaylistItems WHERE PlaylistId = @playlist ORDER BY OrderKey LIMIT @limit OFFSET @offset
            """,
            StringComparison.Ordinal),
        ("playlist", ColumnType.String), ("viewer", ColumnType.String), ("limit", ColumnType.Int64), ("offset", ColumnType.Int64));

    // If the offset is unknown, the current item is the first one in the playlist with its id.
    private static readonly Statement NextOfPlaylistAfter = new(
        PlaylistPage.Replace(
            "{0}",
            """
            SELECT OrderKey, PlayableId FROM PlaylistItems
            WHERE PlaylistId = @playlist AND OrderKey > (
              SELECT MIN(Here.OrderKey) FROM PlaylistItems Here WHERE Here.PlaylistId = @playlist AND Here.PlayableId = @id)
            ORDER BY OrderKey LIMIT @limit
            """,
            StringComparison.Ordinal),
        ("playlist", ColumnType.String), ("viewer", ColumnType.String), ("id", ColumnType.String), ("limit", ColumnType.Int64));

    // Shows are listed and played from the latest episode to the first.
    private static readonly Statement NextOfShow = new(
        $"""
        SELECT {PlaybackItem.Columns} FROM Playables
        WHERE ParentId = @parent AND (DiscNumber < @disc OR (DiscNumber = @disc AND Number < @number))
        ORDER BY DiscNumber DESC, Number DESC, PlayableId DESC LIMIT @limit
        """,
        ("parent", ColumnType.String), ("disc", ColumnType.Int64), ("number", ColumnType.Int64), ("limit", ColumnType.Int64));

    private static readonly Statement NextOfArtist = new(
        $"""
        SELECT {PlaybackItem.Columns}
        FROM (
          SELECT PlayableId FROM Credits
          WHERE ArtistId = @artist AND (Markets = '*' OR Markets LIKE @market)
            AND Popularity <= @popularity AND (Popularity < @popularity OR PlayableId > @id)
          ORDER BY Popularity DESC, PlayableId LIMIT @limit
        ) Page
        JOIN Playables ON Playables.PlayableId = Page.PlayableId
        ORDER BY Playables.Popularity DESC, Playables.PlayableId
        """,
        ("artist", ColumnType.String), ("market", ColumnType.String), ("popularity", ColumnType.Int64), ("id", ColumnType.String),
        ("limit", ColumnType.Int64));

    /// <summary>Returns whether entities of a type can be a context.</summary>
    public static bool IsContext(EntityType type) =>
        type is EntityType.Album or EntityType.Artist or EntityType.Audiobook or EntityType.Playlist or EntityType.Show;

    /// <summary>
    /// Returns the items after <paramref name="current"/> in a context, in order. Returns none if the current item is not part of the
    /// context or the user may not see the context.
    /// </summary>
    /// <param name="context">The URI of the context.</param>
    /// <param name="offset">
    /// The position of the current item in a playlist, which may contain it more than once, from 0; null for its first position.
    /// </param>
    /// <param name="current">The current item.</param>
    /// <param name="reader">The user whose private playlists can be a context; null for public playlists only.</param>
    /// <param name="market">The market in which an artist's tracks must be available; null for any.</param>
    /// <param name="limit">The maximum number of items.</param>
    /// <param name="ct">Cancels the read.</param>
    public IAsyncEnumerable<PlaybackItem> NextAsync(
        SpotifyUri context, int? offset, PlaybackItem current, string? reader, string? market, int limit, CancellationToken ct)
    {
        var parameters = new Parameters { { "limit", limit } };
        Statement statement;
        switch (context.Type)
        {
            case EntityType.Playlist:
                statement = offset is null ? NextOfPlaylistAfter : NextOfPlaylist;
                parameters.Add("playlist", context.Id);
                parameters.Add("viewer", reader ?? "");
                if (offset is null) parameters.Add("id", current.Uri.Id);
                else parameters.Add("offset", offset + 1);
                break;
            case EntityType.Artist:
                statement = NextOfArtist;
                parameters.Add("artist", context.Id);
                parameters.Add("market", $"%{market}%");
                parameters.Add("popularity", current.Popularity);
                parameters.Add("id", current.Uri.Id);
                break;
            default:
                if (current.ParentId != context.Id) return AsyncEnumerable.Empty<PlaybackItem>();
                statement = context.Type == EntityType.Show ? NextOfShow : NextOfParent;
                parameters.Add("parent", context.Id);
                parameters.Add("disc", current.DiscNumber);
                parameters.Add("number", current.Number);
                break;
        }

        return database.QueryAsync(statement, parameters, Staleness.Recent, ct).Select(PlaybackItem.FromRow);
    }
}
