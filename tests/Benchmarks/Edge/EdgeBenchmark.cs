using System.Security.Cryptography;
using Spotify.Domain.Signing;

namespace Spotify.Benchmarks.Edge;

/// <summary>
/// A comparison of the throughput of the edge and of nginx: the same byte ranges of 512 KiB of the same file, in alternating runs, so that
/// other load on the machine affects both. The edge also verifies a signature in each request. Then measures the edge's memory while slow
/// clients stream.
/// </summary>
internal static class EdgeBenchmark
{
    private const int RangeLength = 512 * 1024;
    private const int Ranges = 16;
    private const int SlowClients = 200;
    private const double Aim = 0.9;
    private const string ObjectPath = "/tracks/0000000000000000000000/00000000/very_high.ogg";

    public static async Task<int> RunAsync(string[] args)
    {
        var arguments = new Arguments(args, "--rounds", "--seconds", "--connections");
        var (rounds, seconds) = (arguments.Number("--rounds", 7), arguments.Number("--seconds", 4));
        var connections = arguments.Number("--connections", 32);
        var nginxProgram = Tool.Find("nginx");
        using var load = new WrkLoadGenerator(RandomRanges, connections);
        var directory = Directory.CreateTempSubdirectory("spotify-edge-benchmark-").FullName;
        try
        {
            var data = Path.Combine(directory, "data");
            await WriteAudioAsync(data + ObjectPath);
            var keyFile = Path.Combine(directory, "key");
            var secret = Convert.ToBase64String(RandomNumberGenerator.GetBytes(SigningKey.CloudCdnSecretLength));
            await File.WriteAllTextAsync(keyFile, secret);

            var nginxPort = ServerProcess.FreePort();
            var nginxArguments = NginxConfiguration.Write(directory, data, nginxPort);
            using var nginx = await ServerProcess.StartAsync(nginxProgram, nginxArguments, nginxPort);
            var edgePort = ServerProcess.FreePort();
            using var edge = await StartEdgeAsync(data, keyFile, edgePort);
            var edgeUrl = new CloudCdnSigner().Sign(
                $"http://127.0.0.1:{edgePort}{ObjectPath}",
                TimeProvider.System.GetUtcNow().AddDays(1),
                null,
                SigningKey.Parse("benchmark", secret));
            var edgeTarget = edgeUrl[edgeUrl.IndexOf("/tracks/", StringComparison.Ordinal)..];

            await MemoryAsync(edge, edgePort, edgeTarget, "fresh");
            var nginxUrl = $"http://127.0.0.1:{nginxPort}{ObjectPath}";
            await ThroughputAsync(load, new("nginx", nginx, nginxUrl), new("edge", edge, edgeUrl), rounds, seconds, connections);
            await MemoryAsync(edge, edgePort, edgeTarget, "after the load");
            return 0;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static string RandomRanges => $$"""
        math.randomseed(1)
        request = function()
          local first = math.random(0, {{Ranges - 1}}) * {{RangeLength}}
          return wrk.format("GET", nil, { ["Range"] = "bytes=" .. first .. "-" .. (first + {{RangeLength - 1}}) })
        end
        """;

    private static async Task ThroughputAsync(
        WrkLoadGenerator load, Subject nginx, Subject edge, int rounds, int seconds, int connections)
    {
        Console.WriteLine($"throughput: random ranges of {RangeLength >> 10} KiB of {Ranges * RangeLength >> 20} MiB, "
            + $"{connections} connections, {rounds} rounds of {seconds} s each");
        foreach (var subject in (Subject[])[nginx, edge]) await load.RunAsync(subject.Url, Math.Min(seconds, 2));
        for (var round = 1; round <= rounds; round++)
        {
            foreach (var subject in round % 2 == 1 ? (Subject[])[nginx, edge] : [edge, nginx])
            {
                var before = subject.Process.ProcessorTime;
                var result = await load.RunAsync(subject.Url, seconds);
                subject.Results.Add(result);
                subject.ProcessorSecondsPerGigabyte.Add((subject.Process.ProcessorTime - before).TotalSeconds / (result.Bytes / 1e9));
            }

            Console.WriteLine(
                $"  round {round}: nginx {Show(nginx.Results[^1])}, edge {Show(edge.Results[^1])}, edge/nginx {Ratio(round - 1):0.00}");
        }

        Console.WriteLine("");
        Console.WriteLine($"{"",-8}{"requests/s",-26}{"MB/s",-26}{"p50 ms",-10}{"p99 ms",-10}processor s/GB");
        foreach (var subject in (Subject[])[nginx, edge])
        {
            var requests = Spread(subject.Results, result => result.RequestsPerSecond, 0);
            var megabytes = Spread(subject.Results, result => result.BytesPerSecond / 1e6, 0);
            var p50 = Statistics.Of(subject.Results.Select(result => result.P50 / 1000)).Median;
            var p99 = Statistics.Of(subject.Results.Select(result => result.P99 / 1000)).Median;
            var processor = Statistics.Of(subject.ProcessorSecondsPerGigabyte).Median;
            Console.WriteLine($"{subject.Name,-8}{requests,-26}{megabytes,-26}{p50,-10:0.0}{p99,-10:0.0}{processor:0.00}");
        }

        var ratios = Statistics.Of(Enumerable.Range(0, rounds).Select(Ratio));
        Console.WriteLine($"edge/nginx, bytes/s: {ratios.Median:0.00} (median of {rounds} rounds, {ratios.Minimum:0.00} to "
            + $"{ratios.Maximum:0.00}); aim: {Aim:0.00} or more{(ratios.Median >= Aim ? "" : ", MISSED")}");
        Console.WriteLine("");

        double Ratio(int round) => edge.Results[round].BytesPerSecond / nginx.Results[round].BytesPerSecond;
        static string Show(WrkResult result) => $"{result.RequestsPerSecond:0} requests/s {result.BytesPerSecond / 1e6:0} MB/s";
    }

    private static string Spread(IEnumerable<WrkResult> results, Func<WrkResult, double> value, int digits)
    {
        var statistics = Statistics.Of(results.Select(value));
        var format = "F" + digits;
        return $"{statistics.Median.ToString(format)} ({statistics.Minimum.ToString(format)}-{statistics.Maximum.ToString(format)})";
    }

    private static async Task MemoryAsync(ServerProcess edge, int port, string target, string when)
    {
        var before = edge.ResidentBytes;
        var samples = new List<long>();
        await using (await SlowReaders.StartAsync(SlowClients, port, target))
        {
            for (var second = 0; second < 10; second++)
            {
                await Task.Delay(TimeSpan.FromSeconds(1));
                samples.Add(edge.ResidentBytes);
            }
        }

        await Task.Delay(TimeSpan.FromSeconds(2));
        Console.WriteLine($"memory, {when}: {before / 1e6:0} MB before; with {SlowClients} clients at 320 kbit/s {samples[0] / 1e6:0} MB "
            + $"after 1 s and {samples[^1] / 1e6:0} MB after 10 s (at most {samples.Max() / 1e6:0} MB); "
            + $"{edge.ResidentBytes / 1e6:0} MB afterwards");
    }

    private static Task<ServerProcess> StartEdgeAsync(string data, string keyFile, int port)
    {
        var self = Environment.ProcessPath!;
        string[] arguments = [EdgeServer.Command, "--data", data, "--key-file", keyFile, "--port", $"{port}"];
        return Path.GetFileNameWithoutExtension(self) == "dotnet"
            ? ServerProcess.StartAsync(self, [typeof(EdgeBenchmark).Assembly.Location, .. arguments], port)
            : ServerProcess.StartAsync(self, arguments, port);
    }

    // The first bytes of an Ogg page and noise, which cannot be compressed.
    private static async Task WriteAudioAsync(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var content = RandomNumberGenerator.GetBytes(Ranges * RangeLength);
        "OggS"u8.CopyTo(content);
        await File.WriteAllBytesAsync(path, content);
    }

    private sealed record Subject(string Name, ServerProcess Process, string Url)
    {
        public List<WrkResult> Results { get; } = [];

        public List<double> ProcessorSecondsPerGigabyte { get; } = [];
    }
}
