using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;

namespace Spotify.Functions.Library;

/// <summary>An item of a library.</summary>
public readonly record struct LibraryItem(string Id, DateTimeOffset AddedAt);

/// <summary>A page of a library's items of one type, the newest first, and the total number of items of that type.</summary>
public sealed record LibraryPage(IReadOnlyList<LibraryItem> Items, int Total);

/// <summary>
/// The store of the rows of libraries. Each change is one transaction, even for items of several types, and can be repeated: an item that
/// is already in the library keeps its time, and a follower is counted once.
/// </summary>
public sealed class LibraryStore(IDatabase database, TimeProvider time)
{
    private const int Shards = 16;

    private static readonly DateTimeOffset EndOfTime = Instant.Truncate(DateTimeOffset.MaxValue);

    private static readonly Table Items = Schema.Current.Table("LibraryItems");
    private static readonly Table Counts = Schema.Current.Table("FollowerCounts");

    /// <summary>
    /// Adds items to a user's library, and inserts the user's row if there is none. Skips items that do not exist, because one deleted
    /// album should not prevent a client from copying a library of thousands; also skips the user's own id. Among items without a time,
    /// the first one is the newest.
    /// </summary>
    public Task AddAsync(User user, IReadOnlyList<LibraryEntry> entries, CancellationToken ct)
    {
        var now = Instant.Truncate(time.GetUtcNow());
        return database.TransactAsync(
            async transaction =>
            {
                if (await transaction.ReadAsync(User.Table, new Key(user.Id)) is null) transaction.Add(user.Insert());
                foreach (var (type, ids) in ByType(entries)) await AddAsync(transaction, user.Id, type, ids, id => AddedAt(type, id));
                return true;
            },
            ct);

        // A time in the future is replaced, because the item would stay first in the list although other items are added later.
        DateTimeOffset AddedAt(EntityType type, string id)
        {
            var index = IndexOf(entries, type, id);
            return entries[index].AddedAt is { } requested && requested < now ? requested : now.AddMicroseconds(-index);
        }
    }

    /// <summary>Removes items from a user's library. Skips items that are not in it.</summary>
    public Task RemoveAsync(string userId, IReadOnlyList<LibraryEntry> entries, CancellationToken ct) => database.TransactAsync(
        async transaction =>
        {
            foreach (var (type, ids) in ByType(entries))
            {
                var saved = await SavedIdsAsync(transaction, userId, type, ids);
                foreach (var id in saved) transaction.Add(Mutation.Delete(Items, new Key(userId, Name(type), id)));
                await CountAsync(transaction, userId, type, saved, -1);
            }

            return true;
        },
        ct);

    /// <summary>Returns whether each item is in a user's library, in order.</summary>
    public async Task<IReadOnlyList<bool>> ContainsAsync(string userId, IReadOnlyList<LibraryEntry> entries, CancellationToken ct)
    {
        var saved = new HashSet<(EntityType, string)>();
        foreach (var (type, ids) in ByType(entries))
        {
            var rows = database.QueryAsync(LibraryStatements.Saved, SavedParameters(userId, type, ids), null, ct);
            await foreach (var row in rows) saved.Add((type, row.String("Id")));
        }

        return [.. entries.Select(entry => saved.Contains((entry.Type, entry.Id)))];
    }

    /// <summary>Returns a page from an offset.</summary>
    /// <param name="userId">The user's id.</param>
    /// <param name="type">The type of the items.</param>
    /// <param name="until">Excludes items that were added later, so that new items do not shift the pages; null includes all.</param>
    /// <param name="offset">The index of the first item.</param>
    /// <param name="limit">The maximum number of items.</param>
    /// <param name="ct">Cancels the read.</param>
    public Task<LibraryPage> PageAsync(
        string userId, EntityType type, DateTimeOffset? until, int offset, int limit, CancellationToken ct)
    {
        var parameters = new Parameters
        {
            { "user", userId },
            { "type", Name(type) },
            { "until", until ?? EndOfTime },
            { "limit", limit },
            { "offset", offset },
        };
        return PageAsync(LibraryStatements.PageAtOffset, parameters, ct);
    }

    /// <summary>
    /// Returns the page that follows an item. If the item is no longer in the library, its position is unknown and the first page is
    /// returned, so that a client that removes every item it has read and continues still gets the rest.
    /// </summary>
    public async Task<LibraryPage> PageAfterAsync(string userId, EntityType type, string? after, int limit, CancellationToken ct)
    {
        var row = after is null ? null : await database.ReadAsync(Items, new Key(userId, Name(type), after), null, ct);
        var parameters = new Parameters
        {
            { "user", userId },
            { "type", Name(type) },
            { "until", EndOfTime },
            { "time", row?.Timestamp("AddedAt") ?? EndOfTime },
            { "after", row is null ? "" : after },
            { "limit", limit },
        };
        return await PageAsync(LibraryStatements.PageAfter, parameters, ct);
    }

