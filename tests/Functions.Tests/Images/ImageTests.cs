using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Domain.Ports;
using Spotify.Fixtures;

namespace Spotify.Functions.Tests.Images;

public sealed class ImageTests(ImageTests.Fixture fixture) : IClassFixture<ImageTests.Fixture>
{
    private const string Path = "/images/4cOdK2wGLETKBW3PvgPWqT/640.jpg";

    private readonly HttpClient http = fixture.Server.Http;

    public sealed class Fixture : IAsyncLifetime
    {
        public LocalServer Server { get; private set; } = null!;

        public byte[] Picture { get; } = new byte[200_001];

        public async Task InitializeAsync()
        {
            Server = await LocalServer.StartAsync();
            new Random(1).NextBytes(Picture);
            await PutAsync(Path, Picture);
        }

        public async Task DisposeAsync() => await Server.DisposeAsync();

        public Task PutAsync(string path, byte[] content) =>
            Server.Services.GetRequiredService<IObjectStore>()
                .WriteAsync(path[1..], new MemoryStream(content), new WriteOptions("image/jpeg"), default);
    }

    [Fact]
    public async Task Images_are_public_and_cacheable()
    {
        using var response = await http.GetAsync(Path);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(fixture.Picture, await response.Content.ReadAsByteArrayAsync());
        Assert.Equal("image/jpeg", response.Content.Headers.ContentType!.ToString());
        Assert.Equal(fixture.Picture.Length, response.Content.Headers.ContentLength);
        Assert.NotNull(response.Content.Headers.LastModified);
        Assert.False(response.Headers.ETag!.IsWeak);
        Assert.Equal("public, max-age=2592000", Header(response, "Cache-Control"));
        Assert.Equal("*", Header(response, "Access-Control-Allow-Origin"));
        Assert.Equal("cross-origin", Header(response, "Cross-Origin-Resource-Policy"));
        Assert.Equal("nosniff", Header(response, "X-Content-Type-Options"));

        // Cloud CDN does not cache responses that set a cookie or vary by anything but the encoding.
        Assert.False(response.Headers.Contains("Vary"));
        Assert.False(response.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task Head_is_get_without_the_content()
    {
        using var get = await http.GetAsync(Path);
        using var head = await http.SendAsync(new HttpRequestMessage(HttpMethod.Head, Path));
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal(Headers(get), Headers(head));
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());

        static string Headers(HttpResponseMessage response) =>
            string.Join(
                '\n',
                response.Headers.Concat(response.Content.Headers)
                    .Where(h => h.Key != "Date")
                    .OrderBy(h => h.Key)
                    .Select(h => $"{h.Key}: {string.Join(", ", h.Value)}"));
    }

    [Theory]
    [InlineData("If-None-Match", "{tag}", 304)]
    [InlineData("If-None-Match", "W/{tag}", 304)]
    [InlineData("If-None-Match", "*", 304)]
    [InlineData("If-None-Match", "\"another\"", 200)]
    [InlineData("If-Modified-Since", "{date}", 304)]
    [InlineData("If-Modified-Since", "Thu, 01 Jan 1998 00:00:00 GMT", 200)]
    [InlineData("If-Match", "{tag}", 200)]
    [InlineData("If-Match", "\"another\"", 412)]
    [InlineData("If-Unmodified-Since", "Thu, 01 Jan 1998 00:00:00 GMT", 412)]
    public async Task Preconditions_hold(string name, string value, int status)
    {
        using var known = await http.GetAsync(Path);
        var tag = known.Headers.ETag!.ToString();
        using var request = new HttpRequestMessage(HttpMethod.Get, Path);
        request.Headers.TryAddWithoutValidation(
            name,
            value.Replace("{tag}", tag, StringComparison.Ordinal)
                .Replace("{date}", known.Content.Headers.LastModified!.Value.ToString("R"), StringComparison.Ordinal));
        using var response = await http.SendAsync(request);
        Assert.Equal(status, (int)response.StatusCode);
        if (status != 304) return;
        Assert.Equal(tag, response.Headers.ETag!.ToString());
        Assert.Equal("public, max-age=2592000", Header(response, "Cache-Control"));
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("/images/4cOdK2wGLETKBW3PvgPWqT/300.jpg")]
    [InlineData("/images/none/640.jpg")]
    [InlineData("/images/4cOdK2wGLETKBW3PvgPWqT/640.png")]
    [InlineData("/images/4cOdK2wGLETKBW3PvgPWqT/640.JPG")]
    [InlineData("/images/4cOdK2wGLETKBW3PvgPWqT/.jpg")]
    [InlineData("/images/4cOdK2wGLETKBW3PvgPWqT/640.jpg.jpg")]
    public async Task Missing_images_are_not_found_and_not_cached(string path)
    {
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head })
        {
            using var response = await http.SendAsync(new HttpRequestMessage(method, path));
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
            Assert.Equal("no-store", Header(response, "Cache-Control"));
            Assert.Equal("*", Header(response, "Access-Control-Allow-Origin"));
        }

