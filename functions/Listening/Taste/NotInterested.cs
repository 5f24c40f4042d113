using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Web;
using Spotify.Web.PersonalData;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Functions.Listening.Taste;

/// <summary>
/// The tracks, artists and albums that a listener does not want to be recommended. Recommendations leave them out from the next one on.
/// </summary>
internal sealed class NotInterested(IDatabase database, TimeProvider time)
{
    /// <summary>The maximum number of items of a listener.</summary>
    public const int MaxItems = 1000;

    private static readonly Table Table = Schema.Current.Table("NotInterested");

    private static readonly Statement OfUser = new(
        "SELECT Uri, AddedAt FROM NotInterested WHERE UserId = @user ORDER BY AddedAt DESC, Uri", ("user", ColumnType.String));

    /// <summary>Returns whether entities of a type can be added.</summary>
    public static bool IsAllowed(EntityType type) => type is EntityType.Track or EntityType.Artist or EntityType.Album;

    /// <summary>Returns a page of the items, the newest first.</summary>
    public async Task<PagingObject<NotInterestedObject>> PageAsync(string userId, PageRequest page, Viewer viewer, CancellationToken ct)
    {
        var rows = await database.QueryAsync(OfUser, new Parameters { { "user", userId } }, null, ct).ToListAsync(ct);
        var items = rows.Skip(page.Offset).Take(page.Limit)
            .Select(row => new NotInterestedObject(ApiTime.Format(row.Timestamp("AddedAt")), row.String("Uri")));
        return new CatalogWire(viewer).Page<NotInterestedObject>("/v1/me/taste/not-interested", [.. items], page, rows.Count);
    }

    /// <summary>Adds items. Those that are there already stay as they are.</summary>
    /// <exception cref="ApiException">400: there would be too many. 401: the account is being removed.</exception>
    public Task AddAsync(User user, IReadOnlyList<SpotifyUri> uris, CancellationToken ct) => database.TransactAsync(
        async transaction =>
        {
            if (await transaction.ReadAsync(User.Table, new Key(user.Id)) is null) await transaction.InsertAsync(user);
            var existing = await transaction.QueryAsync(OfUser, new Parameters { { "user", user.Id } })
                .Select(row => row.String("Uri")).ToHashSetAsync(StringComparer.Ordinal);
            var added = uris.Select(uri => uri.ToString()).Where(uri => !existing.Contains(uri)).Distinct(StringComparer.Ordinal).ToList();
            if (existing.Count + added.Count > MaxItems) throw ApiException.BadRequest($"Too many items: at most {MaxItems}");
            var now = Instant.Truncate(time.GetUtcNow());
            foreach (var uri in added) transaction.Add(Mutation.Insert(Table, ("UserId", user.Id), ("Uri", uri), ("AddedAt", now)));
            return true;
        },
        ct);

    /// <summary>Removes items, which can be recommended again.</summary>
    public Task RemoveAsync(string userId, IReadOnlyList<SpotifyUri> uris, CancellationToken ct) =>
        database.CommitAsync([.. uris.Select(uri => Mutation.Delete(Table, new Key(userId, uri.ToString())))], ct);
}
