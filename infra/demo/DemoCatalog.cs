using System.Globalization;
using Spotify.Catalog;
using Spotify.Demo.Music;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Playlists;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Search;

namespace Spotify.Demo;

/// <summary>The demo catalog in the database. Its rows are created in one commit, so that a crash leaves all or none of them.</summary>
internal sealed class DemoCatalog(IDatabase database, TimeProvider time)
{
    private static readonly Statement AnyArtist = new("SELECT ArtistId FROM Artists LIMIT 1");
    private static readonly Statement AnyUser = new("SELECT UserId FROM Users LIMIT 1");

    private static readonly Table Artists = Schema.Current.Table("Artists");
    private static readonly Table Playlists = Schema.Current.Table("Playlists");
    private static readonly Table PlaylistItems = Schema.Current.Table("PlaylistItems");
    private static readonly Table PlaylistFollowers = Schema.Current.Table("PlaylistFollowers");

    private volatile Task<DemoContents?>? contents;

    /// <summary>Creates the catalog unless there is an artist or a user.</summary>
    /// <returns>Whether the catalog was created.</returns>
    public async Task<bool> CreateIfEmptyAsync(CancellationToken ct)
    {
        if (await HasAnyAsync(statement => database.QueryAsync(statement, Parameters.None, null, ct))) return false;
        var mutations = Write(Plan()).ToList();
        return await database.TransactAsync(async transaction =>
        {
            // Another process may have created the catalog meanwhile.
            if (await HasAnyAsync(statement => transaction.QueryAsync(statement, Parameters.None))) return false;
            mutations.ForEach(transaction.Add);
            return true;
        }, ct);
    }

    /// <summary>Returns the music and the covers of the catalog; null if the data has no demo catalog.</summary>
    public Task<DemoContents?> ContentsAsync()
    {
        // Failures, such as a busy database, are not cached.
        if (contents is { IsFaulted: false } known) return known;
        return contents = ReadContentsAsync();
    }

    private static async Task<bool> HasAnyAsync(Func<Statement, IAsyncEnumerable<Row>> query) =>
        await query(AnyArtist).AnyAsync() || await query(AnyUser).AnyAsync();

    private async Task<DemoContents?> ReadContentsAsync()
    {
        // Planning takes a quarter of a second and is not needed without a demo catalog.
        var artist = new Key(DemoPlan.ArtistIdOf(DemoNames.Artists[0]));
        if (await database.ReadAsync(Artists, artist, null, CancellationToken.None) is null) return null;
        var plan = Plan();
        var recordings = plan.Tracks.Concat(plan.Narrations);
        return new(recordings.ToDictionary(recording => recording.Playable.Id, recording => recording.Compose), plan.Covers);
    }

    private DemoPlan Plan() => new(DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime));

    private IEnumerable<Mutation> Write(DemoPlan plan) =>
    [
        .. DemoPlan.Users.Select(User),
        .. plan.Artists.SelectMany(artist => CatalogWriter.Write(artist)),
        .. plan.Albums.SelectMany(album => CatalogWriter.Write(
            album,
            plan.Tracks.Where(track => track.Playable.ParentId == album.Id).SelectMany(track => track.Playable.Artists))),
        .. plan.Shows.SelectMany(show => CatalogWriter.Write(show)),
        .. CatalogWriter.Write(plan.Book),
        .. plan.Tracks.Concat(plan.Narrations).SelectMany(recording => CatalogWriter.Write(recording.Playable, recording.ParentName)),
        .. Playlist(plan),
    ];

    private Mutation User((string Id, Product Product, string Country) user)
    {
        var name = CultureInfo.InvariantCulture.TextInfo.ToTitleCase(user.Id);
        return new User(user.Id, name, null, user.Country, user.Product, false, false, null, time.GetUtcNow()).Insert();
    }

    private IEnumerable<Mutation> Playlist(DemoPlan plan)
    {
        var (id, now) = (DemoPlan.IdOf("playlist:demo"), time.GetUtcNow());
        var cover = plan.Albums.Single(album => album.Id == plan.Playlist[0].ParentId).ImageId;
        yield return Mutation.Insert(
            Playlists,
            ("PlaylistId", id), ("OwnerId", DemoPlan.PlaylistOwner), ("Name", DemoPlan.PlaylistName),
            ("Description", "The best-known song of each album in the demo catalog."), ("Public", true),
            ("Collaborative", false), ("Version", 1L), ("Items", plan.Playlist.Count), ("ImageId", cover),
            ("CreatedAt", now), ("UpdatedAt", now));
        yield return Mutation.Insert(
            PlaylistFollowers, ("UserId", DemoPlan.PlaylistOwner), ("PlaylistId", id), ("Public", true), ("FollowedAt", now));
        foreach (var (track, order) in plan.Playlist.Zip(OrderKeys.Between(null, null, plan.Playlist.Count)!))
            yield return Mutation.Insert(
                PlaylistItems,
                ("PlaylistId", id), ("OrderKey", order), ("Type", "track"), ("PlayableId", track.Id), ("AddedAt", now),
                ("AddedBy", DemoPlan.PlaylistOwner));
        yield return SearchEntries.Write(
            new SearchEntry(EntityType.Playlist, id, DemoPlan.PlaylistName, 50, MarketSet.Everywhere));
    }
}

/// <summary>The sources of the demo catalog's recordings and covers.</summary>
/// <param name="Pieces">Composes the movements of a playable, by playable id.</param>
/// <param name="Covers">Seeds and genres of covers, by image id.</param>
internal sealed record DemoContents(
    IReadOnlyDictionary<string, Func<IReadOnlyList<Composition>>> Pieces, IReadOnlyDictionary<string, (ulong Seed, Genre Genre)> Covers);
