using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Spotify.Local.Tests.Edge;

public class EdgeResponseTests(EdgeHost edge) : IClassFixture<EdgeHost>
{
    private const string Long = "99999999999999999999999999";

    [Fact]
    public async Task The_whole_file_has_the_headers_that_caches_and_players_need()
    {
        using var response = await edge.GetAsync(edge.Signed());
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(edge.Audio, await response.Content.ReadAsByteArrayAsync());
        Assert.Equal("audio/ogg", response.Content.Headers.ContentType!.ToString());
        Assert.Equal(edge.Audio.Length, response.Content.Headers.ContentLength);
        Assert.NotNull(response.Content.Headers.LastModified);
        Assert.False(response.Headers.ETag!.IsWeak);
        Assert.Equal("public, max-age=31536000, immutable", Header(response, "Cache-Control"));
        Assert.Equal("bytes", Header(response, "Accept-Ranges"));
        Assert.Equal("*", Header(response, "Access-Control-Allow-Origin"));
        Assert.Equal("Content-Range, Content-Length, ETag, Accept-Ranges", Header(response, "Access-Control-Expose-Headers"));
        Assert.NotEqual(true, response.Headers.TransferEncodingChunked);
    }

    [Theory]
    [InlineData(EdgeHost.AudioPath)]
    [InlineData(EdgeHost.SeekIndexPath)]
    [InlineData("/tracks/empty.ogg")]
    [InlineData("/tracks/none.ogg")]
    public async Task Head_is_get_without_the_content(string path)
    {
        using var get = await edge.GetAsync(edge.Signed(path));
        using var head = await edge.SendAsync(HttpMethod.Head, edge.Signed(path), ("Range", "bytes=0-1"));
        Assert.Equal(get.StatusCode, head.StatusCode);
        Assert.Equal(Headers(get), Headers(head));
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());

