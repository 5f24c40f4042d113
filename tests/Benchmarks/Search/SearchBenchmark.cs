using System.Diagnostics;
using System.Globalization;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Local.Database;
using Spotify.Search;

namespace Spotify.Benchmarks.Search;

/// <summary>
/// The latencies of the embedded search index with a generated catalog, and those of a plain FTS5 table with the same names
/// (<c>MATCH … ORDER BY rank</c>), in alternating queries; the time to build the index, its size, and the memory of the process.
/// </summary>
internal static class SearchBenchmark
{
    private const int EntriesPerCommit = 20_000;
    private const int Candidates = 500;
    private const int Suggested = 100;
    private const int Renames = 500;

    public static async Task<int> RunAsync(string[] args)
    {
        var arguments = new Arguments(args, "--tracks", "--queries");
        var (tracks, queries) = (arguments.Number("--tracks", 1_000_000), arguments.Number("--queries", 3000));
        var directory = Directory.CreateTempSubdirectory("search-");
        try
        {
            var file = Path.Combine(directory.FullName, "database.sqlite");
            var found = new List<SearchEntry>();
            using (var database = new SqliteDatabase(file, Schema.Current))
            using (var plain = new PlainIndex(Path.Combine(directory.FullName, "plain.sqlite")))
            {
                await BuildAsync(database, plain, tracks, found);
                await CompareAsync(new SqliteSearchIndex(database), plain, found, queries);
                await RenameAsync(database, found);
            }

            Sizes(file);
            Memory();
            await SearchLoad.RunAsync(directory.FullName, found);
        }
        finally
        {
            directory.Delete(recursive: true);
        }

        return 0;
    }

    private static async Task BuildAsync(SqliteDatabase database, PlainIndex plain, int tracks, List<SearchEntry> sample)
    {
        var (watch, plainWatch, count, random) = (new Stopwatch(), new Stopwatch(), 0, new Random(1));
        foreach (var batch in new GeneratedCatalog(tracks).Entries().Chunk(EntriesPerCommit))
        {
            // In the order of the index, as the rebuild does, because FTS5 writes a segment whenever a row number is below the last one.
            var ordered = batch.OrderBy(entry => SearchEntries.Rank(entry.Type, entry.Id, entry.Popularity)).ToList();
            watch.Start();
            await database.CommitAsync([.. ordered.Select(SearchEntries.Write)], default);
            watch.Stop();
            plainWatch.Start();
            plain.Add(batch);
            plainWatch.Stop();

            // Popular entities are looked for more often.
            sample.AddRange(batch.Where(entry => entry.Type == EntityType.Track && random.Next(100) < entry.Popularity));
            count += batch.Length;
        }

        var (mine, theirs) = (watch.Elapsed.TotalSeconds, plainWatch.Elapsed.TotalSeconds);
        Console.WriteLine(Text($"{count:N0} entities written in {mine:0} s ({count / mine:N0}/s); plain FTS5 {theirs:0} s"));
    }

    private static async Task CompareAsync(SqliteSearchIndex index, PlainIndex plain, List<SearchEntry> tracks, int count)
    {
        var random = new Random(2);
        var kinds = new (string Name, int Limit, Func<SearchEntry, SearchTerm[][]> Groups)[]
        {
            ("prefix of a word, 1-7 letters", Suggested, track => [[Prefix(Cut(WordOf(track.Name)))]]),
            ("artist and prefix", Suggested, track => [[Word(WordOf(track.Artists[0].Name))], [Prefix(Cut(WordOf(track.Name)))]]),
            ("whole names", Candidates, track => Words(track.Artists[0].Name + " " + track.Name)),
            ("one word", Candidates, track => [[Word(WordOf(track.Name))]]),
            ("artist and decade", Candidates, track =>
            [
                [new SearchTerm(SearchField.Artist, WordOf(track.Artists[0].Name), false)],
                [.. SearchTags.YearRange(1970, 1979).Select(tag => new SearchTerm(SearchField.Tag, tag, false))],
            ]),
            ("most popular of a market", Candidates, _ => [[new SearchTerm(SearchField.Tag, SearchTags.All, false)]]),
        };
        foreach (var (name, limit, groups) in kinds)
        {
            var (mine, theirs) = (new List<double>(), new List<double>());
            // The first tenth warms up and is not counted.
            for (var i = -count / 10; i < count; i++)
            {
                var terms = groups(tracks[random.Next(tracks.Count)]);
                var started = Stopwatch.GetTimestamp();
                await index.CandidatesAsync(new SearchQuery(EntityType.Track, terms, "SE", limit), default);
                if (i >= 0) mine.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);

                // A query takes up to a second, so that fewer are enough.
                if (terms[0][0].Field == SearchField.Tag || i % 50 != 0) continue;
                started = Stopwatch.GetTimestamp();
                plain.Find([.. terms.Select(group => group[0]).Where(term => term.Field != SearchField.Tag)]);
                if (i >= 0) theirs.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }

            Console.WriteLine($"{name}: {Percentiles(mine)}" + (theirs.Count == 0 ? "" : $"; plain FTS5 {Percentiles(theirs)}"));
        }

        SearchTerm Word(string text) => new(SearchField.Any, text, IsPrefix: false);

        SearchTerm Prefix(string text) => new(SearchField.Any, text, IsPrefix: true);

        SearchTerm[][] Words(string text) => [.. SearchText.Words(text).Select(word => (SearchTerm[])[Word(word.Text)])];

        string WordOf(string name) => SearchText.Words(name) is var words ? words[random.Next(words.Count)].Text : "";

        string Cut(string word) => word[..random.Next(1, Math.Min(word.Length, 7) + 1)];
    }

    private static async Task RenameAsync(SqliteDatabase database, List<SearchEntry> tracks)
    {
        var renames = new List<double>();
        foreach (var track in tracks.Take(Renames))
        {
            var started = Stopwatch.GetTimestamp();
            await database.CommitAsync([SearchEntries.Write(track with { Name = track.Name + " renamed" })], default);
            renames.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        Console.WriteLine($"a renamed track, committed alone: {Percentiles(renames)}");
    }

    private static string Percentiles(List<double> milliseconds)
    {
        milliseconds.Sort();
        return Text($"p50 {At(0.5):0.00} ms, p99 {At(0.99):0.00} ms, max {milliseconds[^1]:0.0} ms");

        double At(double share) => milliseconds[(int)(share * (milliseconds.Count - 1))];
    }

    private static void Sizes(string file)
    {
        using var session = new PlainSession(file);
        session.Run("PRAGMA wal_checkpoint(TRUNCATE)");
        var index = session.Number("SELECT SUM(LENGTH(block)) FROM SearchEntriesByTerms_data");
        Console.WriteLine(Text($"index {index / 1e6:0} MB, with documents {new FileInfo(file).Length / 1e6:0} MB on disk"));
    }

    private static void Memory()
    {
        // Without the pages of the mapped database files, which the operating system can drop.
        if (!File.Exists("/proc/self/status")) return;
        var anonymous = File.ReadLines("/proc/self/status").First(line => line.StartsWith("RssAnon", StringComparison.Ordinal));
        Console.WriteLine($"memory of the process: {anonymous["RssAnon:".Length..].Trim()}");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