    /// <summary>Returns the number of followers of a user.</summary>
    public async Task<long> FollowersAsync(string userId, CancellationToken ct)
    {
        var parameters = new Parameters { { "type", Name(EntityType.User) }, { "id", userId } };
        var row = await database.QueryAsync(LibraryStatements.Followers, parameters, null, ct).SingleAsync(ct);
        return row.Int64("Followers");
    }

    private static async Task AddAsync(
        ITransaction transaction, string userId, EntityType type, IReadOnlyList<string> ids, Func<string, DateTimeOffset> addedAt)
    {
        var saved = await SavedIdsAsync(transaction, userId, type, ids);
        var missing = ids.Where(id => !saved.Contains(id) && !(type == EntityType.User && id == userId)).ToList();
        if (missing.Count == 0) return;
        var parameters = new Parameters().AddList("id", missing, LibraryStatements.MaxIds);
        var existing = await IdsAsync(transaction.QueryAsync(LibraryStatements.Existing(type), parameters));
        var added = missing.Where(existing.Contains).ToList();
        foreach (var id in added)
        {
            transaction.Add(Mutation.Insert(
                Items, ("UserId", userId), ("Type", Name(type)), ("ItemId", id), ("AddedAt", addedAt(id))));
        }

        await CountAsync(transaction, userId, type, added, +1);
    }

    private static async Task CountAsync(
        ITransaction transaction, string userId, EntityType type, IReadOnlyCollection<string> ids, int change)
    {
        if (ids.Count == 0 || !LibraryTypes.IsFollowed(type)) return;
        var shard = Shard(userId);
        var parameters = new Parameters { { "type", Name(type) }, { "shard", shard } }.AddList("id", [.. ids], LibraryStatements.MaxIds);
        var counts = await transaction.QueryAsync(LibraryStatements.CountsOfShard, parameters)
            .ToDictionaryAsync(row => row.String("Id"), row => row.Int64("Followers"), StringComparer.Ordinal);
        foreach (var id in ids)
        {
            var followers = counts.GetValueOrDefault(id) + change;
            transaction.Add(Mutation.Upsert(
                Counts, ("Type", Name(type)), ("TargetId", id), ("Shard", shard), ("Followers", followers)));
        }
    }

    private static async Task<HashSet<string>> SavedIdsAsync(
        ITransaction transaction, string userId, EntityType type, IReadOnlyList<string> ids) =>
        await IdsAsync(transaction.QueryAsync(LibraryStatements.Saved, SavedParameters(userId, type, ids)));

    private static Parameters SavedParameters(string userId, EntityType type, IReadOnlyList<string> ids) =>
        new Parameters { { "user", userId }, { "type", Name(type) } }.AddList("id", ids, LibraryStatements.MaxIds);

    private static async Task<HashSet<string>> IdsAsync(IAsyncEnumerable<Row> rows)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var row in rows) ids.Add(row.String("Id"));
        return ids;
    }

    private static IEnumerable<(EntityType Type, IReadOnlyList<string> Ids)> ByType(IReadOnlyList<LibraryEntry> entries)
    {
        foreach (var group in entries.GroupBy(entry => entry.Type))
            yield return (group.Key, [.. group.Select(entry => entry.Id).Distinct(StringComparer.Ordinal)]);
    }

    private static int IndexOf(IReadOnlyList<LibraryEntry> entries, EntityType type, string id)
    {
        var index = 0;
        while (entries[index].Type != type || entries[index].Id != id) index++;
        return index;
    }

    private static string Name(EntityType type) => SpotifyUri.WireName(type);

    // FNV-1a, because string.GetHashCode differs between processes and a user must be counted in the same shard each time.
    private static long Shard(string userId)
    {
        var hash = 2166136261u;
        foreach (var character in userId) hash = unchecked((hash ^ character) * 16777619u);
        return hash % Shards;
    }

    private async Task<LibraryPage> PageAsync(Statement statement, Parameters parameters, CancellationToken ct)
    {
        var rows = await database.QueryAsync(statement, parameters, null, ct).ToListAsync(ct);
        var items = rows
            .Where(row => !row.IsNull("ItemId"))
            .Select(row => new LibraryItem(row.String("ItemId"), row.Timestamp("AddedAt")));
        return new LibraryPage([.. items], rows[0].Int32("Total"));
    }
}