        static string Headers(HttpResponseMessage response) =>
            string.Join('\n', response.Headers.Concat(response.Content.Headers)
                .Where(header => header.Key != "Date")
                .OrderBy(header => header.Key)
                .Select(header => $"{header.Key}: {string.Join(", ", header.Value)}"));
    }

    [Theory]
    [InlineData("bytes=0-0", 0, 0)]
    [InlineData("bytes=0-524287", 0, 300_000)]
    [InlineData("bytes=100-199", 100, 199)]
    [InlineData("bytes=300000-", 300_000, 300_000)]
    [InlineData("bytes=131071-131072", 131_071, 131_072)]
    [InlineData("bytes=-1", 300_000, 300_000)]
    [InlineData("bytes=-999999", 0, 300_000)]
    [InlineData("bytes=5-" + Long, 5, 300_000)]
    public async Task One_range_returns_206_with_its_bytes(string range, int first, int last)
    {
        using var response = await edge.GetAsync(edge.Signed(), ("Range", range));
        Assert.Equal(HttpStatusCode.PartialContent, response.StatusCode);
        Assert.Equal($"bytes {first}-{last}/300001", response.Content.Headers.ContentRange!.ToString());
        Assert.Equal(last - first + 1, response.Content.Headers.ContentLength);
        Assert.Equal("audio/ogg", response.Content.Headers.ContentType!.ToString());
        Assert.Equal("public, max-age=31536000, immutable", Header(response, "Cache-Control"));
        Assert.NotNull(response.Headers.ETag);
        Assert.Equal(edge.Audio[first..(last + 1)], await response.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("bytes=300001-")]
    [InlineData("bytes=" + Long + "-" + Long)]
    [InlineData("bytes=-0")]
    [InlineData("bytes=400000-400001,500000-")]
    public async Task An_unsatisfiable_range_is_416(string range)
    {
        using var response = await edge.GetAsync(edge.Signed(), ("Range", range));
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, response.StatusCode);
        Assert.Equal("bytes */300001", response.Content.Headers.ContentRange!.ToString());
        Assert.Equal("no-store", Header(response, "Cache-Control"));
        Assert.StartsWith("""{"error":{"status":416,""", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bytes=9-0")]
    [InlineData("bytes=x")]
    [InlineData("items=0-1")]
    public async Task An_invalid_range_header_is_ignored(string range)
    {
        using var response = await edge.GetAsync(edge.Signed(), ("Range", range));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(edge.Audio, await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_request_for_thousands_of_ranges_gets_the_whole_file()
    {
        var header = "bytes=" + string.Join(',', Enumerable.Range(0, 2000).Select(i => $"{i * 3}-{(i * 3) + 1}"));
        using var response = await edge.GetAsync(edge.Signed(), ("Range", header));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(edge.Audio.Length, response.Content.Headers.ContentLength);
    }

    [Fact]
    public void The_ranges_of_any_split_add_up_to_the_file()
    {
        var cuts = Gen.Choose(1, edge.Audio.Length - 1).ListOf(6).Select(list => list.Distinct().Order().ToList());
        Prop.ForAll(Arb.From(cuts), list =>
        {
            int[] edges = [0, .. list, edge.Audio.Length];
            var whole = edges.Zip(edges.Skip(1)).SelectMany(pair => GetRange(pair.First, pair.Second - 1));
            return whole.SequenceEqual(edge.Audio);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(25));

        byte[] GetRange(int first, int last)
        {
            using var response = edge.GetAsync(edge.Signed(), ("Range", $"bytes={first}-{last}")).GetAwaiter().GetResult();
            return response.Content.ReadAsByteArrayAsync().GetAwaiter().GetResult();
        }
    }

    [Theory]
    [InlineData("bytes=0-9,100-199,-5", "0-9 100-199 299996-300000")]
    [InlineData("bytes=-5,0-9", "299996-300000 0-9")]
    [InlineData("bytes=0-140000,150000-299999", "0-140000 150000-299999")]
    public async Task Several_ranges_return_206_with_one_part_each(string range, string expected)
    {
        using var response = await edge.GetAsync(edge.Signed(), ("Range", range));
        Assert.Equal(HttpStatusCode.PartialContent, response.StatusCode);
        Assert.Null(response.Content.Headers.ContentRange);
        Assert.Equal("multipart/byteranges", response.Content.Headers.ContentType!.MediaType);
        var body = await response.Content.ReadAsByteArrayAsync();
        Assert.Equal(response.Content.Headers.ContentLength, body.Length);

        var parts = Parts(body, response.Content.Headers.ContentType);
        Assert.Equal(expected, string.Join(' ', parts.Select(part => $"{part.Range.From}-{part.Range.To}")));
        Assert.All(parts, part =>
        {
            Assert.Equal("audio/ogg", part.Type);
            Assert.Equal(300_001, part.Range.Length);
            Assert.Equal(edge.Audio[(int)part.Range.From!..((int)part.Range.To! + 1)], part.Content);
        });
    }

    [Fact]
    public async Task Overlapping_ranges_are_merged()
    {
        using var response = await edge.GetAsync(edge.Signed(), ("Range", "bytes=0-99,50-149,150-199"));
        Assert.Equal("bytes 0-199/300001", response.Content.Headers.ContentRange!.ToString());
        Assert.Equal(edge.Audio[..200], await response.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData(null, 200)]
    [InlineData("bytes=0-", 416)]
    [InlineData("bytes=-1", 200)]
    public async Task An_empty_file_has_no_satisfiable_range_except_a_suffix(string? range, int status)
    {
        using var response = await edge.GetAsync(edge.Signed("/tracks/empty.ogg"), range is null ? [] : [("Range", range)]);
        Assert.Equal(status, (int)response.StatusCode);
        if (status == 200) Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Preconditions_are_evaluated_before_ranges()
    {
        using var first = await edge.GetAsync(edge.Signed());
        var (tag, date) = (first.Headers.ETag!.ToString(), first.Content.Headers.LastModified!.Value.ToString("R"));
        await ExpectAsync(304, ("If-None-Match", tag));
        await ExpectAsync(304, ("If-None-Match", "W/" + tag), ("Range", "bytes=0-9"));
        await ExpectAsync(304, ("If-None-Match", "*"));
        await ExpectAsync(304, ("If-Modified-Since", date));
        await ExpectAsync(200, ("If-None-Match", "\"other\""), ("If-Modified-Since", date));
        await ExpectAsync(412, ("If-Match", "\"other\""), ("Range", "bytes=0-9"));
        await ExpectAsync(412, ("If-Match", "\"other\""), ("If-None-Match", tag));
        await ExpectAsync(206, ("If-Match", tag), ("Range", "bytes=0-9"));
        await ExpectAsync(412, ("If-Unmodified-Since", "Thu, 01 Jan 1970 00:00:00 GMT"));
        await ExpectAsync(206, ("If-Range", tag), ("Range", "bytes=0-9"));
        await ExpectAsync(200, ("If-Range", "\"other\""), ("Range", "bytes=0-9"));
        await ExpectAsync(200, ("If-Range", "\"other\""), ("Range", "bytes=999999-"));
        await ExpectAsync(416, ("If-Range", tag), ("Range", "bytes=999999-"));
        await ExpectAsync(200, ("If-Range", tag));

        async Task ExpectAsync(int status, params (string, string)[] headers)
        {
            using var get = await edge.GetAsync(edge.Signed(), headers);
            Assert.Equal(status, (int)get.StatusCode);
            using var head = await edge.SendAsync(HttpMethod.Head, edge.Signed(), headers);
            Assert.Equal(status is 206 or 416 ? 200 : status, (int)head.StatusCode);
            if (status != 304) return;
            Assert.Equal(tag, get.Headers.ETag!.ToString());
            Assert.Equal("public, max-age=31536000, immutable", Header(get, "Cache-Control"));
            Assert.Empty(await get.Content.ReadAsByteArrayAsync());
        }
    }

    [Fact]
    public async Task Preconditions_are_evaluated_after_the_signature_and_the_lookup()
    {
        using var unsigned = await edge.GetAsync(EdgeHost.AudioPath, ("If-None-Match", "*"));
        Assert.Equal(HttpStatusCode.Forbidden, unsigned.StatusCode);
        using var missing = await edge.GetAsync(edge.Signed("/tracks/none.ogg"), ("If-None-Match", "*"));
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    [Fact]
    public async Task A_date_is_a_strong_validator_only_after_its_second_has_passed()
    {
        await edge.PutAsync("/tracks/dated.ogg", [1, 2, 3]);
        var date = EdgeHost.Start.AddDays(-1);
        File.SetLastWriteTimeUtc(edge.Store.PathOf("tracks/dated.ogg")!, date.UtcDateTime);
        using var part = await GetAsync(date);
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        File.SetLastWriteTimeUtc(edge.Store.PathOf("tracks/dated.ogg")!, EdgeHost.Start.UtcDateTime);
        using var whole = await GetAsync(EdgeHost.Start);
        Assert.Equal(HttpStatusCode.OK, whole.StatusCode);

        Task<HttpResponseMessage> GetAsync(DateTimeOffset modified) =>
            edge.GetAsync(edge.Signed("/tracks/dated.ogg"), ("Range", "bytes=0-0"), ("If-Range", modified.ToString("R")));
    }

    [Fact]
    public async Task A_file_changed_in_place_has_new_validators()
    {
        await edge.PutAsync("/tracks/changed.ogg", [1, 2, 3]);
        using var before = await edge.GetAsync(edge.Signed("/tracks/changed.ogg"));
        File.SetLastWriteTimeUtc(edge.Store.PathOf("tracks/changed.ogg")!, new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        using var after = await edge.GetAsync(edge.Signed("/tracks/changed.ogg"), ("If-None-Match", before.Headers.ETag!.ToString()));
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
        Assert.Equal(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), after.Content.Headers.LastModified);
    }

    [Fact]
    public async Task A_deleted_file_is_404_at_once()
    {
        await edge.PutAsync("/tracks/removed.ogg", [1, 2, 3]);
        Assert.Equal(200, await edge.RawAsync(edge.Signed("/tracks/removed.ogg")));
        await edge.Store.DeleteAsync("tracks/removed.ogg", default);
        Assert.Equal(404, await edge.RawAsync(edge.Signed("/tracks/removed.ogg")));
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("PATCH")]
    [InlineData("TRACE")]
    [InlineData("BREW")]
    public async Task Other_methods_are_not_allowed(string method)
    {
        foreach (var target in new[] { edge.Signed(), EdgeHost.ImagePath })
        {
            using var response = await edge.SendAsync(new HttpMethod(method), target);
            Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
            Assert.Equal("GET, HEAD, OPTIONS", string.Join(", ", response.Content.Headers.Allow));
            Assert.Equal("no-store", Header(response, "Cache-Control"));
        }
    }

    [Fact]
    public async Task CORS_preflight_allows_ranges_from_any_origin()
    {
        using var response = await edge.SendAsync(
            HttpMethod.Options,
            edge.Signed(),
            ("Origin", "https://player.example"),
            ("Access-Control-Request-Method", "GET"),
            ("Access-Control-Request-Headers", "range"));
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal("*", Header(response, "Access-Control-Allow-Origin"));
        Assert.Contains("GET", Header(response, "Access-Control-Allow-Methods"), StringComparison.Ordinal);
        Assert.Contains("Range", Header(response, "Access-Control-Allow-Headers"), StringComparison.Ordinal);
        Assert.Equal("86400", Header(response, "Access-Control-Max-Age"));
    }

    [Fact]
    public async Task Images_need_no_signature()
    {
        using var response = await edge.GetAsync(EdgeHost.ImagePath);
        Assert.Equal(edge.Image, await response.Content.ReadAsByteArrayAsync());
        Assert.Equal("image/jpeg", response.Content.Headers.ContentType!.ToString());
        Assert.Equal("public, max-age=2592000", Header(response, "Cache-Control"));
        using var again = await edge.GetAsync(EdgeHost.ImagePath + "?v=1", ("If-None-Match", response.Headers.ETag!.ToString()));
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
    }

    [Theory]
    [InlineData("/images/none/640.jpg")]
    [InlineData("/images/4cOdK2wGLETKBW3PvgPWqT/640.png")]
    [InlineData("/images/4cOdK2wGLETKBW3PvgPWqT/.jpg")]
    [InlineData("/images/4cOdK2wGLETKBW3PvgPWqT/a/640.jpg")]
    [InlineData("/images//640.jpg")]
    [InlineData("/images/.jpg")]
    [InlineData("/images/../640.jpg")]
    [InlineData("/images/..%2fmodels/640.jpg")]
    [InlineData("/images/%2e%2e/640.jpg")]
    [InlineData("/images/4cOdK2wGLETKBW3PvgPWqT/%3640.jpg")]
    [InlineData("/images/../tracks/4cOdK2wGLETKBW3PvgPWqT/9f86d081/high.ogg")]
    [InlineData("/images/x/../../tracks/4cOdK2wGLETKBW3PvgPWqT/9f86d081/high.ogg")]
    public async Task Only_images_are_served_without_a_signature(string path) =>
        Assert.Contains(await edge.RawAsync(path), (int[])[403, 404]);

    [Fact]
    public async Task A_client_that_disconnects_leaves_no_open_file_and_no_warning()
    {
        await edge.PutAsync("/tracks/long.ogg", new byte[32 << 20]);
        var handles = OpenFiles();
        for (var i = 0; i < 8; i++)
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
            await socket.ConnectAsync(IPAddress.Loopback, edge.Port);
            var range = i % 2 == 0 ? "" : "Range: bytes=0-20000000,30000000-30000001\r\n";
            var request = $"GET {edge.Signed("/tracks/long.ogg")} HTTP/1.1\r\nHost: 127.0.0.1:{edge.Port}\r\n{range}\r\n";
            await socket.SendAsync(Encoding.ASCII.GetBytes(request));
            var buffer = new byte[1000];
            Assert.True(await socket.ReceiveAsync(buffer) > 0);
            Assert.Equal(i % 2 == 0 ? "HTTP/1.1 200" : "HTTP/1.1 206", Encoding.ASCII.GetString(buffer, 0, 12));
            socket.LingerState = new LingerOption(true, 0);
        }

        await Poll.UntilAsync(() => OpenFiles() <= handles);
        Assert.Empty(edge.Warnings);

        static int OpenFiles() => Directory.Exists("/proc/self/fd")
            ? Directory.EnumerateFileSystemEntries("/proc/self/fd")
                .Count(path => Path.GetFileName(new FileInfo(path).LinkTarget) == "long.ogg")
            : 0;
    }

    [Fact]
    public async Task A_file_deleted_during_a_response_is_sent_to_the_end()
    {
        await edge.PutAsync("/tracks/stalled.ogg", new byte[64 << 20]);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(IPAddress.Loopback, edge.Port);
        var request = $"GET {edge.Signed("/tracks/stalled.ogg")} HTTP/1.1\r\nHost: 127.0.0.1:{edge.Port}\r\nConnection: close\r\n\r\n";
        await socket.SendAsync(Encoding.ASCII.GetBytes(request));
        await socket.ReceiveAsync(new byte[1]);
        await edge.Store.DeleteAsync("tracks/stalled.ogg", default);

        // The rest is read from the open file.
        var rest = 0L;
        var buffer = new byte[1 << 16];
        for (int read; (read = await socket.ReceiveAsync(buffer)) > 0;) rest += read;
        Assert.InRange(rest, 64 << 20, (64 << 20) + 2000);
    }

    [Fact]
    public async Task A_file_truncated_during_a_response_breaks_the_connection()
    {
        await edge.PutAsync("/tracks/cut.ogg", new byte[64 << 20]);
        using var response = await edge.Client.GetAsync(edge.Signed("/tracks/cut.ogg"), HttpCompletionOption.ResponseHeadersRead);
        var path = edge.Store.PathOf("tracks/cut.ogg")!;
        await using (var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite)) file.SetLength(100);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => response.Content.ReadAsByteArrayAsync());
    }

    private static string Header(HttpResponseMessage response, string name) => string.Join(", ", response.Headers.GetValues(name));

    private static List<(ContentRangeHeaderValue Range, string Type, byte[] Content)> Parts(byte[] body, MediaTypeHeaderValue type)
    {
        var boundary = type.Parameters.Single(parameter => parameter.Name == "boundary").Value!;
        var text = Encoding.Latin1.GetString(body);
        Assert.StartsWith($"--{boundary}\r\n", text, StringComparison.Ordinal);
        Assert.EndsWith($"\r\n--{boundary}--\r\n", text, StringComparison.Ordinal);
        var parts = new List<(ContentRangeHeaderValue, string, byte[])>();
        foreach (var part in ("\r\n" + text).Split($"\r\n--{boundary}")[1..^1])
        {
            var head = part.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            var headers = part[..head].Split("\r\n", StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.Split(": ", 2))
                .ToDictionary(pair => pair[0], pair => pair[1]);
            var content = Encoding.Latin1.GetBytes(part[(head + 4)..]);
            parts.Add((ContentRangeHeaderValue.Parse(headers["Content-Range"]), headers["Content-Type"], content));
        }

        return parts;
    }
}
