using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Functions.ObjectRemovals;
using Spotify.Web.PersonalData;

namespace Spotify.Functions.Playlists;

/// <summary>
/// The personal data in playlists. A removed account's playlists are deleted. The items that it added to playlists of others remain,
/// without its name.
/// </summary>
internal static class PlaylistsPersonalData
{
    private const int MaxItems = 500;

    private static readonly Table Items = Schema.Current.Table("PlaylistItems");

    private static readonly Statement AddedItems = new(
        "SELECT OrderKey, PlaylistId FROM PlaylistItems WHERE PlaylistId = @playlist AND AddedBy = @user LIMIT @limit",
        ("playlist", ColumnType.String), ("user", ColumnType.String), ("limit", ColumnType.Int64));

    /// <summary>The table <c>PlaylistContributors</c>.</summary>
    public static Table Contributors { get; } = Schema.Current.Table("PlaylistContributors");

    /// <summary>The rows, in the order in which they are erased.</summary>
    public static IReadOnlyList<PersonalRows> All { get; } =
    [
        new("IdempotencyKeys", "UserId"),
        // A playlist takes at most 10,000 items with it, which the database counts as one mutation.
        new("Playlists", "OwnerId") { PageSize = 1, Erase = DeletePlaylistAsync },
        new("PlaylistItems", "AddedBy")
        {
            Source = "FROM Playlists JOIN PlaylistItems ON PlaylistItems.PlaylistId = Playlists.PlaylistId WHERE Playlists.OwnerId = @user",
        },
        new("PlaylistFollowers", "UserId")
        {
            PageSize = PlaylistFollowing.MaxPlaylists,
            Erase = (transaction, userId, rows, _) =>
                PlaylistFollowing.UnfollowAllAsync(transaction, [.. rows.Select(row => row.String("PlaylistId"))], userId),
        },
        new("PlaylistContributors", "UserId") { PageSize = 1, Erase = LeavePlaylistAsync },
        new("PlaylistItems", "AddedBy")
        {
            Name = "PlaylistItemsOfOthers",
            Source = """
                FROM PlaylistContributors JOIN PlaylistItems ON PlaylistItems.PlaylistId = PlaylistContributors.PlaylistId
                WHERE PlaylistContributors.UserId = @user AND PlaylistItems.AddedBy = @user
                """,
            Erase = (transaction, _, rows, _) =>
            {
                Anonymize(transaction, rows);
                return Task.CompletedTask;
            },
        },
    ];

    private static Task DeletePlaylistAsync(ITransaction transaction, string userId, IReadOnlyList<Row> rows, DateTimeOffset now)
    {
        foreach (var row in rows)
        {
            var id = row.String("PlaylistId");
            if (row.StringOrNull("CoverId") is { } cover) transaction.Add(ObjectRemovalService.Removal(ImageNames.Prefix(cover), now));
            transaction.Add(PlaylistSearch.Remove(id));
            transaction.Add(FollowerCounts.Remove(EntityType.Playlist, id));
            transaction.Add(Mutation.Delete(Playlist.Table, new Key(id)));
        }

        return Task.CompletedTask;
    }

    // Removes the name from some items. When none is left, deletes the row that refers to the playlist.
    private static async Task LeavePlaylistAsync(ITransaction transaction, string userId, IReadOnlyList<Row> rows, DateTimeOffset now)
    {
        var playlist = rows[0].String("PlaylistId");
        var parameters = new Parameters { { "playlist", playlist }, { "user", userId }, { "limit", MaxItems } };
        var items = await transaction.QueryAsync(AddedItems, parameters).ToListAsync();
        Anonymize(transaction, items);
        if (items.Count < MaxItems) transaction.Add(Mutation.Delete(Contributors, new Key(userId, playlist)));
    }

    private static void Anonymize(ITransaction transaction, IReadOnlyList<Row> items)
    {
        foreach (var item in items)
        {
            transaction.Add(Mutation.Update(
                Items, ("PlaylistId", item.String("PlaylistId")), ("OrderKey", item.String("OrderKey")), ("AddedBy", "")));
        }
    }
}
