using System.Diagnostics;
using System.Globalization;
using Spotify.Benchmarks.Generate;
using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Users;
using Spotify.Events.Taste;
using Spotify.Functions.SearchUpdates;
using Spotify.Local;
using Spotify.Local.Database;
using Spotify.Local.Objects;
using Spotify.Recommendations.Publishing;
using Spotify.Recommendations.Tracks;
using Spotify.Search;

namespace Spotify.Benchmarks.Surfaces;

/// <summary>
/// A data directory of the one-machine home with the catalog of a generated model, the published model, and listeners with a history. A
/// directory that the user names is kept. Disposing deletes a temporary one.
/// </summary>
internal sealed class SurfaceData : IDisposable
{
    private const int PlaysPerListener = 300;
    private const int RowsPerCommit = 5_000;

    private readonly bool isTemporary;

    private SurfaceData(string directory, bool isTemporary) => (Directory, this.isTemporary) = (directory, isTemporary);

    /// <summary>The path of the directory.</summary>
    public string Directory { get; }

    /// <summary>Opens a directory, and builds it unless it exists.</summary>
    /// <param name="directory">The directory; empty for a temporary one.</param>
    /// <param name="tracks">The number of tracks.</param>
    /// <param name="listeners">The number of listeners.</param>
    public static async Task<SurfaceData> OpenAsync(string directory, int tracks, int listeners)
    {
        var isTemporary = directory.Length == 0;
        var path = isTemporary ? System.IO.Directory.CreateTempSubdirectory("surfaces-").FullName
            : System.IO.Directory.CreateDirectory(Path.Combine(directory, $"surfaces-{tracks}-{listeners}")).FullName;
        var data = new SurfaceData(path, isTemporary);
        var built = Path.Combine(path, "built");
        if (File.Exists(built)) return data;
        var watch = Stopwatch.StartNew();
        using var model = new GeneratedModel(path, tracks);
        await data.PublishAsync(model);
        using (var database = new SqliteDatabase(new DataDirectory(path).Database, Schema.Current))
        {
            await WriteCatalogAsync(database, model.Model.Tracks);
            await WriteListenersAsync(database, model, listeners);
        }

        await File.WriteAllTextAsync(built, "");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"catalog, model and listeners built in {watch.Elapsed.TotalSeconds:0} s"));
        return data;
    }

    /// <summary>Returns the id of a listener.</summary>
    public static string Listener(int index) => $"listener-{index}";

    public void Dispose()
    {
        if (isTemporary) System.IO.Directory.Delete(Directory, recursive: true);
    }

    private async Task PublishAsync(GeneratedModel model)
    {
        var objects = new DirectoryObjectStore(new DataDirectory(Directory).Objects);
        var options = new ModelLoaderOptions
        {
            Directory = System.IO.Directory.CreateDirectory(Path.Combine(Directory, "loaded")).FullName, PathOf = objects.PathOf,
        };
        var temporary = System.IO.Directory.CreateDirectory(Path.Combine(Directory, "written")).FullName;
        await new ModelPublisher(objects, options, new PublicationOptions(), TimeProvider.System).PublishAsync(
            model.Model, new ModelCounts(model.Model.Tracks.Count, 0, 0, 0, 0), new ModelSettings(GeneratedModel.Dimensions, 0, 1, 1), [],
            Publication.Always, temporary, null, default);
    }

    private static async Task WriteCatalogAsync(SqliteDatabase database, TrackTable tracks)
    {
        var rows = Enumerable.Range(0, tracks.Count).OrderBy(tracks.Album).ThenBy(row => row);
        var artists = new HashSet<int>();
        foreach (var page in rows.Chunk(RowsPerCommit))
            await database.CommitAsync([.. page.SelectMany(Track)], default);
        var rebuilds = Schema.Current.Table("SearchRebuilds");
        // Otherwise the host would write all documents again.
        await database.CommitAsync(
            [
                .. Enumerable.Range(0, SearchRebuild.ShardCount).Select(shard =>
                    Mutation.Upsert(rebuilds, ("Shard", shard), ("Version", SearchEntries.Version), ("Position", null))),
            ],
            default);
        await new SqliteSearchIndex(database).MergeAsync(default);

        IEnumerable<Mutation> Track(int row)
        {
            var number = tracks.Artist(row);
            var credit = new ArtistCredit(SpotifyId.Format(tracks.ArtistId(number)), $"Artist {number}");
            string[] genres = [.. tracks.Genres(row).ToArray().Select(genre => tracks.GenreName(genre))];
            var (popularity, date) = ((int)(100 * tracks.Popularity(row)), $"{tracks.Year(row)}-05-01");
            var album = new Album(
                SpotifyId.Format(tracks.AlbumId(tracks.Album(row))), "album", $"Album {number}", date, "", [], genres, null, popularity,
                MarketSet.Everywhere, null, [credit], 0);
            if (artists.Add(number))
            {
                var artist = new Artist(credit.Id, credit.Name, genres, popularity, 0, null);
                foreach (var mutation in CatalogWriter.Write(artist).Concat(CatalogWriter.Write(album))) yield return mutation;
            }

            var id = SpotifyId.Format(tracks.Id(row));
            var track = new Playable(
                id, EntityType.Track, album.Id, 1, row + 1, $"Song {row}", 200_000, tracks.Explicit(row), popularity,
                new Rights(MarketSet.Everywhere, null, null), null, date, "", [], null, [credit]);
            foreach (var mutation in CatalogWriter.Write(track, album.Name, genres: genres)) yield return mutation;
            yield return CatalogWriter.WriteAudio(id, SpotifyId.FromName(id), "ogg high 160 4000000", -3, null);
        }
    }

    private static async Task WriteListenersAsync(SqliteDatabase database, GeneratedModel model, int listeners)
    {
        var (history, tastes) = (Schema.Current.Table("PlayHistory"), Schema.Current.Table("Tastes"));
        var now = Instant.Truncate(DateTimeOffset.UtcNow);
        for (var listener = 0; listener < listeners; listener++)
        {
            var (user, taste) = (Listener(listener), new TasteState());
            var mutations = new List<Mutation>
            {
                new User(user, user, null, "SE", Product.Premium, false, false, null, now).Insert(),
            };
            foreach (var (i, row) in GeneratedListeners.Rows(model, listener + 1, PlaysPerListener).Index())
            {
                var (tracks, at) = (model.Model.Tracks, now.AddMinutes(-3 * (i + 1)));
                taste.Apply(
                    new TastePlay($"play-{i}", at, 1000)
                    {
                        Track = tracks.Id(row),
                        Artists = [tracks.ArtistId(tracks.Artist(row))],
                        Genres = [tracks.GenreName(tracks.Genres(row)[0])],
                    },
                    now);
                mutations.Add(Mutation.Insert(
                    history,
                    ("UserId", user), ("EventId", $"play-{i}"), ("PlayedAt", at), ("Type", "track"),
                    ("PlayableId", SpotifyId.Format(tracks.Id(row))), ("PlayedMs", 180_000L), ("DurationMs", 200_000L),
                    ("EndReason", "completed"), ("Engagement", 900L), ("IsListed", true), ("ContextUri", null)));
            }

            mutations.Add(Mutation.Upsert(tastes, ("UserId", user), ("State", taste.Encode()), ("UpdatedAt", now)));
            await database.CommitAsync(mutations, default);
        }
    }
}
