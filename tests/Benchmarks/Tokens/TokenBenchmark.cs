using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Users;
using Spotify.Local;
using Spotify.Local.Database;

namespace Spotify.Benchmarks.Tokens;

/// <summary>
/// A comparison of the token endpoint with bare ECDSA P-256 signing, and of a cheap route with a cached token, the same with another token
/// for each request, and an empty endpoint without a token, in alternating runs, so that other load on the machine affects all of them.
/// </summary>
internal static class TokenBenchmark
{
    private const string AppId = "0123456789abcdef0123456789abcdef";
    private const string Secret = "benchmark";
    private const string UserId = "benchmark";
    private const string Route = "/v1/markets";

    // More than are verified per second, because a token that is sent twice is in the cache.
    private const int TokensPerSecond = 15_000;

    public static async Task<int> RunAsync(string[] args)
    {
        var arguments = new Arguments(args, "--rounds", "--seconds", "--connections");
        var (rounds, seconds) = (arguments.Number("--rounds", 5), arguments.Number("--seconds", 2));
        var connections = arguments.Number("--connections", 32);
        var directory = Directory.CreateTempSubdirectory("spotify-tokens-benchmark-").FullName;
        try
        {
            var refreshToken = await WriteAsync(directory);
            var port = ServerProcess.FreePort();
            using var host = await ServerProcess.StartLocalHostAsync(directory, port);
            var url = $"http://127.0.0.1:{port}";
            using var tokens = new OwnTokens(directory);
            var (key, issuer) = (tokens.Key, tokens.Issuer);
            Console.WriteLine($"{connections} connections, {rounds} rounds of {seconds} s each");

            var loads = new (string Name, Func<WrkLoadGenerator> Load)[]
            {
                ("client_credentials", () => Post($"grant_type=client_credentials&client_id={AppId}&client_secret={Secret}")),
                ("refresh_token", () => Post(
                    $"grant_type=refresh_token&refresh_token={refreshToken}&client_id={AppId}&client_secret={Secret}")),
                ("no token", () => new(Get("/healthz", [issuer.IssueApp(AppId)], directory), connections)),
                ("cached token", () => new(Get(Route, [issuer.IssueApp(AppId)], directory), connections)),
                ("new tokens", () => new(Get(Route, NewTokens(), directory), connections)),
            };
            var (rates, costs) = (new Dictionary<string, List<double>>(), new Dictionary<string, List<double>>());
            foreach (var (name, _) in loads) (rates[name], costs[name]) = ([], []);
            var signing = new List<double>();
            // The first round is a warm-up and is not counted.
            for (var round = 0; round <= rounds; round++)
            {
                var signature = SigningMicroseconds(key, seconds);
                if (round > 0) signing.Add(signature);
                foreach (var (name, create) in loads)
                {
                    using var load = create();
                    var before = host.ProcessorTime;
                    var result = await load.RunAsync(url, seconds);
                    if (name == "new tokens" && result.Requests > TokensPerSecond * seconds)
                        throw new BenchmarkException("Tokens were sent twice, so that they were in the cache.");
                    if (round == 0) continue;
                    rates[name].Add(result.RequestsPerSecond);
                    costs[name].Add((host.ProcessorTime - before).TotalMicroseconds / result.Requests);
                }
            }

            Console.WriteLine($"bare signing: {1e6 / Median(signing):0} signatures/s by one thread, {Median(signing):0.0} µs each");
            foreach (var grant in new[] { "client_credentials", "refresh_token" })
            {
                var ofSigning = Ratio(rates[grant].Zip(signing, (rate, cost) => rate * cost / 1e6));
                Console.WriteLine($"{grant}: {Median(rates[grant]):0} tokens/s, {ofSigning} of bare signing; "
                    + $"processor time {Median(costs[grant]):0.0} µs");
            }

            foreach (var kind in new[] { "no token", "cached token", "new tokens" })
                Console.WriteLine($"{kind}: {Median(rates[kind]):0} requests/s, processor time {Median(costs[kind]):0.0} µs");
            Console.WriteLine($"{Route}, new tokens/cached token: requests/s "
                + $"{Ratio(rates["new tokens"].Zip(rates["cached token"], Divide))}, processor time "
                + Ratio(costs["new tokens"].Zip(costs["cached token"], Divide)));
            Console.WriteLine($"{Route} with a cached token/empty endpoint without a token: requests/s "
                + Ratio(rates["cached token"].Zip(rates["no token"], Divide)));
            return 0;

            WrkLoadGenerator Post(string body) => new(
                $$"""
                wrk.method, wrk.path = "POST", "/api/token"
                wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
                wrk.body = "{{body}}"
                """,
                connections);

            IEnumerable<string> NewTokens() => Enumerable.Range(0, TokensPerSecond * seconds).Select(_ => issuer.IssueApp(AppId));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static double Divide(double part, double whole) => part / whole;

    private static double Median(IEnumerable<double> values) => Statistics.Of(values).Median;

    private static string Ratio(IEnumerable<double> values)
    {
        var ratio = Statistics.Of(values);
        return string.Create(CultureInfo.InvariantCulture, $"{ratio.Median:0.00} ({ratio.Minimum:0.00} to {ratio.Maximum:0.00})");
    }

    // Signs a text of the length of a token.
    private static double SigningMicroseconds(ECDsa key, int seconds)
    {
        var text = new byte[400];
        var (count, start) = (0, Stopwatch.GetTimestamp());
        for (; Stopwatch.GetElapsedTime(start).TotalSeconds < seconds; count++) key.SignData(text, HashAlgorithmName.SHA256);
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / count;
    }

    private static string Get(string path, IEnumerable<string> tokens, string directory)
    {
        var file = Path.Combine(directory, "access-tokens");
        File.WriteAllLines(file, tokens);
        return $$"""
            local tokens = {}
            for token in io.lines("{{file}}") do tokens[#tokens + 1] = token end
            local next = 0
            request = function()
              next = next % #tokens + 1
              return wrk.format("GET", "{{path}}", { ["Authorization"] = "Bearer " .. tokens[next] })
            end
            """;
    }

    // Writes an app with a secret, and a user who has allowed it access. Returns the refresh token.
    private static async Task<string> WriteAsync(string directory)
    {
        using var database = new SqliteDatabase(new DataDirectory(directory).Database, Schema.Current);
        var now = Instant.Truncate(TimeProvider.System.GetUtcNow());
        var (grant, family, secret) = (SpotifyId.New(), SpotifyId.New(), "secret");
        Table Of(string name) => Schema.Current.Table(name);
        await database.CommitAsync(
            [
                new User(UserId, UserId, null, "SE", Product.Premium, false, false, null, now).Insert(),
                Mutation.Insert(
                    Of("Apps"), ("AppId", AppId), ("OwnerId", UserId), ("Name", "Benchmark"), ("RedirectUris", ""),
                    ("SecretHash", Hash(Secret)), ("CreatedAt", now)),
                Mutation.Insert(
                    Of("AppGrants"), ("UserId", UserId), ("AppId", AppId), ("GrantId", grant), ("Scopes", "streaming"), ("GrantedAt", now)),
                Mutation.Insert(
                    Of("RefreshTokens"), ("FamilyId", family), ("AppId", AppId), ("UserId", UserId), ("GrantId", grant),
                    ("Scopes", "streaming"), ("IsPublic", false), ("TokenHash", Hash(secret)), ("RenewedAt", now)),
            ],
            default);
        return family + secret;
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
