using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using Spotify.Fixtures;
using Spotify.Fixtures.Search;
using Xunit.Abstractions;

namespace Spotify.Functions.Tests.Search;

/// <summary>
/// Generated queries: any sequence of bytes is answered by 200 or 400. The environment variable <c>SPOTIFY_FUZZ_QUERIES</c> sets their
/// number: 400 by default, 100000 for the long form.
/// </summary>
public sealed class SearchFuzzTests(RelevanceTests.Catalog catalog, ITestOutputHelper output) : IClassFixture<RelevanceTests.Catalog>
{
    private static readonly string[] Fragments =
    [
        "artist:", "album:", "track:", "year:", "genre:", "isrc:", "upc:", "tag:new", "tag:hipster", "year:1999-2004", "year:9999-0000",
        "\"",
        "*", "(", ")", " AND ", " OR ", " NOT ", "NEAR(", "-", "^", "+", "{Name}:", ":", "%", "_", "'", "''", "\\", "\0", "\t", "\n",
        "\u200b", "\u202e", "\ud83c\udfb5", "\ufffd", "\ue000", "\uf000", "ﷺ", "e\u0301", "ß", "İ", "東京", "ﾊﾝｶｸ",
        "한국", "ไทย", "Ω", "😀👨‍👩‍👧",
        "a", "the", "beyonce", "love", "1", "0x00", "NULL", "{0}", "@market", "--", ";DROP TABLE x",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ];

    [Fact]
    public async Task Generated_queries_are_answered()
    {
        var count = int.Parse(Environment.GetEnvironmentVariable("SPOTIFY_FUZZ_QUERIES") ?? "400", CultureInfo.InvariantCulture);
        var random = new Random(1);
        var times = new List<(TimeSpan Time, string Path)>();
        for (var i = 0; i < count; i++)
        {
            var query = Query(random);
            var path = random.Next(2) == 0 ? $"/v1/search/suggest?q={query}"
                : $"/v1/search?type=track,artist,album&limit=1&offset={random.Next(3) * 499}&q={query}";
            times.Add((await TimeAsync(path), path));
        }

        // Reported only, because it depends on the machine. The work of a search is bounded by its terms, and by the nodes of the
        // dictionary and the rows that it reads, which have tests of their own.
        times.Sort();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"median {times[count / 2].Time.TotalMilliseconds:0.0} ms, p99 {times[count * 99 / 100].Time.TotalMilliseconds:0.0} ms"));
        foreach (var (time, path) in times.TakeLast(10).Reverse())
        {
            // Without the pauses of the machine.
            var again = new List<TimeSpan>();
            for (var i = 0; i < 3; i++) again.Add(await TimeAsync(path));
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{time.TotalMilliseconds:0.0} ms, repeated {again.Min().TotalMilliseconds:0.0} ms: {path}"));
        }
    }

    private async Task<TimeSpan> TimeAsync(string path)
    {
        var started = Stopwatch.GetTimestamp();
        using var response = await catalog.Ada.GetAsync(path);
        var time = Stopwatch.GetElapsedTime(started);
        Assert.True(response.StatusCode is HttpStatusCode.OK or HttpStatusCode.BadRequest, $"{(int)response.StatusCode}: {path}");
        return time;
    }

    private static string Query(Random random)
    {
        var query = new StringBuilder();
        for (var parts = random.Next(1, 8); parts > 0; parts--) query.Append(Part(random));
        return query.ToString();
    }

    // Percent-encoded, so that bytes that are no UTF-8 are sent too.
    private static string Part(Random random)
    {
        switch (random.Next(5))
        {
            case 0:
                var bytes = new byte[random.Next(1, 20)];
                random.NextBytes(bytes);
                return string.Concat(bytes.Select(value => $"%{value:X2}"));
            case 1:
                var name = RelevanceCatalog.Tracks[random.Next(RelevanceCatalog.Tracks.Count)].Track.Name;
                return Escaped(name[..random.Next(1, name.Length + 1)]);
            case 2:
                return Escaped(new string((char)random.Next(0x20, 0xD7FF), random.Next(1, 30)));
            default:
                return Escaped(Fragments[random.Next(Fragments.Length)]) + (random.Next(3) == 0 ? "%20" : "");
        }
    }

    private static string Escaped(string text) => string.Concat(Encoding.UTF8.GetBytes(text).Select(value => $"%{value:X2}"));
}
