using System.Diagnostics;
using System.Globalization;
using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Functions.SearchUpdates;
using Spotify.Local;
using Spotify.Local.Database;
using Spotify.Search;

namespace Spotify.Benchmarks.Search;

/// <summary>
/// A data directory of the one-machine home with a generated catalog and its search documents, and a plain FTS5 table with the same names.
/// A directory that the user names is kept, because building a large one takes minutes. Disposing deletes a temporary one.
/// </summary>
internal sealed class SearchData : IDisposable
{
    private const int EntriesPerCommit = 20_000;

    private readonly int tracks;
    private readonly bool isTemporary;

    /// <summary>Opens a directory.</summary>
    /// <param name="directory">The directory; empty for a temporary one.</param>
    /// <param name="tracks">The number of tracks.</param>
    public SearchData(string directory, int tracks)
    {
        this.tracks = tracks;
        isTemporary = directory.Length == 0;
        Directory = isTemporary ? System.IO.Directory.CreateTempSubdirectory("search-").FullName : directory;
        if (Exists && File.ReadAllText(TracksFile) != Number(tracks))
            throw new BenchmarkException($"{directory} has {File.ReadAllText(TracksFile)} tracks. Give it with --tracks.");
    }

    /// <summary>The path of the directory.</summary>
    public string Directory { get; }

    /// <summary>Whether the directory has been built.</summary>
    public bool Exists => File.Exists(TracksFile);

    /// <summary>The file of the plain FTS5 table.</summary>
    public string PlainFile => Path.Combine(Directory, "plain.sqlite");

    private string TracksFile => Path.Combine(Directory, "tracks");

    private string DatabaseFile => new DataDirectory(Directory).Database;

    /// <summary>Opens the database.</summary>
    public SqliteDatabase Open() => new(DatabaseFile, Schema.Current);

    /// <summary>Writes the catalog. Prints the time that the search documents take.</summary>
    public async Task BuildAsync()
    {
        using var database = Open();
        using var plain = new PlainIndex(PlainFile);
        var (watch, plainWatch, count) = (new Stopwatch(), new Stopwatch(), 0);
        var rows = new CatalogRows();
        foreach (var batch in new GeneratedCatalog(tracks).Entries().Chunk(EntriesPerCommit))
        {
            await database.CommitAsync([.. batch.SelectMany(rows.Of)], default);

            // In the order of the index, as the rebuild does, because FTS5 writes a segment whenever a row number is below the last one.
            var ordered = batch.OrderBy(entry => SearchEntries.Rank(entry.Type, entry.Id, entry.Popularity)).ToList();
            watch.Start();
            await database.CommitAsync([.. ordered.Select(SearchEntries.Write)], default);
            watch.Stop();
            plainWatch.Start();
            plain.Add(batch);
            plainWatch.Stop();
            count += batch.Length;
        }

        watch.Start();
        await new SqliteSearchIndex(database).MergeAsync(default);
        watch.Stop();

        // Otherwise the host would write all documents again.
        var rebuilds = Schema.Current.Table("SearchRebuilds");
        await database.CommitAsync(
            [
                .. Enumerable.Range(0, SearchRebuild.ShardCount).Select(shard =>
                    Mutation.Upsert(rebuilds, ("Shard", shard), ("Version", SearchEntries.Version), ("Position", null))),
            ],
            default);
        var (mine, theirs) = (watch.Elapsed.TotalSeconds, plainWatch.Elapsed.TotalSeconds);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{count:N0} documents written in {mine:0} s ({count / mine:N0}/s); plain FTS5 {theirs:0} s"));
        await File.WriteAllTextAsync(TracksFile, Number(tracks));
    }

    /// <summary>Returns tracks to search for. Popular ones are searched for more often.</summary>
    public List<SearchEntry> Sample()
    {
        var random = new Random(1);
        return
        [
            .. new GeneratedCatalog(tracks).Entries()
                .Where(entry => entry.Type == EntityType.Track && random.Next(100) < entry.Popularity),
        ];
    }

    /// <summary>Prints the size of the index and of the database.</summary>
    public void PrintSizes()
    {
        using var session = new PlainSession(DatabaseFile);
        session.Run("PRAGMA wal_checkpoint(TRUNCATE)");
        var index = session.Number("SELECT SUM(LENGTH(block)) FROM SearchEntriesByTerms_data");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"index {index / 1e6:0} MB, with the catalog {new FileInfo(DatabaseFile).Length / 1e6:0} MB on disk"));
    }

    public void Dispose()
    {
        if (isTemporary) System.IO.Directory.Delete(Directory, recursive: true);
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>The catalog rows of generated entities, in the order in which they are generated.</summary>
    private sealed class CatalogRows
    {
        private static readonly Table Documents = Schema.Current.Table("SearchEntries");

        private string albumId = "";
        private int number;

        public IEnumerable<Mutation> Of(SearchEntry entry) => Write(entry).Where(mutation => mutation.Table != Documents);

        private IEnumerable<Mutation> Write(SearchEntry entry)
        {
            switch (entry.Type)
            {
                case EntityType.Artist:
                    return CatalogWriter.Write(new Artist(entry.Id, entry.Name, [], entry.Popularity, 0, null));
                case EntityType.Album:
                    (albumId, number) = (entry.Id, 0);
                    return CatalogWriter.Write(new Album(
                        entry.Id, "album", entry.Name, entry.ReleaseDate, "", [], entry.Genres, null, entry.Popularity, entry.Markets, null,
                        entry.Artists, 0));
                default:
                    return CatalogWriter.Write(
                        new Playable(
                            entry.Id, EntityType.Track, albumId, 1, ++number, entry.Name, 200_000, false, entry.Popularity,
                            new Rights(entry.Markets, DateTimeOffset.UnixEpoch, null), null, entry.ReleaseDate, "", [], null,
                            entry.Artists),
                        entry.Album);
            }
        }
    }
}
