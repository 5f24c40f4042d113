using System.Diagnostics;
using System.Globalization;
using Spotify.Domain;
using Spotify.Domain.Ports;
using Spotify.Local.Database;
using Spotify.Search;

namespace Spotify.Benchmarks.Search;

/// <summary>
/// The latencies of the embedded search index with a generated catalog, and those of a plain FTS5 table with the same names
/// (<c>MATCH … ORDER BY rank</c>), in alternating queries; the time to build the index, its size, and the load over HTTP.
/// </summary>
internal static class SearchBenchmark
{
    private const int Candidates = 500;
    private const int Suggested = 100;
    private const int Renames = 500;

    public static async Task<int> RunAsync(string[] args)
    {
        var arguments = new Arguments(args, "--tracks", "--queries", "--data");
        var (tracks, queries) = (arguments.Number("--tracks", 1_000_000), arguments.Number("--queries", 3000));
        using var data = new SearchData(arguments.Text("--data", ""), tracks);
        if (!data.Exists) await data.BuildAsync();
        var sample = data.Sample();
        using (var database = data.Open())
        using (var plain = new PlainIndex(data.PlainFile))
        {
            await CompareAsync(new SqliteSearchIndex(database), plain, sample, queries);
            await RenameAsync(database, sample);
            // Otherwise the host would do it while it is measured.
            await new SqliteSearchIndex(database).MergeAsync(default);
        }

        data.PrintSizes();
        await SearchLoad.RunAsync(data.Directory, sample);
        return 0;
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
                await index.CandidatesAsync(new SearchQuery([EntityType.Track], terms, "SE", limit), default);
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
            // The second one restores the name.
            foreach (var name in (string[])[track.Name + " renamed", track.Name])
            {
                var started = Stopwatch.GetTimestamp();
                await database.CommitAsync([SearchEntries.Write(track with { Name = name })], default);
                renames.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
        }

        Console.WriteLine($"a renamed track, committed alone: {Percentiles(renames)}");
    }

    private static string Percentiles(List<double> milliseconds)
    {
        milliseconds.Sort();
        return Text($"p50 {At(0.5):0.00} ms, p99 {At(0.99):0.00} ms, max {milliseconds[^1]:0.0} ms");

        double At(double share) => milliseconds[(int)(share * (milliseconds.Count - 1))];
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
