using System.Globalization;
using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Playlists;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Demo.Music;

namespace Spotify.Demo;

/// <summary>
/// The demo catalog in the database: made where there is no data yet, in one commit, so that a crash leaves all of it or nothing.
/// Ids follow from the plan's keys and never change.
/// </summary>
public sealed class DemoCatalog(IDatabase database, TimeProvider time)
{
    private static readonly Table Artists = Schema.Current.Table("Artists");
    private static readonly Statement AnyArtist = new("SELECT ArtistId FROM Artists LIMIT 1");

    private static readonly Statement AnyUser = new("SELECT UserId FROM Users LIMIT 1");

    private static readonly Table Playlists = Schema.Current.Table("Playlists");
    private static readonly Table PlaylistItems = Schema.Current.Table("PlaylistItems");
    private static readonly Table PlaylistFollowers = Schema.Current.Table("PlaylistFollowers");

    private volatile Task<DemoContents?>? contents;

    /// <summary>The id of what the plan calls <paramref name="key"/>.</summary>
    public static string IdOf(string key) => SpotifyId.FromName("demo:" + key);

    /// <summary>Makes the catalog if there is neither an artist nor a user.</summary>
    /// <returns>Whether it did.</returns>
    public async Task<bool> MakeIfEmptyAsync(CancellationToken ct)
    {
        if (await HasAnyAsync(statement => database.QueryAsync(statement, Parameters.None, null, ct))) return false;
        var mutations = Write(Plan()).ToList();
        return await database.TransactAsync(async transaction =>
        {
            // Another process may have made it meanwhile.
            if (await HasAnyAsync(statement => transaction.QueryAsync(statement, Parameters.None))) return false;
            mutations.ForEach(transaction.Add);
            return true;
        }, ct);
    }

    private static async Task<bool> HasAnyAsync(Func<Statement, IAsyncEnumerable<Row>> query) => await query(AnyArtist).AnyAsync() || await query(AnyUser).AnyAsync();

    /// <summary>What the catalog's sound and pictures are made from; null if the data has no demo catalog.</summary>
    public Task<DemoContents?> ContentsAsync()
    {
        // One failure, of a busy database say, must not stand in the way of all that is played from then on.
        if (contents is { IsFaulted: false } known) return known;
        return contents = ReadContentsAsync();
    }

    private static string ImageOf(string key) => SpotifyId.FromName("demo:cover:" + key);

    private async Task<DemoContents?> ReadContentsAsync()
    {
        // The plan takes a quarter of a second: most data has no demo to need it for.
        if (await database.ReadAsync(Artists, new Key(IdOf(DemoPlanner.KeyOf(DemoNames.Artists[0]))), CancellationToken.None) is null) return null;
        var plan = Plan();
        return new DemoContents(Compositions(plan), Covers(plan));
    }

