using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Events.Taste;
using Spotify.Functions.TasteUpdater;
using Spotify.Web;
using Spotify.Web.PersonalData;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Functions.Listening.Taste;

/// <summary>The tracks, artists, albums, playlists and other contexts whose plays do not count as a listener's taste.</summary>
internal sealed class TasteExclusions(IDatabase database, TasteStore tastes, TrackFeatures features, TimeProvider time)
{
    /// <summary>The maximum number of exclusions of a listener.</summary>
    public const int MaxExclusions = 1000;

    private static readonly Table Table = Schema.Current.Table("TasteExclusions");

    private static readonly Statement OfUser = new(
        "SELECT Uri, AddedAt FROM TasteExclusions WHERE UserId = @user ORDER BY AddedAt DESC, Uri", ("user", ColumnType.String));

    /// <summary>Returns a page of the exclusions, the newest first.</summary>
    public async Task<PagingObject<TasteExclusionObject>> PageAsync(string userId, PageRequest page, Viewer viewer, CancellationToken ct)
    {
        var rows = await database.QueryAsync(OfUser, new Parameters { { "user", userId } }, null, ct).ToListAsync(ct);
        var items = rows.Skip(page.Offset).Take(page.Limit)
            .Select(row => new TasteExclusionObject(ApiTime.Format(row.Timestamp("AddedAt")), row.String("Uri")));
        return new CatalogWire(viewer).Page<TasteExclusionObject>("/v1/me/taste/exclusions", [.. items], page, rows.Count);
    }

    /// <summary>
    /// Adds exclusions, and removes the excluded tracks and artists, and the tracks of excluded artists and albums, from the taste.
    /// </summary>
    /// <exception cref="ApiException">400: there would be too many. 401: the account is being removed.</exception>
    public async Task AddAsync(User user, IReadOnlyList<SpotifyUri> uris, CancellationToken ct)
    {
        var excluded = uris.Select(uri => uri.ToString()).ToHashSet(StringComparer.Ordinal);
        var needsTracks = uris.Any(uri => uri.Type is EntityType.Artist or EntityType.Album);
        IReadOnlyDictionary<string, TrackFeature> tracks = new Dictionary<string, TrackFeature>();
        // The tracks of the taste are known in the transaction only, in which the catalog cannot be read.
        while (await database.TransactAsync(AddAsync, ct) is { } ids) tracks = await KnownAsync(ids);

        async Task<IReadOnlyList<string>?> AddAsync(ITransaction transaction)
        {
            var state = await tastes.ReadAsync(transaction, user.Id);
            var ids = needsTracks ? [.. state.TrackIds.Select(SpotifyId.Format)] : (IReadOnlyList<string>)[];
            if (ids.Any(id => !tracks.ContainsKey(id))) return ids;

            var now = Instant.Truncate(time.GetUtcNow());
            if (await transaction.ReadAsync(User.Table, new Key(user.Id)) is null) await transaction.InsertAsync(user);
            var existing = await transaction.QueryAsync(OfUser, new Parameters { { "user", user.Id } })
                .Select(row => row.String("Uri")).ToHashSetAsync(StringComparer.Ordinal);
            var added = excluded.Where(uri => !existing.Contains(uri)).ToList();
            if (existing.Count + added.Count > MaxExclusions)
                throw ApiException.BadRequest($"Too many exclusions: at most {MaxExclusions}");
            foreach (var uri in added) transaction.Add(Mutation.Insert(Table, ("UserId", user.Id), ("Uri", uri), ("AddedAt", now)));
            if (state.Plays > 0)
            {
                state.Remove(IsExcludedTrack, artist => excluded.Contains(Uri(EntityType.Artist, artist)));
                transaction.Add(TasteStore.Write(user.Id, state, now));
            }

            return null;
        }

        bool IsExcludedTrack(UInt128 track) =>
            excluded.Contains(Uri(EntityType.Track, track))
            || (tracks.TryGetValue(SpotifyId.Format(track), out var feature) && TasteRules.IsExcluded(excluded, feature));

        async Task<IReadOnlyDictionary<string, TrackFeature>> KnownAsync(IReadOnlyList<string> ids)
        {
            var found = await features.OfAsync(ids, ct);
            return ids.ToDictionary(id => id, id => found.GetValueOrDefault(id, TrackFeature.Unknown), StringComparer.Ordinal);
        }
    }

    /// <summary>Removes exclusions. Plays from now on count again.</summary>
    public Task RemoveAsync(string userId, IReadOnlyList<SpotifyUri> uris, CancellationToken ct) =>
        database.CommitAsync([.. uris.Select(uri => Mutation.Delete(Table, new Key(userId, uri.ToString())))], ct);

    private static string Uri(EntityType type, UInt128 id) => new SpotifyUri(type, SpotifyId.Format(id)).ToString();
}
