using System.Net;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Spotify.Domain.Signing;

namespace Spotify.Local.Tests.Edge;

public class EdgeSignatureTests(EdgeHost edge) : IClassFixture<EdgeHost>
{
    [Theory]
    [InlineData("now")]
    [InlineData("before")]
    public async Task Accepts_signatures_of_every_key_of_the_ring(string key)
    {
        using var response = await edge.GetAsync(edge.Signed(key: key));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(edge.Audio, await response.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("/episodes/")]
    [InlineData("/chapters/")]
    public async Task Serves_episodes_and_chapters(string prefix)
    {
        var path = EdgeHost.AudioPath.Replace("/tracks/", prefix, StringComparison.Ordinal);
        Assert.Equal(403, await edge.RawAsync(path));
        Assert.Equal(200, await edge.RawAsync(edge.Signed(path)));
    }

    [Fact]
    public async Task Serves_the_partner_format()
    {
        var expires = edge.Clock.Now.AddHours(1);
        var url = new PartnerCdnSigner().Sign(edge.BaseUrl + EdgeHost.AudioPath, expires, "Zoë & søn", edge.Ring.Current);
        using var response = await edge.GetAsync(url);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(403, await edge.RawAsync(url[edge.BaseUrl.Length..].Replace("uid=Zo", "uid=zo", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Serves_the_seek_index_beside_an_encoding()
    {
        using var response = await edge.GetAsync(edge.Signed(EdgeHost.SeekIndexPath));
        Assert.Equal("application/json", response.Content.Headers.ContentType!.ToString());
        Assert.Equal(edge.Index, await response.Content.ReadAsByteArrayAsync());
        Assert.Equal(403, await edge.RawAsync(edge.Signed().Replace("high.ogg", "high.ogg.seek.json", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Refusals_have_the_format_of_the_web_api()
    {
        using var response = await edge.GetAsync(EdgeHost.AudioPath);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal("no-store", response.Headers.CacheControl!.ToString());
        Assert.Equal("*", Assert.Single(response.Headers.GetValues("Access-Control-Allow-Origin")));
        Assert.Equal("application/json; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        Assert.Equal("""{"error":{"status":403,"message":"The URL is not signed."}}""", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Refuses_an_expired_url()
    {
        var target = edge.Signed(expires: EdgeHost.Start.AddSeconds(10));
        edge.Clock.Now = EdgeHost.Start.AddSeconds(9.999);
        Assert.Equal(200, await edge.RawAsync(target));
        edge.Clock.Now = EdgeHost.Start.AddSeconds(10);
        Assert.Equal(403, await edge.RawAsync(target));
        edge.Clock.Now = EdgeHost.Start;
    }

    [Fact]
    public async Task Refuses_signatures_of_a_removed_key()
    {
        var target = edge.Signed(key: "before");
        Assert.Equal(200, await edge.RawAsync(target));
        edge.Keys.Replace(edge.Ring.Without("before"));
        Assert.Equal(403, await edge.RawAsync(target));
        edge.Keys.Replace(edge.Ring);
    }

    [Fact]
    public void Refuses_every_change_of_one_byte()
    {
        var target = edge.Signed();
        var mutations =
            from at in Gen.Choose(0, target.Length - 1)
            from kind in Gen.Choose(0, 3)
            from replacement in Gen.Choose('!', '~').Where(c => c != target[at])
            select kind switch
            {
                0 => target[..at] + (char)replacement + target[(at + 1)..],
                1 => target[..at] + (char)replacement + target[at..],
                2 => target.Remove(at, 1),
                _ => $"{target[..at]}%{(int)target[at]:X2}{target[(at + 1)..]}",
            };

        Prop.ForAll(Arb.From(mutations), changed =>
        {
            var status = edge.RawAsync(changed).GetAwaiter().GetResult();

            // A change in the first segment leads to a path without an endpoint.
            return status is 403 or 400 || (status == 404 && !changed.StartsWith("/tracks/", StringComparison.Ordinal));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    [Fact]
    public async Task Refuses_every_change_in_the_parameters()
    {
        var target = edge.Signed();
        for (var at = target.IndexOf('?', StringComparison.Ordinal); at < target.Length; at++)
        {
            var replacement = target[at] switch
            {
                '0' => '1',
                'A' => 'B',
                >= 'a' and <= 'z' => char.ToUpperInvariant(target[at]),
                _ => '0',
            };
            Assert.Equal(403, await edge.RawAsync(target[..at] + replacement + target[(at + 1)..]));
        }
    }

    [Theory]
    [InlineData("&x=1")]
    [InlineData("&")]
    [InlineData("=")]
    [InlineData("%20")]
    [InlineData("&Signature=x")]
    [InlineData("&sig=x")]
    public async Task Refuses_anything_appended(string suffix) => Assert.Equal(403, await edge.RawAsync(edge.Signed() + suffix));

    [Theory]
    [InlineData("/tracks/../models/secret.bin")]
    [InlineData("/tracks/%2e%2e/models/secret.bin")]
    [InlineData("/tracks/x/..%2f..%2fmodels/secret.bin")]
    [InlineData("/tracks/..\\models\\secret.bin")]
    [InlineData("//tracks/4cOdK2wGLETKBW3PvgPWqT/9f86d081/high.ogg")]
    [InlineData("/tracks//4cOdK2wGLETKBW3PvgPWqT/9f86d081/high.ogg")]
    [InlineData("/tracks/./4cOdK2wGLETKBW3PvgPWqT/9f86d081/high.ogg")]
    [InlineData("/tracks/4cOdK2wGLETKBW3PvgPWqT/9f86d081/high.ogg;x")]
    [InlineData("/tracks/4cOdK2wGLETKBW3PvgPWqT/9f86d081/high.ogg/")]
    [InlineData("/tracks/4cOdK2wGLETKBW3PvgPWqT%2F9f86d081/high.ogg")]
    [InlineData("/tracks/4cOdK2wGLETKBW3PvgPWqT/9f86d081/%68igh.ogg")]
    [InlineData("/tracks/4cOdK2wGLETKBW3PvgPWqT/9f86d081")]
    [InlineData("/tracks/4cOdK2wGLETKBW3PvgPWqT/9f86d081/HIGH.ogg")]
    [InlineData("/tracks/")]
    [InlineData("/tracks")]
    [InlineData("/x/../tracks/4cOdK2wGLETKBW3PvgPWqT/9f86d081/high.ogg")]
    [InlineData("/episodes/../tracks/4cOdK2wGLETKBW3PvgPWqT/9f86d081/high.ogg")]
    [InlineData("/tracks/.partial/x")]
    [InlineData("/models/secret.bin")]
    public async Task Refuses_other_spellings_of_a_name_even_if_signed(string path)
    {
        Assert.Contains(await edge.RawAsync(path), (int[])[403, 404]);
        Assert.Equal(404, await edge.RawAsync(edge.Signed(path)));
    }

    [Fact]
    public async Task A_request_without_a_signature_does_not_reveal_whether_a_file_exists()
    {
        Assert.Equal(403, await edge.RawAsync("/tracks/none.ogg"));
        Assert.Equal(404, await edge.RawAsync(edge.Signed("/tracks/none.ogg")));
        using var response = await edge.GetAsync(edge.Signed("/tracks/none.ogg"));
        Assert.Equal("no-store", response.Headers.CacheControl!.ToString());
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal(404, json.RootElement.GetProperty("error").GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task Accepts_absolute_request_targets_of_its_own_base_only()
    {
        Assert.Equal(200, await edge.RawAsync(edge.BaseUrl + edge.Signed()));
        var status = await edge.RawAsync("http://elsewhere.example" + edge.Signed(baseUrl: "http://elsewhere.example"));
        Assert.Contains(status, (int[])[400, 403]);
    }

    [Fact]
    public async Task Refuses_urls_signed_for_another_host() =>
        Assert.Equal(403, await edge.RawAsync(edge.Signed(baseUrl: "http://localhost:1")));

    [Fact]
    public async Task Behind_a_proxy_the_public_url_is_signed()
    {
        var proxied = new EdgeHost { PublicUrl = "https://music.example/" };
        await proxied.InitializeAsync();
        Assert.Equal(200, await proxied.RawAsync(proxied.Signed(baseUrl: "https://music.example")));
        Assert.Equal(403, await proxied.RawAsync(proxied.Signed()));
        await proxied.DisposeAsync();
    }
}
