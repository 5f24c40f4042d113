using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;

namespace Spotify.Functions.Library;

/// <summary>An item of a library.</summary>
public readonly record struct LibraryItem(string Id, DateTimeOffset AddedAt);

/// <summary>A page of a library's items of one type, the newest first, and how many there are in all.</summary>
public sealed record LibraryPage(IReadOnlyList<LibraryItem> Items, int Total);

/// <summary>
/// The rows of libraries. A change is one transaction, whatever it mixes, and may be repeated: what is there already keeps its time,
/// and followers are counted once.
/// </summary>
public sealed class LibraryStore(IDatabase database, TimeProvider time)
{
    private const int Shards = 16;

    private static readonly DateTimeOffset EndOfTime = Instant.Truncate(DateTimeOffset.MaxValue);

    private static readonly Table Items = Schema.Current.Table("LibraryItems");
    private static readonly Table Counts = Schema.Current.Table("FollowerCounts");

    /// <summary>
    /// Adds to a user's library what is not in it, and the user where there is no row of theirs yet. What does not exist is passed over, as is the user themselves: in a library of
    /// thousands that a client copies, the one album that is gone should not hold up the rest. Of entries without a time the first
    /// counts as the newest.
    /// </summary>
    public Task AddAsync(User user, IReadOnlyList<LibraryEntry> entries, CancellationToken ct)
    {
        var now = Instant.Truncate(time.GetUtcNow());
        return database.TransactAsync(
            async transaction =>
            {
                if (await transaction.ReadAsync(User.Table, new Key(user.Id)) is null) transaction.Add(user.Insert());
                foreach (var (type, ids) in ByType(entries))
                {
                    var held = await HeldAsync(transaction, user.Id, type, ids);
                    var missing = ids.Where(id => !held.Contains(id) && !(type == EntityType.User && id == user.Id)).ToList();
                    if (missing.Count == 0) continue;
                    var known = await IdsAsync(transaction.QueryAsync(LibraryStatements.Known(type), new Parameters().AddList("id", missing, LibraryStatements.MaxIds)));
                    var added = missing.Where(known.Contains).ToList();
                    foreach (var id in added) transaction.Add(Mutation.Insert(Items, ("UserId", user.Id), ("Type", Name(type)), ("ItemId", id), ("AddedAt", AddedAt(type, id))));
                    await CountAsync(transaction, user.Id, type, added, +1);
                }

                return true;
            },
            ct);

        // A time to come would stay on top of whatever is added until then.
        DateTimeOffset AddedAt(EntityType type, string id)
        {
            var index = IndexOf(entries, type, id);
            return entries[index].AddedAt is { } given && given < now ? given : now.AddMicroseconds(-index);
        }
    }

    /// <summary>Removes from a user's library what is in it.</summary>
    public Task RemoveAsync(string userId, IReadOnlyList<LibraryEntry> entries, CancellationToken ct) => database.TransactAsync(
        async transaction =>
        {
            foreach (var (type, ids) in ByType(entries))
            {
                var held = await HeldAsync(transaction, userId, type, ids);
                foreach (var id in held) transaction.Add(Mutation.Delete(Items, new Key(userId, Name(type), id)));
                await CountAsync(transaction, userId, type, held, -1);
            }

            return true;
        },
        ct);

    /// <summary>Whether each entry is in a user's library, in order.</summary>
    public async Task<IReadOnlyList<bool>> ContainsAsync(string userId, IReadOnlyList<LibraryEntry> entries, CancellationToken ct)
    {
        var held = new HashSet<(EntityType, string)>();
        foreach (var (type, ids) in ByType(entries))
            await foreach (var row in database.QueryAsync(LibraryStatements.Held, HeldParameters(userId, type, ids), null, ct)) held.Add((type, row.String("Id")));
        return [.. entries.Select(entry => held.Contains((entry.Type, entry.Id)))];
    }

    /// <summary>A page from an offset.</summary>
    /// <param name="until">Leaves out what was added later, so that pages join up while more is added; null: all.</param>
    public Task<LibraryPage> PageAsync(string userId, EntityType type, DateTimeOffset? until, int offset, int limit, CancellationToken ct) => PageAsync(
        LibraryStatements.PageAtOffset,
        new Parameters { { "user", userId }, { "type", Name(type) }, { "until", until ?? EndOfTime }, { "limit", limit }, { "offset", offset } },
        ct);

