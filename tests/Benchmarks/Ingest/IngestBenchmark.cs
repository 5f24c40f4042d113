using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Spotify.Benchmarks.Playback;
using Spotify.Domain.Data;
using Spotify.Local;
using Spotify.Local.Database;
using SQLitePCL;

namespace Spotify.Benchmarks.Ingest;

/// <summary>
/// The throughput of events: acknowledged durable in large and in small batches, against appends of the same bytes to bare SQLite and
/// against an empty endpoint, in alternating runs; and recorded through the whole path, with the lag at half of that rate.
/// </summary>
internal static class IngestBenchmark
{
    private const int Large = 500;
    private const int Small = 5;
    private const int Recorded = 50;
    private const int Users = 40;

    private static readonly Table History = Schema.Current.Table("PlayHistory");

    public static async Task<int> RunAsync(string[] args)
    {
        var arguments = new Arguments(args, "--rounds", "--seconds", "--connections");
        var (rounds, seconds) = (arguments.Number("--rounds", 5), arguments.Number("--seconds", 2));
        var directory = Directory.CreateTempSubdirectory("spotify-ingest-benchmark-").FullName;
        try
        {
            var batches = new EventBatches(await BenchmarkCatalog.WriteAsync(directory));
            await AcceptAsync(directory, batches, rounds, seconds, arguments.Number("--connections", 32));
            await RecordAsync(directory, batches, seconds * 5);
            return 0;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task AcceptAsync(string directory, EventBatches batches, int rounds, int seconds, int connections)
    {
        var data = Directory.CreateDirectory(Path.Combine(directory, "accepting")).FullName;
        var port = ServerProcess.FreePort();
        string[] arguments =
            [typeof(IngestServer).Assembly.Location, IngestServer.Command, "--data", data, "--port", $"{port}"];
        using var host = await ServerProcess.StartAsync("dotnet", arguments, port);
        var url = $"http://127.0.0.1:{port}";
        using var client = await EventBatches.SignInAsync(url, "benchmark");
        var authorization = client.DefaultRequestHeaders.Authorization!.ToString();
        List<string> large = [.. Enumerable.Range(0, 8).Select(_ => batches.Next(Large, out var _))];
        List<string> small = [.. Enumerable.Range(0, 64).Select(_ => batches.Next(Small, out var _))];
        using var largeLoad = new WrkLoadGenerator(EventBatches.Script(directory, authorization, large), Math.Min(connections, 16));
        using var smallLoad = new WrkLoadGenerator(EventBatches.Script(directory, authorization, small), connections);
        using var emptyLoad = new WrkLoadGenerator(EventBatches.Script(directory, authorization, []), connections);
        foreach (var load in new[] { largeLoad, smallLoad, emptyLoad }) await load.RunAsync(url, seconds);

        var (larges, smalls, empties, bareLarge, bareSmall) =
            (new List<double>(), new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            larges.Add((await largeLoad.RunAsync(url, seconds)).RequestsPerSecond);
            bareLarge.Add(AppendBare(directory, large[0].Length, seconds));
            smalls.Add((await smallLoad.RunAsync(url, seconds)).RequestsPerSecond);
            empties.Add((await emptyLoad.RunAsync(url, seconds)).RequestsPerSecond);
            bareSmall.Add(AppendBare(directory, small[0].Length, seconds));
        }

        Console.WriteLine($"{connections} connections, {rounds} rounds of {seconds} s, delivery off; bare SQLite: one row per batch and "
            + "commit");
        var rate = Statistics.Of(larges.Select(requests => requests * Large));
        Console.WriteLine($"batches of {Large}: {rate.Median:0} events/s acknowledged ({rate.Minimum:0} to {rate.Maximum:0}); "
            + $"{Ratio(larges, bareLarge)} of bare SQLite; aim: 100000{(rate.Median >= 100_000 ? "" : ", MISSED")}");
        var ratio = Statistics.Of(smalls.Zip(empties, (mine, empty) => mine / empty));
        Console.WriteLine($"batches of {Small}: {Statistics.Of(smalls).Median:0} requests/s, {ratio.Median:0.00} of the empty endpoint "
            + $"({ratio.Minimum:0.00} to {ratio.Maximum:0.00}); {Ratio(smalls, bareSmall)} of bare SQLite; "
            + $"aim: 0.40{(ratio.Median >= 0.4 ? "" : ", MISSED")}");

        static string Ratio(List<double> mine, List<double> bare) =>
            Statistics.Of(mine.Zip(bare, (a, b) => a / b)).Median.ToString("0.00", CultureInfo.InvariantCulture);
    }

    private static async Task RecordAsync(string directory, EventBatches batches, int seconds)
    {
        var port = ServerProcess.FreePort();
        using var host = await ServerProcess.StartLocalHostAsync(directory, port);
        var url = $"http://127.0.0.1:{port}";
        var clients = await Task.WhenAll(Enumerable.Range(0, Users).Select(user => EventBatches.SignInAsync(url, $"user{user}")));
        await ReportAsync(clients[0], batches);
        await UntilRecordedAsync(directory);

        // As much as is recorded in about the given time, acknowledged as fast as possible.
        var watch = Stopwatch.StartNew();
        long sent = 0;
        await Task.WhenAll(clients.Select(client => Task.Run(async () =>
        {
            while (watch.Elapsed < TimeSpan.FromSeconds(seconds))
            {
                await ReportAsync(client, batches);
                Interlocked.Add(ref sent, Recorded);
            }
        })));
        await UntilRecordedAsync(directory);
        var rate = sent / watch.Elapsed.TotalSeconds;
        Console.WriteLine($"batches of {Recorded}: {rate:0} events/s recorded in history, warehouse and taste; "
            + $"aim: 10000{(rate >= 10_000 ? "" : ", MISSED")}");

        var lags = await LagsAsync(directory, clients, batches, rate / 2, seconds);
        var p99 = lags[(int)(lags.Count * 0.99)];
        Console.WriteLine($"at half of that: lag from the request to the history p50 {lags[lags.Count / 2].TotalMilliseconds:0} ms, p99 "
            + $"{p99.TotalMilliseconds:0} ms; aim: under 2000 ms{(p99 < TimeSpan.FromSeconds(2) ? "" : ", MISSED")}");
        foreach (var client in clients) client.Dispose();
    }

    private static async Task<List<TimeSpan>> LagsAsync(
        string directory, HttpClient[] clients, EventBatches batches, double rate, int seconds)
    {
        using var database = new SqliteDatabase(new DataDirectory(directory).Database, Schema.Current);
        var (waiting, lags) = (new ConcurrentQueue<(Key Key, long Sent)>(), new List<TimeSpan>());
        var (interval, watch, sending) = (TimeSpan.FromSeconds(Recorded / rate), Stopwatch.StartNew(), new List<Task>());
        for (var i = 0; watch.Elapsed < TimeSpan.FromSeconds(seconds); i++)
        {
            var user = i % Users;
            sending.Add(Task.Run(async () =>
            {
                var sent = Stopwatch.GetTimestamp();
                var lastId = await ReportAsync(clients[user], batches);
                waiting.Enqueue((new Key($"user{user}", lastId), sent));
            }));
            await CheckAsync();
            if ((i + 1) * interval - watch.Elapsed is { Ticks: > 0 } pause) await Task.Delay(pause);
        }

        await Task.WhenAll(sending);
        while (!waiting.IsEmpty) await CheckAsync();
        lags.Sort();
        return lags;

        // The messages are recorded in about the order of the requests.
        async Task CheckAsync()
        {
            for (var left = waiting.Count; left > 0 && waiting.TryDequeue(out var one); left--)
            {
                if (await database.ReadAsync(History, one.Key, null, default) is null) waiting.Enqueue(one);
                else lags.Add(Stopwatch.GetElapsedTime(one.Sent));
            }
        }
    }

    private static async Task<string> ReportAsync(HttpClient client, EventBatches batches)
    {
        using var content = new StringContent(batches.Next(Recorded, out var lastId));
        using var response = await client.PostAsync("/v1/events", content);
        if (!response.IsSuccessStatusCode) throw new BenchmarkException($"The events were not accepted: {(int)response.StatusCode}.");
        return lastId;
    }

    // Until no message waits for any consumer.
    private static async Task UntilRecordedAsync(string directory)
    {
        Check(raw.sqlite3_open(new DataDirectory(directory).Queues, out var connection));
        using (connection)
        {
            Check(raw.sqlite3_prepare_v2(
                connection, "SELECT COUNT(*) FROM Deliveries WHERE Consumer LIKE 'subscription/%'", out var count));
            using (count)
            {
                while (raw.sqlite3_step(count) == raw.SQLITE_ROW && raw.sqlite3_column_int64(count, 0) > 0)
                {
                    Check(raw.sqlite3_reset(count));
                    await Task.Delay(50);
                }
            }
        }
    }

    private static double AppendBare(string directory, int length, int seconds)
    {
        var file = Path.Combine(directory, Path.GetRandomFileName());
        Check(raw.sqlite3_open(file, out var connection));
        using (connection)
        {
            Check(raw.sqlite3_exec(
                connection,
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE Batches (Number INTEGER PRIMARY KEY, Body BLOB)"));
            Check(raw.sqlite3_prepare_v2(connection, "INSERT INTO Batches (Body) VALUES (@body)", out var insert));
            using (insert)
            {
                var (body, watch, number) = (new byte[length], Stopwatch.StartNew(), 0L);
                for (; watch.Elapsed < TimeSpan.FromSeconds(seconds); number++)
                {
                    Check(raw.sqlite3_bind_blob(insert, 1, body));
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
