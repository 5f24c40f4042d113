using System.Diagnostics;
using Spotify.Domain.Data;
using Spotify.Local.Database;
using SQLitePCL;

namespace Spotify.Benchmarks.Commits;

/// <summary>
/// A comparison of small commits to the embedded database, by 1 and by 64 writers, with bare SQLite: one connection that appends a row per
/// transaction, with the same settings (write-ahead log, <c>synchronous = FULL</c>) and the same table. In alternating runs.
/// </summary>
internal static class CommitsBenchmark
{
    private const int ManyWriters = 64;

    private static readonly byte[] Body = new byte[100];

    private static readonly Schema Schema = new([("0001_commits.sql", """
        CREATE TABLE Appends (Writer INT64 NOT NULL, Number INT64 NOT NULL, Body BYTES(MAX) NOT NULL) PRIMARY KEY (Writer, Number);
        """)]);

    private static readonly Table Appends = Schema.Table("Appends");

    public static async Task<int> RunAsync(string[] args)
    {
        var arguments = new Arguments(args, "--rounds", "--seconds");
        var (rounds, duration) = (arguments.Number("--rounds", 5), TimeSpan.FromSeconds(arguments.Number("--seconds", 2)));
        var (bare, one, many) = (new List<double>(), new List<double>(), new List<double>());
        // The first round warms up and is not counted.
        for (var round = 0; round <= rounds; round++)
        {
            var bareRate = await InDirectoryAsync(file => Task.FromResult(AppendBare(file, duration)));
            var oneRate = await InDirectoryAsync(file => CommitAsync(file, 1, duration));
            var manyRate = await InDirectoryAsync(file => CommitAsync(file, ManyWriters, duration));
            if (round == 0) continue;
            bare.Add(bareRate);
            one.Add(oneRate);
            many.Add(manyRate);
        }

        Console.WriteLine($"{rounds} rounds of {duration.TotalSeconds:0} s: bare SQLite {Statistics.Of(bare).Median:0} appends/s");
        Report("1 writer", one, bare);
        Report($"{ManyWriters} writers", many, bare);
        return 0;
    }

    private static void Report(string name, List<double> rates, List<double> bare)
    {
        var ratio = Statistics.Of(rates.Zip(bare, (mine, theirs) => mine / theirs));
        Console.WriteLine($"{name}: {Statistics.Of(rates).Median:0} commits/s; "
            + $"ratio {ratio.Median:0.00} ({ratio.Minimum:0.00} to {ratio.Maximum:0.00})");
    }

    private static async Task<double> InDirectoryAsync(Func<string, Task<double>> run)
    {
        var directory = Directory.CreateTempSubdirectory("commits-");
        try
        {
            return await run(Path.Combine(directory.FullName, "database.sqlite"));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static async Task<double> CommitAsync(string file, int writers, TimeSpan duration)
    {
        using var database = new SqliteDatabase(file, Schema);
        var watch = Stopwatch.StartNew();
        var commits = await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
        {
            long number = 0;
            for (; watch.Elapsed < duration; number++)
            {
                var append = Mutation.Insert(Appends, ("Writer", (long)writer), ("Number", number), ("Body", Body));
                await database.CommitAsync([append], default);
            }

            return number;
        })));
        return commits.Sum() / watch.Elapsed.TotalSeconds;
    }

    private static double AppendBare(string file, TimeSpan duration)
    {
        new SqliteDatabase(file, Schema).Dispose();
        Check(raw.sqlite3_open(file, out var connection));
        using (connection)
        {
            Check(raw.sqlite3_exec(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL"));
            const string sql = "INSERT INTO Appends (Writer, Number, Body) VALUES (0, @number, @body)";
            Check(raw.sqlite3_prepare_v2(connection, sql, out var insert));
            using (insert)
            {
                var watch = Stopwatch.StartNew();
                long number = 0;
                for (; watch.Elapsed < duration; number++)
                {
                    Check(raw.sqlite3_bind_int64(insert, 1, number));
                    Check(raw.sqlite3_bind_blob(insert, 2, Body));
                    if (raw.sqlite3_step(insert) != raw.SQLITE_DONE) throw new BenchmarkException("SQLite cannot append.");
                    Check(raw.sqlite3_reset(insert));
                }

                return number / watch.Elapsed.TotalSeconds;
            }
        }
    }

    private static void Check(int code)
    {
        if (code != raw.SQLITE_OK) throw new BenchmarkException($"SQLite returned {code}.");
    }
}