    /// <summary>
    /// A page of what comes after an item. Where that has left the library its place is not known, and the page is the first: a
    /// client that removes all it was shown, and asks for what comes after, gets the rest.
    /// </summary>
    public async Task<LibraryPage> PageAfterAsync(string userId, EntityType type, string? after, int limit, CancellationToken ct)
    {
        var row = after is null ? null : await database.ReadAsync(Items, new Key(userId, Name(type), after), ct);
        return await PageAsync(
            LibraryStatements.PageAfter,
            new Parameters
            {
                { "user", userId },
                { "type", Name(type) },
                { "until", EndOfTime },
                { "time", row?.Timestamp("AddedAt") ?? EndOfTime },
                { "after", row is null ? "" : after },
                { "limit", limit },
            },
            ct);
    }

    /// <summary>How many follow a user.</summary>
    public async Task<long> FollowersAsync(string userId, CancellationToken ct)
    {
        var row = await database.QueryAsync(LibraryStatements.Followers, new Parameters { { "type", Name(EntityType.User) }, { "id", userId } }, null, ct).SingleAsync(ct);
        return row.Int64("Followers");
    }

    private static async Task CountAsync(ITransaction transaction, string userId, EntityType type, IReadOnlyCollection<string> ids, int change)
    {
        if (ids.Count == 0 || !LibraryTypes.IsFollowed(type)) return;
        var shard = Shard(userId);
        var parameters = new Parameters { { "type", Name(type) }, { "shard", shard } }.AddList("id", [.. ids], LibraryStatements.MaxIds);
        var counts = await transaction.QueryAsync(LibraryStatements.CountsOfShard, parameters).ToDictionaryAsync(row => row.String("Id"), row => row.Int64("Followers"), StringComparer.Ordinal);
        foreach (var id in ids)
            transaction.Add(Mutation.Upsert(Counts, ("Type", Name(type)), ("TargetId", id), ("Shard", shard), ("Followers", counts.GetValueOrDefault(id) + change)));
    }

    private static async Task<HashSet<string>> HeldAsync(ITransaction transaction, string userId, EntityType type, IReadOnlyList<string> ids) =>
        await IdsAsync(transaction.QueryAsync(LibraryStatements.Held, HeldParameters(userId, type, ids)));

    private static Parameters HeldParameters(string userId, EntityType type, IReadOnlyList<string> ids) =>
        new Parameters { { "user", userId }, { "type", Name(type) } }.AddList("id", ids, LibraryStatements.MaxIds);

    private static async Task<HashSet<string>> IdsAsync(IAsyncEnumerable<Row> rows)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var row in rows) ids.Add(row.String("Id"));
        return ids;
    }

    private static IEnumerable<(EntityType Type, IReadOnlyList<string> Ids)> ByType(IReadOnlyList<LibraryEntry> entries) =>
        entries.GroupBy(entry => entry.Type).Select(group => (group.Key, (IReadOnlyList<string>)[.. group.Select(entry => entry.Id).Distinct(StringComparer.Ordinal)]));

    private static int IndexOf(IReadOnlyList<LibraryEntry> entries, EntityType type, string id)
    {
        var index = 0;
        while (entries[index].Type != type || entries[index].Id != id) index++;
        return index;
    }

    private static string Name(EntityType type) => SpotifyUri.WireName(type);

    // FNV-1a: string.GetHashCode differs from one process to the next, and a follower must leave the shard they joined.
    private static long Shard(string userId)
    {
        var hash = 2166136261u;
        foreach (var character in userId) hash = unchecked((hash ^ character) * 16777619u);
        return hash % Shards;
    }

    private async Task<LibraryPage> PageAsync(Statement statement, Parameters parameters, CancellationToken ct)
    {
        var rows = await database.QueryAsync(statement, parameters, null, ct).ToListAsync(ct);
        var items = rows.Where(row => !row.IsNull("ItemId")).Select(row => new LibraryItem(row.String("ItemId"), row.Timestamp("AddedAt")));
        return new LibraryPage([.. items], rows[0].Int32("Total"));
    }
}
