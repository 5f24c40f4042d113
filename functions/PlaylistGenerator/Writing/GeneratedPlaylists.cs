using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Playlists;
using Spotify.Domain.Ports;
using Spotify.Functions.PlaylistGenerator.Surfaces;
using Spotify.Functions.Playlists;
using Spotify.Recommendations.Ranking;

namespace Spotify.Functions.PlaylistGenerator.Writing;

/// <summary>
/// A writer of generated playlists. The playlist of a listener and surface keeps its id. The lists of a listener are written in one
/// transaction. Each period is written once, whatever the number and order of deliveries. Costs two round trips.
/// </summary>
internal sealed class GeneratedPlaylists(IDatabase database, TimeProvider time)
{
    /// <summary>The number of radios of a listener that are kept: those generated last.</summary>
    public const int MaxRadios = 20;

    /// <summary>The beginning of the surface ids of radios.</summary>
    public const string RadioPrefix = "radio:";

    private static readonly Table Surfaces = Schema.Current.Table("GeneratedPlaylists");
    private static readonly Table Items = Schema.Current.Table("PlaylistItems");

    private static readonly Statement State = new(
        """
        SELECT 'user' AS Kind, '' AS Surface, '' AS PlaylistId, '' AS Period, CreatedAt AS GeneratedAt, 0 AS Version, 0 AS Items
        FROM Users WHERE UserId = @user
        UNION ALL
        SELECT 'removal' AS Kind, '' AS Surface, '' AS PlaylistId, '' AS Period, RequestedAt AS GeneratedAt, 0 AS Version, 0 AS Items
        FROM AccountRemovals WHERE UserId = @user
        UNION ALL
        SELECT 'surface' AS Kind, GeneratedPlaylists.Surface, GeneratedPlaylists.PlaylistId, GeneratedPlaylists.Period,
          GeneratedPlaylists.GeneratedAt, COALESCE(Playlists.Version, 0) AS Version, COALESCE(Playlists.Items, 0) AS Items
        FROM GeneratedPlaylists LEFT JOIN Playlists ON Playlists.PlaylistId = GeneratedPlaylists.PlaylistId
        WHERE GeneratedPlaylists.UserId = @user
        """,
        ("user", ColumnType.String));

    /// <summary>Writes lists of a listener. A list is skipped if its period or a later one is written.</summary>
    /// <param name="userId">The listener.</param>
    /// <param name="lists">The lists, of different surfaces.</param>
    /// <param name="variant">The variant of the settings that the listener is in.</param>
    /// <param name="ct">Cancels the write.</param>
    /// <param name="condition">
    /// Called in the transaction, to which it may add mutations; if it returns false, no list is written. Null for none.
    /// </param>
    /// <returns>
    /// The playlists, in the order of the lists; empty if the user does not exist or the account is being removed: then nothing is written.
    /// </returns>
    public async Task<IReadOnlyList<WrittenPlaylist>> WriteAsync(
        string userId,
        IReadOnlyList<PlaylistContent> lists,
        string variant,
        CancellationToken ct,
        Func<ITransaction, Task<bool>>? condition = null)
    {
        if (lists.Count == 0) return [];
        // Outside of the transaction, so that they are the same if it runs again.
        var (now, newIds) = (Instant.Truncate(time.GetUtcNow()), lists.Select(_ => SpotifyId.New()).ToArray());
        return await database.TransactAsync<IReadOnlyList<WrittenPlaylist>>(async transaction =>
        {
            var rows = await transaction.QueryAsync(State, new Parameters { { "user", userId } }).ToListAsync();
            if (!rows.Exists(row => row.String("Kind") == "user") || rows.Exists(row => row.String("Kind") == "removal")) return [];
            if (condition is not null && !await condition(transaction)) return [];
            var stored = rows.Where(row => row.String("Kind") == "surface").Select(StoredSurface.FromRow)
                .ToDictionary(surface => surface.Id, StringComparer.Ordinal);
            var written = lists.Zip(newIds).Select(pair =>
                Write(transaction, userId, pair.First, pair.Second, stored.GetValueOrDefault(pair.First.Surface), variant, now)).ToList();
            RemoveOldRadios(transaction, userId, stored.Values, written);
            return written;
        }, ct);
    }