        Assert.Equal("There is no such file.", await http.GetErrorAsync(path, HttpStatusCode.NotFound));
    }

    // An image has exactly one URL, so that caches store it once.
    [Theory]
    [InlineData(Path, 200)]
    [InlineData(Path + "?v=1", 200)]
    [InlineData("{base}" + Path, 200)]
    [InlineData("/Images/4cOdK2wGLETKBW3PvgPWqT/640.jpg", 404)]
    [InlineData("/images/4cOdK2wGLETKBW3PvgPWqT/%3640.jpg", 404)]
    [InlineData("/images/4cOdK2wGLETKBW3PvgPWqT/64%30.jpg", 404)]
    [InlineData("/images/%34cOdK2wGLETKBW3PvgPWqT/640.jpg", 404)]
    [InlineData("/images/x/../4cOdK2wGLETKBW3PvgPWqT/640.jpg", 404)]
    [InlineData("/x/.." + Path, 404)]
    [InlineData("/images/..%2fimages%2f4cOdK2wGLETKBW3PvgPWqT/640.jpg", 404)]
    [InlineData("/images/4cOdK2wGLETKBW3PvgPWqT/640.jpg/", 404)]
    public async Task Image_names_are_matched_exactly(string target, int status)
    {
        var address = http.BaseAddress!;
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, address.Port);
        await using var stream = client.GetStream();
        target = target.Replace("{base}", address.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal);
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: {address.Authority}\r\nConnection: close\r\n\r\n"));
        using var reader = new StreamReader(stream);
        Assert.StartsWith($"HTTP/1.1 {status} ", await reader.ReadLineAsync());
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Images_are_read_only(string method)
    {
        using var response = await http.SendAsync(new HttpRequestMessage(new HttpMethod(method), Path));
        Assert.Equal("GET, HEAD, OPTIONS", string.Join(", ", response.Content.Headers.Allow));
        Assert.Equal("no-store", Header(response, "Cache-Control"));
        await response.ErrorAsync(HttpStatusCode.MethodNotAllowed);
    }

    [Fact]
    public async Task Pages_of_any_site_may_load_images()
    {
        using var response = await http.SendAsync(
            new HttpRequestMessage(HttpMethod.Options, Path)
            {
                Headers = { { "Origin", "https://app.example" }, { "Access-Control-Request-Method", "GET" } },
            });
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal("*", Header(response, "Access-Control-Allow-Origin"));
        Assert.Contains("GET", Header(response, "Access-Control-Allow-Methods"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_image_has_a_new_entity_tag()
    {
        const string changing = "/images/changing/64.jpg";
        await fixture.PutAsync(changing, [1]);
        using var before = await http.GetAsync(changing);
        await fixture.PutAsync(changing, [1, 2]);
        using var request = new HttpRequestMessage(HttpMethod.Get, changing)
        {
            Headers = { { "If-None-Match", before.Headers.ETag!.ToString() } },
        };
        using var after = await http.SendAsync(request);
        Assert.Equal([1, 2], await after.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task An_image_removed_while_it_is_served_is_not_found()
    {
        var name = Path[1..];
        var store = new Mock<IObjectStore>();
        store.Setup(s => s.FindAsync(name, It.IsAny<CancellationToken>()))
            .ReturnsAsync(new StoredObject(name, 3, DateTimeOffset.UnixEpoch));
        store.Setup(s => s.OpenReadAsync(name, null, It.IsAny<CancellationToken>())).ThrowsAsync(new FileNotFoundException());
        await using var server = await LocalServer.StartAsync(builder => builder.Services.AddSingleton(store.Object));
        using var response = await server.Http.GetAsync(Path);
        Assert.Equal("no-store", Header(response, "Cache-Control"));
        await response.ErrorAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Errors_of_the_object_store_are_not_cached()
    {
        var store = new Mock<IObjectStore>();
        store.Setup(s => s.FindAsync(It.IsAny<string>(), It.IsAny<CancellationToken>())).ThrowsAsync(new TimeoutException());
        await using var server = await LocalServer.StartAsync(builder => builder.Services.AddSingleton(store.Object));
        using var response = await server.Http.GetAsync(Path);
        Assert.True(response.Headers.CacheControl!.NoStore);
        await response.ErrorAsync(HttpStatusCode.ServiceUnavailable);
    }

    private static string Header(HttpResponseMessage response, string name) => string.Join(", ", response.Headers.GetValues(name));
}
