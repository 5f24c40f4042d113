using System.Globalization;
using Spotify.Catalog;
using Spotify.Demo.Music;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Playlists;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;

namespace Spotify.Demo;

/// <summary>
/// The demo catalog in the database. Its rows are created in one commit, so that a crash leaves all or none of them. Ids are derived from
/// the plan's keys and never change.
/// </summary>
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
        // A failure, of a busy database for example, is not cached.
        if (contents is { IsFaulted: false } known) return known;
        return contents = ReadContentsAsync();
    }

    private static async Task<bool> HasAnyAsync(Func<Statement, IAsyncEnumerable<Row>> query) =>
        await query(AnyArtist).AnyAsync() || await query(AnyUser).AnyAsync();

    private static string IdOf(string key) => SpotifyId.FromName("demo:" + key);

    private static string ImageOf(string key) => SpotifyId.FromName("demo:cover:" + key);

    private static string NameOf(Genre genre) => genre.ToString().ToLowerInvariant();

    private static string DateOf(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private async Task<DemoContents?> ReadContentsAsync()
    {
        // Planning takes a quarter of a second and is not needed without a demo catalog.
        var artist = new Key(IdOf(DemoPlanner.KeyOf(DemoNames.Artists[0])));
        if (await database.ReadAsync(Artists, artist, CancellationToken.None) is null) return null;
        var plan = Plan();
        var pieces = plan.Tracks.ToDictionary(
            track => IdOf(track.Key),
            track => (Func<IReadOnlyList<Composition>>)(() => Composer.Compose(track.Genre, track.Seed, track.Movements)));
        foreach (var narration in plan.Shows.Concat(plan.Audiobooks).SelectMany(series => series.Parts))
            pieces[IdOf(narration.Key)] = () => [Composer.ComposeNarration(narration.Seed)];
        var covers = plan.Artists.Select(artist => (artist.Key, Genre: artist.Genres[0]))
            .Concat(plan.Albums.Select(album => (album.Key, album.Genre)))
            .Concat(plan.Shows.Concat(plan.Audiobooks).Select(series => (series.Key, series.Genre)));
        return new(
            pieces, covers.ToDictionary(cover => ImageOf(cover.Key), cover => new DemoCover(SeededRandom.SeedOf(cover.Key), cover.Genre)));
    }

    private DemoPlan Plan() => DemoPlanner.Plan(DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime));

    private IEnumerable<Mutation> Write(DemoPlan plan)
    {
        var credits = plan.Artists.ToDictionary(artist => artist.Key, artist => new ArtistCredit(IdOf(artist.Key), artist.Name));
        var tracks = plan.Tracks.ToLookup(track => track.Album);
        return
        [
            .. plan.Users.Select(User),
            .. plan.Artists.SelectMany(Artist),
            .. plan.Albums.SelectMany(Album),
            .. plan.Tracks.SelectMany(Track),
            .. plan.Shows.SelectMany(Show),
            .. plan.Audiobooks.SelectMany(Audiobook),
            .. Playlist(plan),
        ];

        Mutation User(DemoUser user) => new User(
            user.Name, CultureInfo.InvariantCulture.TextInfo.ToTitleCase(user.Name), null, user.Country, user.Product, false, false, null,
            time.GetUtcNow()).Insert();

        IEnumerable<Mutation> Artist(DemoArtist artist) => CatalogWriter.Write(new Artist(
            IdOf(artist.Key), artist.Name, [.. artist.Genres.Select(NameOf)], artist.Popularity, artist.Popularity * 137L,
            ImageOf(artist.Key)));

        IEnumerable<Mutation> Album(DemoAlbum album) => CatalogWriter.Write(new Album(
            IdOf(album.Key), album.Type.ToString().ToLowerInvariant(), album.Name, DateOf(album.ReleaseDate), album.Label,
            [$"P {album.ReleaseDate.Year} {album.Label}"], [NameOf(album.Genre)], album.Upc,
            tracks[album].Max(track => track.Popularity), MarketsOf(tracks[album].SelectMany(track => track.Markets)), ImageOf(album.Key),
            [.. album.ArtistKeys.Select(key => credits[key])], 0));

        IEnumerable<Mutation> Track(DemoTrack track) => CatalogWriter.Write(
            new Playable(
                IdOf(track.Key), EntityType.Track, IdOf(track.Album.Key), track.Disc, track.Number, track.Title,
                (int)track.Duration.TotalMilliseconds, track.Explicit, track.Popularity,
                new Rights(MarketsOf(track.Markets), new DateTimeOffset(track.Album.ReleaseDate, TimeOnly.MinValue, TimeSpan.Zero), null),
                track.Isrc, DateOf(track.Album.ReleaseDate), "", [], null, [.. track.ArtistKeys.Select(key => credits[key])]),
            track.Album.Name);

        IEnumerable<Mutation> Show(DemoSeries show) =>
        [
            .. CatalogWriter.Write(new Show(
                IdOf(show.Key), show.Name, show.Publisher, show.Description, ["en"], [$"C {show.Publisher}"], false, 35,
                MarketSet.Everywhere, ImageOf(show.Key), 0)),
            .. Narrations(EntityType.Episode, show),
        ];

        IEnumerable<Mutation> Audiobook(DemoSeries book) =>
        [
            .. CatalogWriter.Write(new Audiobook(
                IdOf(book.Key), book.Name, [DemoNames.BookAuthor], [DemoNames.BookReader], book.Publisher, book.Description, "Unabridged",
                ["en"], [$"C {book.Publisher}"], false, 25, MarketSet.Everywhere, ImageOf(book.Key), 0)),
            .. Narrations(EntityType.Chapter, book),
        ];

        IEnumerable<Mutation> Narrations(EntityType type, DemoSeries series) => series.Parts.SelectMany((part, i) => CatalogWriter.Write(
            new Playable(
                IdOf(part.Key), type, IdOf(series.Key), 1, i + 1, part.Title, (int)part.Duration.TotalMilliseconds, false, 20,
                new Rights(MarketSet.Everywhere, null, null), null, DateOf(part.ReleaseDate), part.Description, ["en"], null, []),
            series.Name));

        MarketSet MarketsOf(IEnumerable<string> markets)
        {
            var set = MarketSet.Of(markets);
            return set.ToList().Count == plan.Markets.Count ? MarketSet.Everywhere : set;
        }
    }

    private IEnumerable<Mutation> Playlist(DemoPlan plan)
    {
        var (playlist, now) = (plan.Playlist, time.GetUtcNow());
        var (id, keys) = (IdOf(playlist.Key), playlist.TrackKeys);
        var owner = plan.Users.Single(user => user.Key == playlist.OwnerKey).Name;
        var cover = ImageOf(plan.Tracks.Single(track => track.Key == keys[0]).Album.Key);
        yield return Mutation.Insert(
            Playlists,
            ("PlaylistId", id), ("OwnerId", owner), ("Name", playlist.Name), ("Description", playlist.Description), ("Public", true),
            ("Collaborative", false), ("Version", 1L), ("Items", keys.Count), ("Followers", 0L), ("ImageId", cover), ("CreatedAt", now),
            ("UpdatedAt", now));
        yield return Mutation.Insert(PlaylistFollowers, ("PlaylistId", id), ("UserId", owner), ("Public", true), ("FollowedAt", now));
        foreach (var (key, order) in keys.Zip(OrderKeys.Between(null, null, keys.Count)!))
            yield return Mutation.Insert(
                PlaylistItems,
                ("PlaylistId", id), ("OrderKey", order), ("Type", "track"), ("PlayableId", IdOf(key)), ("AddedAt", now),
                ("AddedBy", owner));
        yield return CatalogWriter.Document(EntityType.Playlist, id, 50, MarketSet.Everywhere, playlist.Name);
    }
}

/// <summary>The sources of the demo catalog's recordings and covers.</summary>
/// <param name="Pieces">Composes the movements of a playable, by playable id.</param>
/// <param name="Covers">Covers, by image id.</param>
internal sealed record DemoContents(
    IReadOnlyDictionary<string, Func<IReadOnlyList<Composition>>> Pieces, IReadOnlyDictionary<string, DemoCover> Covers);

/// <summary>The arguments of <see cref="CoverPainter.Paint"/>.</summary>
internal sealed record DemoCover(ulong Seed, Genre Genre);
