using System.Net;
using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Users;
using Spotify.Fixtures;
using static Spotify.Fixtures.TestCatalog;

namespace Spotify.Functions.Tests.Library;

public sealed class SavedItemsTests : LibraryTestBase
{
    private static readonly string Missing = SpotifyId.FromName("missing");

    public static TheoryData<string, string, string> Collections => new()
    {
        { "tracks", "track", Dawn.Id }, { "albums", "album", Sunrise.Id }, { "episodes", "episode", Pilot.Id },
        { "shows", "show", Radio.Id }, { "audiobooks", "audiobook", Book.Id },
    };

    [Theory]
    [MemberData(nameof(Collections))]
    public async Task Each_type_is_saved_shown_and_removed(string collection, string member, string id)
    {
        await DoAsync(Ada, "PUT", $"/v1/me/{collection}?ids={id}");
        var page = await Ada.GetJsonAsync($"/v1/me/{collection}");
        Assert.Equal(("1", id), (page.At("total"), page.At("items", 0, member, "id")));
        Assert.Equal(Time.Now.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ"), page.At("items", 0, "added_at"));
        Assert.Equal($"{Server.Http.BaseAddress}v1/me/{collection}?offset=0&limit=20", page.At("href"));
        Assert.Equal([true, false], await BooleansAsync(Ada, $"/v1/me/{collection}/contains?ids={id},{Missing}"));
        await DoAsync(Ada, "DELETE", $"/v1/me/{collection}?ids={id}");
        await DoAsync(Ada, "DELETE", $"/v1/me/{collection}?ids={id}");
        Assert.Equal("0", (await Ada.GetJsonAsync($"/v1/me/{collection}")).At("total"));
        Assert.Equal([false], await BooleansAsync(Ada, $"/v1/me/{collection}/contains?ids={id}"));
    }

    [Theory]
    [InlineData("""{"ids":["@"]}""")]
    [InlineData("""["@"]""")]
    [InlineData("""{"timestamped_ids":[{"id":"@","added_at":"2020-01-02T03:04:05Z"}],"ids":["not-an-id"]}""")]
    public async Task Ids_can_be_sent_in_the_body(string body)
    {
        await DoAsync(Ada, "PUT", "/v1/me/tracks", body.Replace("@", Dawn.Id, StringComparison.Ordinal));
        Assert.Equal([true], await BooleansAsync(Ada, $"/v1/me/tracks/contains?ids={Dawn.Id}"));
        await DoAsync(Ada, "DELETE", "/v1/me/tracks", $$"""{"ids":["{{Dawn.Id}}"]}""");
        Assert.Equal([false], await BooleansAsync(Ada, $"/v1/me/tracks/contains?ids={Dawn.Id}"));
    }

    [Fact]
    public async Task The_query_takes_precedence_over_the_body()
    {
        await DoAsync(Ada, "PUT", $"/v1/me/albums?ids={Sunrise.Id}", """{"ids":["not-an-id"]}""");
        Assert.Equal([Sunrise.Id], Ids(await Ada.GetJsonAsync("/v1/me/albums"), "album"));
    }

    [Fact]
    public async Task Items_are_listed_newest_first_and_in_request_order()
    {
        await DoAsync(Ada, "PUT", $"/v1/me/tracks?ids={Dawn.Id},{Duet.Id}");
        Time.Advance(TimeSpan.FromSeconds(1));
        await DoAsync(Ada, "PUT", $"/v1/me/tracks?ids={Explicit.Id}");
        Assert.Equal([Explicit.Id, Dawn.Id, Duet.Id], Ids(await Ada.GetJsonAsync("/v1/me/tracks"), "track"));
    }

    [Fact]
    public async Task Saving_again_changes_nothing()
    {
        await DoAsync(Ada, "PUT", $"/v1/me/tracks?ids={Dawn.Id}");
        var before = await Ada.GetJsonAsync("/v1/me/tracks");
        Time.Advance(TimeSpan.FromMinutes(1));
        await DoAsync(Ada, "PUT", $"/v1/me/tracks?ids={Dawn.Id},{Dawn.Id}");
        await DoAsync(Ada, "PUT", "/v1/me/tracks", $$"""{"timestamped_ids":[{"id":"{{Dawn.Id}}","added_at":"2020-01-02T03:04:05Z"}]}""");
        Assert.Equal(before.ToJsonString(), (await Ada.GetJsonAsync("/v1/me/tracks")).ToJsonString());
    }

    [Theory]
    [InlineData("2020-01-02T03:04:05Z", "2020-01-02T03:04:05Z")]
    [InlineData("2020-01-02T03:04:05.678Z", "2020-01-02T03:04:05Z")]
    [InlineData("2020-01-02T03:04:05+02:00", "2020-01-02T01:04:05Z")]
    [InlineData("2020-01-02T03:04:05", "2020-01-02T03:04:05Z")]
    [InlineData("1969-07-20T20:17:40Z", "1969-07-20T20:17:40Z")]
    public async Task A_track_can_be_saved_with_a_time(string given, string shown)
    {
        await DoAsync(Ada, "PUT", "/v1/me/tracks", $$"""{"timestamped_ids":[{"id":"{{Dawn.Id}}","added_at":"{{given}}"}]}""");
        await DoAsync(Ada, "PUT", $"/v1/me/tracks?ids={Duet.Id}");
        var page = await Ada.GetJsonAsync("/v1/me/tracks");
        Assert.Equal([Duet.Id, Dawn.Id], Ids(page, "track"));
        Assert.Equal(shown, page.At("items", 1, "added_at"));
    }

    [Fact]
    public async Task A_time_in_the_future_is_replaced_by_the_current_time()
    {
        await DoAsync(Ada, "PUT", "/v1/me/tracks", $$"""{"timestamped_ids":[{"id":"{{Dawn.Id}}","added_at":"2199-01-02T03:04:05Z"}]}""");
        Assert.Equal(
            Time.Now.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ"), (await Ada.GetJsonAsync("/v1/me/tracks")).At("items", 0, "added_at"));
    }

    [Fact]
    public async Task Pages_are_contiguous_while_more_is_saved()
    {
        await DoAsync(Ada, "PUT", $"/v1/me/tracks?ids={Dawn.Id},{Explicit.Id},{Duet.Id}");
        var first = await Ada.GetJsonAsync("/v1/me/tracks?limit=2");
        Time.Advance(TimeSpan.FromSeconds(1));
        await DoAsync(Ada, "PUT", $"/v1/me/tracks?ids={Swedish.Id}");

        var second = await Ada.GetJsonAsync(first.At("next")!);
        Assert.Equal([Dawn.Id, Explicit.Id, Duet.Id], Ids(first, "track").Concat(Ids(second, "track")));
        Assert.Equal(("3", "3"), (first.At("total"), second.At("total")));
        Assert.Equal([Dawn.Id, Explicit.Id], Ids(await Ada.GetJsonAsync(second.At("previous")!), "track"));
        Assert.Equal("4", (await Ada.GetJsonAsync("/v1/me/tracks")).At("total"));
        foreach (var until in new[] { "x", "-99999999999999999999", "99999999999999999999" })
            await Ada.GetErrorAsync($"/v1/me/tracks?until={until}", HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Concurrent_changes_leave_exact_totals()
    {
        string[] ids = [Dawn.Id, Explicit.Id, Duet.Id, Swedish.Id];
        await Task.WhenAll(Enumerable.Range(0, 16).Select(async i =>
        {
            await DoAsync(Ada, "PUT", $"/v1/me/tracks?ids={ids[i % 4]},{ids[(i + 1) % 4]}");
            await DoAsync(Ada, "DELETE", $"/v1/me/tracks?ids={ids[i % 4]},{Future.Id}");
            await DoAsync(Ada, "PUT", $"/v1/me/library?uris=spotify:track:{ids[i % 4]},spotify:album:{Sunrise.Id}");
        }));
        await DoAsync(Ada, "DELETE", $"/v1/me/tracks?ids={Duet.Id}");

        var page = await Ada.GetJsonAsync("/v1/me/tracks");
        Assert.Equal($"{page["items"]!.AsArray().Count}", page.At("total"));
        Assert.DoesNotContain(Duet.Id, Ids(page, "track"));
        Assert.Equal("1", (await Ada.GetJsonAsync("/v1/me/albums")).At("total"));
    }

    [Fact]
    public async Task Page_links_work_for_items_saved_before_1970()
    {
        var items = new[] { Dawn, Duet }.Select(track => new { id = track.Id, added_at = "0001-01-01T00:00:00Z" });
        await DoAsync(Ada, "PUT", "/v1/me/tracks", System.Text.Json.JsonSerializer.Serialize(new { timestamped_ids = items }));
        var first = await Ada.GetJsonAsync("/v1/me/tracks?limit=1");
        Assert.Single((await Ada.GetJsonAsync(first.At("next")!))["items"]!.AsArray());
    }

    [Fact]
    public async Task Pages_are_contiguous_when_everything_was_saved_at_the_same_time()
    {
        var tracks = Enumerable.Range(4, 47).Select(i => NewTrack(Sunrise, i, $"Track {i}", Beyonce)).ToList();
        await Server.WriteAsync(tracks.SelectMany(track => CatalogWriter.Write(track, Sunrise.Name)));
        await DoAsync(
            Ada,
            "PUT",
            "/v1/me/tracks",
            "{\"timestamped_ids\":[" + string.Join(
                ',', tracks.Select(track => $$"""{"id":"{{track.Id}}","added_at":"2020-01-01T00:00:00Z"}""")) + "]}");

        var shown = new List<string?>();
        for (var next = "/v1/me/tracks?limit=9&market=SE"; next is not null;)
        {
            var page = await Ada.GetJsonAsync(next);
            Assert.Equal("47", page.At("total"));
            shown.AddRange(Ids(page, "track"));
            next = page.At("next");
            Assert.True(next is null || next.Contains("market=SE", StringComparison.Ordinal));
        }

        Assert.Equal(tracks.Select(track => track.Id).Order(StringComparer.Ordinal), shown);
    }

    [Fact]
    public async Task Missing_items_are_skipped()
    {
        await DoAsync(Ada, "PUT", $"/v1/me/tracks?ids={Missing},{Dawn.Id},{Pilot.Id}");
        Assert.Equal([false, true, false], await BooleansAsync(Ada, $"/v1/me/tracks/contains?ids={Missing},{Dawn.Id},{Pilot.Id}"));
        Assert.Equal([Dawn.Id], Ids(await Ada.GetJsonAsync("/v1/me/tracks"), "track"));
    }

    [Fact]
    public async Task Items_removed_from_the_catalog_are_omitted()
    {
        await DoAsync(Ada, "PUT", $"/v1/me/tracks?ids={Dawn.Id},{Duet.Id}");
        await Server.WriteAsync(Mutation.Delete(Schema.Current.Table("Playables"), new Key(Dawn.Id)));
        Assert.Equal([Duet.Id], Ids(await Ada.GetJsonAsync("/v1/me/tracks"), "track"));
        await DoAsync(Ada, "DELETE", $"/v1/me/tracks?ids={Dawn.Id}");
        Assert.Equal("1", (await Ada.GetJsonAsync("/v1/me/tracks")).At("total"));
    }

    [Fact]
    public async Task Episodes_of_a_show_removed_from_the_catalog_are_omitted()
    {
        await DoAsync(Ada, "PUT", $"/v1/me/episodes?ids={Pilot.Id}");
        await Server.WriteAsync(Mutation.Delete(Schema.Current.Table("Shows"), new Key(Radio.Id)));
        Assert.Empty((await Ada.GetJsonAsync("/v1/me/episodes"))["items"]!.AsArray());
        await Ada.GetErrorAsync($"/v1/episodes/{Pilot.Id}", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Content_Type_is_optional_and_large_bodies_are_rejected()
    {
        using var plain = await Ada.PutAsync("/v1/me/tracks", new StringContent($"[\"{Dawn.Id}\"]"));
        Assert.Equal(HttpStatusCode.OK, plain.StatusCode);
        using var untyped = await Ada.PutAsync(
            "/v1/me/tracks", new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes($"[\"{Duet.Id}\"]")));
        Assert.Equal(HttpStatusCode.OK, untyped.StatusCode);
        // The body is sent only if the server asks for it: a refusal would break the connection amid the body.
        using var request = new HttpRequestMessage(HttpMethod.Put, "/v1/me/tracks")
        {
            Content = new StringContent(new string(' ', 2_000_000)),
            Headers = { ExpectContinue = true },
        };
        using var huge = await Ada.SendAsync(request);
        await huge.ErrorAsync(HttpStatusCode.RequestEntityTooLarge);
        Assert.Equal("2", (await Ada.GetJsonAsync("/v1/me/tracks")).At("total"));
    }

    [Fact]
    public async Task Libraries_of_users_are_separate()
    {
        var bob = await Server.SignInAsync("bob");
        await DoAsync(Ada, "PUT", $"/v1/me/tracks?ids={Dawn.Id}");
        await DoAsync(bob, "DELETE", $"/v1/me/tracks?ids={Dawn.Id}");
        Assert.Equal([false], await BooleansAsync(bob, $"/v1/me/tracks/contains?ids={Dawn.Id}"));
        Assert.Equal([true], await BooleansAsync(Ada, $"/v1/me/tracks/contains?ids={Dawn.Id}"));
    }

    [Fact]
    public async Task Saving_inserts_the_row_of_a_new_user()
    {
        await Server.WriteAsync(Mutation.Delete(User.Table, new Key("ada")));
        await DoAsync(Ada, "PUT", $"/v1/me/tracks?ids={Dawn.Id}");
        Assert.Equal([true], await BooleansAsync(Ada, $"/v1/me/tracks/contains?ids={Dawn.Id}"));
    }

    [Fact]
    public async Task Concurrent_requests_save_each_track_once()
    {
        string[] ids = [Dawn.Id, Duet.Id, Explicit.Id, Swedish.Id];
        await Task.WhenAll(Enumerable.Range(0, 24).Select(i => DoAsync(Ada, "PUT", $"/v1/me/tracks?ids={ids[i % 4]},{ids[(i + 1) % 4]}")));
        Assert.Equal(ids.Order(), Ids(await Ada.GetJsonAsync("/v1/me/tracks"), "track").Order());
    }

    [Theory]
    [InlineData("", null, "Missing required parameter ids")]
    [InlineData("?ids=", null, "Missing required parameter ids")]
    [InlineData("?ids=@,not-an-id", null, "not-an-id")]
    [InlineData("?ids=@,", null, "Invalid base62 id")]
    [InlineData("", "{", "Error parsing JSON")]
    [InlineData("", "{}", "Missing required parameter ids")]
    [InlineData("", "[]", "Missing required parameter ids")]
    [InlineData("", "\"@\"", "Missing required parameter ids")]
    [InlineData("", """{"ids":"@"}""", "Missing required parameter ids")]
    [InlineData("", """{"ids":["@",1]}""", "entry 1")]
    [InlineData("", """{"ids":["@",null]}""", "entry 1")]
    [InlineData("", """["@","\ud800"]""", "not Unicode")]
    [InlineData("", """["@","not-an-id"]""", "not-an-id")]
    [InlineData("", """{"timestamped_ids":[{"id":"@"}]}""", "entry 0")]
    [InlineData("", """{"timestamped_ids":[{"id":"@","added_at":"2020-01-02T03:04:05Z"},{"id":"@","added_at":"yesterday"}]}""", "entry 1")]
    [InlineData("", """{"timestamped_ids":{}}""", "timestamped_ids")]
    [InlineData("", """{"timestamped_ids":[]}""", "timestamped_ids")]
    public async Task Bad_input_is_refused_and_changes_nothing(string query, string? body, string message)
    {
        using var response = await SendAsync(
            Ada,
            "PUT",
            "/v1/me/tracks" + query.Replace("@", Dawn.Id, StringComparison.Ordinal),
            body?.Replace("@", Dawn.Id, StringComparison.Ordinal));
        Assert.Contains(message, await response.ErrorAsync(HttpStatusCode.BadRequest));
        Assert.Equal("0", (await Ada.GetJsonAsync("/v1/me/tracks")).At("total"));
    }

    [Fact]
    public async Task Fifty_ids_are_the_maximum()
    {
        await DoAsync(Ada, "PUT", $"/v1/me/tracks?ids={string.Join(',', Enumerable.Repeat(Dawn.Id, 50))}");
        using var tooMany = await SendAsync(Ada, "PUT", $"/v1/me/tracks?ids={string.Join(',', Enumerable.Repeat(Dawn.Id, 51))}");
        Assert.Contains("at most 50", await tooMany.ErrorAsync(HttpStatusCode.BadRequest));
    }
}
