using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Web.PersonalData;

namespace Spotify.Functions.Library;

/// <summary>An item of a library.</summary>
public readonly record struct LibraryItem(string Id, DateTimeOffset AddedAt);

/// <summary>A page of a library's items of one type, the newest first, and the total number of items of that type.</summary>
public sealed record LibraryPage(IReadOnlyList<LibraryItem> Items, int Total);

/// <summary>
/// The store of the rows of libraries. Each change is one transaction, even for items of several types, and can be repeated: an item that
/// is already in the library keeps its time, and an item or a follower is counted once.
/// </summary>
public sealed class LibraryStore(IDatabase database, TimeProvider time)
{
    private static readonly DateTimeOffset EndOfTime = Instant.Truncate(DateTimeOffset.MaxValue);

    private static readonly Table Items = Schema.Current.Table("LibraryItems");
    private static readonly Table Totals = Schema.Current.Table("LibraryCounts");
    private static readonly Table UserFollowers = Schema.Current.Table("UserFollowers");

    /// <summary>
    /// Adds items to a user's library, and inserts the user's row if there is none. Skips items that do not exist, because one deleted
    /// album should not prevent a client from copying a library of thousands; also skips the user's own id. Among items without a time,
    /// the first one is the newest.
    /// </summary>
    /// <returns>The items that are now in the library, with their times.</returns>
    public Task<IReadOnlyList<LibraryEntry>> AddAsync(User user, IReadOnlyList<LibraryEntry> entries, CancellationToken ct)
    {
        var now = Instant.Truncate(time.GetUtcNow());
        return database.TransactAsync<IReadOnlyList<LibraryEntry>>(
            async transaction =>
            {
                var state = await LibraryState.ReadAsync(transaction.QueryAsync, LibraryStatements.ToAdd, user.Id, entries);
                if (!state.HasUser) await transaction.InsertAsync(user);
                List<LibraryEntry> added =
                [
                    .. Distinct(entries)
                        .Where(entry =>
                            state.Exists(entry) && !state.IsSaved(entry) && !(entry.Type == EntityType.User && entry.Id == user.Id))
                        .Select(entry => entry with { AddedAt = AddedAt(entry.Type, entry.Id) }),
                ];
                foreach (var (type, id, addedAt) in added)
                {
                    transaction.Add(Mutation.Insert(
                        Items, ("UserId", user.Id), ("Type", Name(type)), ("ItemId", id), ("AddedAt", addedAt)));
                    if (type == EntityType.User)
                        transaction.Add(Mutation.Upsert(UserFollowers, ("UserId", id), ("FollowerId", user.Id)));
                }

                Count(transaction, user.Id, state, added, +1);
                return [.. added, .. Saved(state, entries)];
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
            await RemoveAsync(transaction, userId, entries);
            return true;
        },
        ct);

    /// <summary>Adds the mutations that remove items from a user's library to a transaction.</summary>
    internal static async Task RemoveAsync(ITransaction transaction, string userId, IReadOnlyList<LibraryEntry> entries)
    {
        var state = await LibraryState.ReadAsync(transaction.QueryAsync, LibraryStatements.ToRemove, userId, entries);
        List<LibraryEntry> removed = [.. Distinct(entries).Where(state.IsSaved)];
        foreach (var (type, id, _) in removed)
        {
            transaction.Add(Mutation.Delete(Items, new Key(userId, Name(type), id)));
            if (type == EntityType.User) transaction.Add(RemoveFollower(id, userId));
        }

        Count(transaction, userId, state, removed, -1);
    }

    /// <summary>Returns the mutation that deletes the row of a user's follower.</summary>
    internal static Mutation RemoveFollower(string userId, string followerId) =>
        Mutation.Delete(UserFollowers, new Key(userId, followerId));

    /// <summary>Returns the items that are in a user's library, with their times.</summary>
    public async Task<IReadOnlyList<LibraryEntry>> SavedAsync(string userId, IReadOnlyList<LibraryEntry> entries, CancellationToken ct) =>
        [.. Saved(await StateAsync(userId, entries, ct), entries)];

    /// <summary>Returns whether each item is in a user's library, in order.</summary>
    public async Task<IReadOnlyList<bool>> ContainsAsync(string userId, IReadOnlyList<LibraryEntry> entries, CancellationToken ct)
    {
        if (entries.Count == 0) return [];
        var state = await StateAsync(userId, entries, ct);
        return [.. entries.Select(state.IsSaved)];
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
        var row = await database.QueryAsync(LibraryStatements.Followers, new Parameters { { "id", userId } }, null, ct).SingleAsync(ct);
        return row.Int64("Followers");
    }

    private static void Count(
        ITransaction transaction, string userId, LibraryState state, IReadOnlyList<LibraryEntry> changed, int change)
    {
        foreach (var (type, count) in changed.CountBy(entry => entry.Type))
        {
            var total = state.Total(type) + (change * count);
            transaction.Add(Mutation.Upsert(Totals, ("UserId", userId), ("Type", Name(type)), ("Items", total)));
        }

        foreach (var entry in changed.Where(entry => LibraryTypes.IsFollowed(entry.Type)))
        {
            var followers = state.FollowersInShard(entry) + change;
            transaction.Add(FollowerCounts.Write(entry.Type, entry.Id, FollowerCounts.Shard(userId), followers));
        }
    }

    private Task<LibraryState> StateAsync(string userId, IReadOnlyList<LibraryEntry> entries, CancellationToken ct) =>
        LibraryState.ReadAsync(
            (statement, parameters) => database.QueryAsync(statement, parameters, null, ct), LibraryStatements.Saved, userId, entries);

    private static IEnumerable<LibraryEntry> Saved(LibraryState state, IReadOnlyList<LibraryEntry> entries) =>
        Distinct(entries).Where(state.IsSaved).Select(entry => entry with { AddedAt = state.SavedAt(entry) });

    private static IEnumerable<LibraryEntry> Distinct(IEnumerable<LibraryEntry> entries) =>
        entries.DistinctBy(entry => (entry.Type, entry.Id));

    private static int IndexOf(IReadOnlyList<LibraryEntry> entries, EntityType type, string id)
    {
        var index = 0;
        while (entries[index].Type != type || entries[index].Id != id) index++;
        return index;
    }

    private static string Name(EntityType type) => SpotifyUri.WireName(type);

    private async Task<LibraryPage> PageAsync(Statement statement, Parameters parameters, CancellationToken ct)
    {
        var rows = await database.QueryAsync(statement, parameters, null, ct).ToListAsync(ct);
        var items = rows
            .Where(row => !row.IsNull("ItemId"))
            .Select(row => new LibraryItem(row.String("ItemId"), row.Timestamp("AddedAt")));
        return new LibraryPage([.. items], rows[0].Int32("Total"));
    }
}