    private static WrittenPlaylist Write(
        ITransaction transaction,
        string userId,
        PlaylistContent list,
        string newId,
        StoredSurface? stored,
        string variant,
        DateTimeOffset now)
    {
        if (stored is { Version: > 0 } && string.CompareOrdinal(stored.Period, list.Period) >= 0)
            return new WrittenPlaylist(list.Surface, stored.PlaylistId, WriteOutcome.UpToDate);
        var id = stored?.PlaylistId ?? newId;
        if (stored is { Version: > 0 })
        {
            var playlist = new Playlist(
                id, userId, list.Name, Public: false, Collaborative: false, stored.Version, stored.Items, CoverId: null, IsGenerated: true,
                PlaylistRole.Owner);
            PlaylistOperation[] operations = stored.Items == 0
                ? [new ItemInsertion(0, list.Items.Count)]
                : [new ItemRemoval(PositionSet.Run(0, stored.Items)), new ItemInsertion(0, list.Items.Count)];
            var version = playlist.NextVersion(
                operations, now, ("Name", list.Name), ("Description", list.Description), ("ImageId", list.ImageId));
            foreach (var mutation in version) transaction.Add(mutation);
            transaction.Add(Mutation.Delete(Items, new Key(id)));
        }
        else
        {
            transaction.Add(Mutation.Insert(
                Playlist.Table,
                ("PlaylistId", id), ("OwnerId", userId), ("Name", list.Name), ("Description", list.Description), ("Public", false),
                ("Collaborative", false), ("Version", 1L), ("Items", (long)list.Items.Count), ("ImageId", list.ImageId),
                ("CreatedAt", now), ("UpdatedAt", now), ("Surface", list.Surface.Split(':')[0])));
            // Only once: a listener who unfollows the playlist does not want it in the library.
            if (stored is null && list.InLibrary)
            {
                transaction.Add(Mutation.Insert(
                    Playlist.FollowersTable, ("UserId", userId), ("PlaylistId", id), ("Public", false), ("FollowedAt", now)));
            }
        }

        foreach (var (key, item) in OrderKeys.Between(null, null, list.Items.Count)!.Zip(list.Items))
        {
            transaction.Add(Mutation.Insert(
                Items,
                ("PlaylistId", id), ("OrderKey", key), ("Type", "track"), ("PlayableId", SpotifyId.Format(item.Track)), ("AddedAt", now),
                ("AddedBy", userId), ("Reason", item.Reason is { } reason ? PickReasonText.Format(reason) : null)));
        }

        transaction.Add(Mutation.Upsert(
            Surfaces,
            ("UserId", userId), ("Surface", list.Surface), ("PlaylistId", id), ("Period", list.Period),
            ("ModelVersion", list.ModelVersion), ("Variant", variant), ("GeneratedAt", now)));
        return new WrittenPlaylist(list.Surface, id, stored is null ? WriteOutcome.Created : WriteOutcome.Updated);
    }

    private static void RemoveOldRadios(
        ITransaction transaction, string userId, IEnumerable<StoredSurface> stored, IReadOnlyList<WrittenPlaylist> written)
    {
        var present = written.Select(playlist => playlist.Surface).Where(IsRadio).ToHashSet(StringComparer.Ordinal);
        if (present.Count == 0) return;
        var others = stored.Where(surface => IsRadio(surface.Id) && !present.Contains(surface.Id))
            .OrderByDescending(surface => surface.GeneratedAt).ThenBy(surface => surface.Id, StringComparer.Ordinal);
        foreach (var radio in others.Skip(MaxRadios - present.Count))
        {
            transaction.Add(Mutation.Delete(Playlist.Table, new Key(radio.PlaylistId)));
            transaction.Add(Mutation.Delete(Playlist.FollowersTable, new Key(userId, radio.PlaylistId)));
            transaction.Add(Mutation.Delete(Surfaces, new Key(userId, radio.Id)));
        }

        static bool IsRadio(string surface) => surface.StartsWith(RadioPrefix, StringComparison.Ordinal);
    }

    // Version is 0 if the playlist does not exist.
    private sealed record StoredSurface(string Id, string PlaylistId, string Period, DateTimeOffset GeneratedAt, long Version, int Items)
    {
        public static StoredSurface FromRow(Row row) => new(
            row.String("Surface"), row.String("PlaylistId"), row.String("Period"), row.Timestamp("GeneratedAt"), row.Int64("Version"),
            row.Int32("Items"));
    }
}

/// <summary>The content of a generated playlist.</summary>
/// <param name="Surface">
/// The id of the surface, or of a playlist made on demand: a kind of up to 32 characters, a colon and the seed, such as
/// <c>radio:spotify:track:4iV5W9uYEdYUVa79Axb7Rh</c>; up to 128 characters.
/// </param>
/// <param name="Period">The period, in the format of <see cref="SurfacePeriod.Key"/>. Later periods are greater as text.</param>
/// <param name="Name">The name.</param>
/// <param name="Description">The description.</param>
/// <param name="Items">The tracks.</param>
internal sealed record PlaylistContent(
    string Surface, string Period, string Name, string Description, IReadOnlyList<GeneratedItem> Items)
{
    /// <summary>The catalog image that is its cover; null for none.</summary>
    public string? ImageId { get; init; }

    /// <summary>The version of the model; null if it was made without a model.</summary>
    public string? ModelVersion { get; init; }

    /// <summary>Whether the listener follows the playlist from the beginning.</summary>
    public bool InLibrary { get; init; } = true;
}

/// <summary>A playlist after <see cref="GeneratedPlaylists.WriteAsync"/>.</summary>
/// <param name="Surface">The id of the surface.</param>
/// <param name="PlaylistId">The id of the playlist.</param>
/// <param name="Outcome">What was done.</param>
internal readonly record struct WrittenPlaylist(string Surface, string PlaylistId, WriteOutcome Outcome);

/// <summary>The outcomes of writing a playlist.</summary>
internal enum WriteOutcome
{
    /// <summary>The listener had no playlist of the surface.</summary>
    Created,

    /// <summary>The items were replaced.</summary>
    Updated,

    /// <summary>The period, or a later one, was written before.</summary>
    UpToDate,
}