    private DemoPlan Plan() => DemoPlanner.Plan(DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime));

    private static Dictionary<string, Func<Composition>> Compositions(DemoPlan plan)
    {
        var compositions = plan.Tracks.ToDictionary(track => IdOf(track.Key), track => (Func<Composition>)(() => Composer.Compose(track.Genre, track.Seed)));
        foreach (var narration in plan.Shows.SelectMany(show => show.Episodes).Concat(plan.Audiobooks.SelectMany(book => book.Chapters)))
            compositions[IdOf(narration.Key)] = () => Composer.ComposeNarration(narration.Seed);
        return compositions;
    }

    private static Dictionary<string, DemoCover> Covers(DemoPlan plan) => plan.Artists.Select(artist => (artist.Key, new DemoCover(artist.CoverSeed, artist.Genres[0])))
        .Concat(plan.Albums.Select(album => (album.Key, new DemoCover(album.CoverSeed, album.Genre))))
        .Concat(plan.Shows.Select(show => (show.Key, new DemoCover(show.CoverSeed, show.Genre))))
        .Concat(plan.Audiobooks.Select(book => (book.Key, new DemoCover(book.CoverSeed, book.Genre))))
        .ToDictionary(cover => ImageOf(cover.Key), cover => cover.Item2);

    private IEnumerable<Mutation> Write(DemoPlan plan)
    {
        var now = time.GetUtcNow();
        var artists = plan.Artists.ToDictionary(artist => artist.Key, artist => new ArtistCredit(IdOf(artist.Key), artist.Name));
        var albums = plan.Albums.ToDictionary(album => album.Key);
        var popularity = plan.Tracks.GroupBy(track => track.AlbumKey).ToDictionary(album => album.Key, album => album.Max(track => track.Popularity));

        foreach (var user in plan.Users)
        {
            var product = Products.TryParse(user.Product, out var known) ? known : Product.Free;
            yield return new User(user.Name, CultureInfo.InvariantCulture.TextInfo.ToTitleCase(user.Name), null, user.Country, product, false, false, null, now).Insert();
        }

        foreach (var artist in plan.Artists)
            foreach (var mutation in CatalogWriter.Write(new Artist(IdOf(artist.Key), artist.Name, [.. artist.Genres.Select(NameOf)], artist.Popularity, artist.Popularity * 137L, ImageOf(artist.Key))))
                yield return mutation;

        foreach (var album in plan.Albums)
        {
            var markets = MarketsOf(plan, plan.Tracks.Where(track => track.AlbumKey == album.Key).SelectMany(track => track.Markets));
            foreach (var mutation in CatalogWriter.Write(new Album(
                IdOf(album.Key), album.Type.ToString().ToLowerInvariant(), album.Name, DateOf(album.ReleaseDate), album.Label, [$"P {album.ReleaseDate.Year} {album.Label}"],
                [NameOf(album.Genre)], album.Upc, popularity[album.Key], markets, ImageOf(album.Key), [.. album.ArtistKeys.Select(key => artists[key])], 0)))
                yield return mutation;
        }

        foreach (var track in plan.Tracks)
            foreach (var mutation in CatalogWriter.Write(new Playable(
                IdOf(track.Key), EntityType.Track, IdOf(track.AlbumKey), track.Disc, track.Number, track.Title, (int)track.Duration.TotalMilliseconds, track.Explicit,
                track.Popularity, new Rights(MarketsOf(plan, track.Markets), new DateTimeOffset(track.AvailableFrom, TimeOnly.MinValue, TimeSpan.Zero), null), track.Isrc,
                DateOf(albums[track.AlbumKey].ReleaseDate), "", [], null, [.. track.ArtistKeys.Select(key => artists[key])]), albums[track.AlbumKey].Name))
                yield return mutation;

        foreach (var show in plan.Shows)
        {
            foreach (var mutation in CatalogWriter.Write(new Show(
                IdOf(show.Key), show.Name, show.Publisher, show.Description, [show.Language], [$"C {show.Publisher}"], false, 35, MarketSet.Everywhere, ImageOf(show.Key), 0)))
                yield return mutation;
            foreach (var mutation in Narrations(EntityType.Episode, show.Key, show.Name, show.Language, show.Episodes)) yield return mutation;
        }

        foreach (var book in plan.Audiobooks)
        {
            foreach (var mutation in CatalogWriter.Write(new Audiobook(
                IdOf(book.Key), book.Name, book.Authors, book.Narrators, book.Publisher, book.Description, "Unabridged", [book.Language], [$"C {book.Publisher}"], false, 25,
                MarketSet.Everywhere, ImageOf(book.Key), 0)))
                yield return mutation;
            foreach (var mutation in Narrations(EntityType.Chapter, book.Key, book.Name, book.Language, book.Chapters)) yield return mutation;
        }

        foreach (var playlist in plan.Playlists)
        {
            var id = IdOf(playlist.Key);
            var owner = plan.Users.Single(user => user.Key == playlist.OwnerKey).Name;
            yield return Mutation.Insert(Playlists,
                ("PlaylistId", id), ("OwnerId", owner), ("Name", playlist.Name), ("Description", playlist.Description), ("Public", true), ("Collaborative", false),
                ("Version", 1L), ("Items", playlist.TrackKeys.Count), ("Followers", 0L), ("ImageId", ImageOf(plan.Tracks.Single(track => track.Key == playlist.TrackKeys[0]).AlbumKey)),
                ("CreatedAt", now), ("UpdatedAt", now));
            yield return Mutation.Insert(PlaylistFollowers, ("PlaylistId", id), ("UserId", owner), ("Public", true), ("FollowedAt", now));
            var orderKeys = OrderKeys.Between(null, null, playlist.TrackKeys.Count)!;
            for (var i = 0; i < playlist.TrackKeys.Count; i++)
                yield return Mutation.Insert(PlaylistItems,
                    ("PlaylistId", id), ("OrderKey", orderKeys[i]), ("Type", "track"), ("PlayableId", IdOf(playlist.TrackKeys[i])),
                    ("AddedAt", now), ("AddedBy", owner));
            yield return CatalogWriter.Document(EntityType.Playlist, id, 50, MarketSet.Everywhere, playlist.Name);
        }
    }

    private static IEnumerable<Mutation> Narrations(EntityType type, string parentKey, string parentName, string language, IReadOnlyList<DemoNarration> narrations) =>
        narrations.SelectMany((narration, i) => CatalogWriter.Write(new Playable(
            IdOf(narration.Key), type, IdOf(parentKey), 1, i + 1, narration.Title, (int)narration.Duration.TotalMilliseconds, false, 20, new Rights(MarketSet.Everywhere, null, null),
            null, DateOf(narration.ReleaseDate), narration.Description, [language], null, []), parentName));

    private static MarketSet MarketsOf(DemoPlan plan, IEnumerable<string> markets)
    {
        var set = MarketSet.Of(markets);
        return set.ToList().Count == plan.Markets.Count ? MarketSet.Everywhere : set;
    }

    private static string DateOf(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string NameOf(Genre genre) => genre.ToString().ToLowerInvariant();
}

/// <summary>What the sound and the pictures of the demo catalog are made from, by id.</summary>
/// <param name="Compositions">The music of playables.</param>
/// <param name="Covers">Pictures.</param>
public sealed record DemoContents(IReadOnlyDictionary<string, Func<Composition>> Compositions, IReadOnlyDictionary<string, DemoCover> Covers);

/// <summary>What a picture is painted from; see <see cref="CoverPainter"/>.</summary>
public sealed record DemoCover(ulong Seed, Genre Genre);
