using System.Diagnostics;
using System.Globalization;
using Spotify.Domain.Users;
using Spotify.Web.Identity;

namespace Spotify.Benchmarks.Player;

/// <summary>
/// Changes of players with many connected listeners: the memory of an idle connection, the changes in a second compared with bare writes
/// of the same documents and with a request that only reads, and the time from a command to its event at the listener's other device. In
/// alternating runs, so that other load on the machine affects all of them.
/// </summary>
internal static class PlayerBenchmark
{
    private const int WarmUpListeners = 500;
    private const int ConnectingAtOnce = 64;
    private const double AimMs = 200;
    private const string ReadRoute = "/v1/me";

    // Sockets of the clients, and files of the runtime and of the store.
    private const int OtherFiles = 500;

    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(3);

    public static async Task<int> RunAsync(string[] args)
    {
        var arguments = new Arguments(args, "--listeners", "--rounds", "--seconds", "--clients", "--rate");
        var (count, clients) = (arguments.Number("--listeners", 10_000), arguments.Number("--clients", 32));
        var (rounds, rate) = (arguments.Number("--rounds", 5), arguments.Number("--rate", 200));
        var duration = TimeSpan.FromSeconds(arguments.Number("--seconds", 5));
        if (count <= Math.Max(WarmUpListeners, clients))
            throw new BenchmarkException($"--listeners must be above {Math.Max(WarmUpListeners, clients)}.");
        CheckFileLimit(count + clients + OtherFiles);
        var directory = Directory.CreateTempSubdirectory("spotify-player-benchmark-").FullName;
        var listeners = new List<ConnectedListener>();
        try
        {
            await PlayerData.WriteAsync(directory, count);
            using var bare = new BareWrites(directory, count);
            await bare.PrepareAsync();
            var port = ServerProcess.FreePort();
            using var host = await ServerProcess.StartLocalHostAsync(directory, port);
            using var tokens = new OwnTokens(directory);
            await ConnectAsync(listeners, WarmUpListeners, port, tokens);
            var connections = await HttpConnection.OpenAsync(port, clients);
            var warmUp = new PlayerLoad(listeners, connections);
            await warmUp.FullAsync(duration);
            await warmUp.GetAsync(ReadRoute, duration);
            await Task.Delay(Settling);
            var before = host.Memory;
            var start = Stopwatch.GetTimestamp();
            await ConnectAsync(listeners, count, port, tokens);
            var connecting = Stopwatch.GetElapsedTime(start);
            await Task.Delay(Settling);
            var after = host.Memory;
            Print($"{count} listeners, {clients} clients, {rounds} rounds of {duration.TotalSeconds:0} s each");
            Print($"connecting: {(count - WarmUpListeners) / connecting.TotalSeconds:0} listeners/s");
            Print($"memory of the server: {Megabytes(before.Total):0} MB with {WarmUpListeners} connections, {Megabytes(after.Total):0} "
                + $"MB with {count}: {(after.Total - before.Total) / 1024.0 / (count - WarmUpListeners):0.0} KB per connection");
            await MeasureAsync(new PlayerLoad(listeners, connections), bare, host, (clients, rounds, rate), duration);
            Print($"memory of the server after the load: {Megabytes(host.Memory.Total):0} MB");
            return 0;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task MeasureAsync(
        PlayerLoad load, BareWrites bare, ServerProcess host, (int Clients, int Rounds, int Rate) setting, TimeSpan duration)
    {
        var (writes, reads, costs) = (new List<double>(), new List<double>(), new List<double>());
        var (full, paced) = (new List<MeasuredLoad>(), new List<MeasuredLoad>());
        // The first round is a warm-up and is not counted.
        for (var round = 0; round <= setting.Rounds; round++)
        {
            var bareRate = await bare.RunAsync(setting.Clients, duration);
            var readRate = await load.GetAsync(ReadRoute, duration);
            var processorTime = host.ProcessorTime;
            var fullLoad = await load.FullAsync(duration);
            processorTime = host.ProcessorTime - processorTime;
            var pacedLoad = await load.PacedAsync(duration, setting.Rate);
            if (round == 0) continue;
            writes.Add(bareRate);
            reads.Add(readRate);
            full.Add(fullLoad);
            costs.Add(processorTime.TotalMicroseconds / fullLoad.SinceSent.Count);
            paced.Add(pacedLoad);
        }

        Print($"bare writes: {Statistics.Of(writes).Median:0} /s; GET {ReadRoute}: {Statistics.Of(reads).Median:0} requests/s");
        var (ofWrites, ofReads) = (full.Zip(writes, (mine, bare) => mine.Rate / bare), full.Zip(reads, (mine, get) => mine.Rate / get));
        Print($"changes: {Range(full.Select(result => result.Rate), "0")} /s, processor time of the server {Range(costs, "0")} µs; "
            + $"ratio to bare writes {Range(ofWrites, "0.00")}, to GET {ReadRoute} {Range(ofReads, "0.00")}");
        Report("full load", full);
        Report(string.Create(CultureInfo.InvariantCulture, $"{paced.Average(result => result.Rate):0} changes/s"), paced);
    }

    private static void Report(string name, List<MeasuredLoad> results)
    {
        var slowest = results.Max(result => result.SinceSent[^1]);
        Print($"{name}: event after the command {Percentiles(result => result.SinceSent)}; "
            + $"aim: under {AimMs:0} ms{(slowest < AimMs ? "" : ", MISSED")}");
        Print($"{name}: event after the response {Percentiles(result => result.SinceAnswered)}");

        string Percentiles(Func<MeasuredLoad, List<double>> times) =>
            $"p50 {Range(results.Select(result => At(times(result), 0.5)), "0.0")}, "
            + $"p99 {Range(results.Select(result => At(times(result), 0.99)), "0.0")}, "
            + $"max {Range(results.Select(result => times(result)[^1]), "0.0")} ms";
    }

    private static double At(List<double> sorted, double share) => sorted[(int)(share * (sorted.Count - 1))];

    private static string Range(IEnumerable<double> values, string format)
    {
        var of = Statistics.Of(values);
        return $"{Text(of.Median)} ({Text(of.Minimum)} to {Text(of.Maximum)})";

        string Text(double value) => value.ToString(format, CultureInfo.InvariantCulture);
    }

    private static async Task ConnectAsync(List<ConnectedListener> listeners, int upTo, int port, OwnTokens tokens)
    {
        for (var first = listeners.Count; first < upTo; first = listeners.Count)
            listeners.AddRange(await Task.WhenAll(
                Enumerable.Range(first, Math.Min(ConnectingAtOnce, upTo - first)).Select(index => ConnectAsync(index, port, tokens))));
    }

    private static async Task<ConnectedListener> ConnectAsync(int index, int port, OwnTokens tokens)
    {
        var token = tokens.Issuer.Issue(PlayerData.Listener(index), "SE", Product.Premium, PlayerData.ClientId, Scopes.All);
        return new ConnectedListener(
            token, await EventConnection.OpenAsync(port, $"/v1/me/player/events?device_id={PlayerData.Speaker}", token));
    }

    private static void CheckFileLimit(int needed)
    {
        const string limits = "/proc/self/limits", name = "Max open files";
        if (!File.Exists(limits)) return;
        var line = File.ReadLines(limits).First(line => line.StartsWith(name, StringComparison.Ordinal));
        var text = line[name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        if (int.TryParse(text, CultureInfo.InvariantCulture, out var limit) && limit < needed)
            throw new BenchmarkException($"{needed} files must be open at once, but the limit is {limit}. "
                + "Raise it with `ulimit -n`, or use fewer --listeners.");
    }

    private static double Megabytes(long bytes) => bytes / 1024.0 / 1024.0;

    private static void Print(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    private static void Print(string text) => Console.WriteLine(text);
}
