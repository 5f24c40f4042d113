using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Events;
using Spotify.Events.Taste;
using Spotify.Fixtures;
using Spotify.Functions.Search.Browse;
using Spotify.Functions.TasteUpdater;

namespace Spotify.Functions.Tests.Listening;

public sealed class TasteTests : IAsyncLifetime
{
    private const string TopTracks = "/v1/me/top/tracks?time_range=short_term";
    private const string Exclusions = "/v1/me/taste/exclusions";
    private const string PrivateSession = "/v1/me/private-session";

    private static readonly string Playlist = SpotifyId.FromName("playlist");

    private readonly ManualTimeProvider time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private LocalServer server = null!;
    private HttpClient ada = null!;
    private int eventId;

    public async Task InitializeAsync()
    {
        server = await LocalServer.StartAsync(builder => builder.Services.AddSingleton<TimeProvider>(time)
            .Configure<BrowseOptions>(options => options.EditorialUser = "editor"));
        await server.WriteAsync(TestCatalog.Mutations);
        await server.WriteAsync([NewUser("ada"), NewUser("editor")]);
        ada = await server.SignInAsync("ada");
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Top_lists_follow_the_plays()
    {
        Assert.Equal("""{"items":0,"total":0}""", await CountsAsync(TopTracks));
        await HandleAsync(Play(TestCatalog.Dawn), Play(TestCatalog.Dawn), Play(TestCatalog.Duet), Play(TestCatalog.Pilot));
        await HandleAsync(Play(TestCatalog.Swedish) with { Engagement = -500 });
        Assert.Equal(["Dawn", "Duet"], await NamesAsync(TopTracks));
        Assert.Equal(["Beyoncé Ångström", "Zebra"], await NamesAsync("/v1/me/top/artists"));

        var page = await ada.GetJsonAsync("/v1/me/top/tracks?time_range=long_term&limit=1&offset=1");
        Assert.Equal("Duet", page["items"]![0]!.At("name"));
        Assert.Equal(2, page["total"]!.GetValue<int>());
        Assert.EndsWith("/v1/me/top/tracks?time_range=long_term&offset=0&limit=1", page.At("previous")!, StringComparison.Ordinal);
        Assert.Null(page["next"]);
    }

    [Theory]
    [InlineData("/v1/me/top/tracks?time_range=forever")]
    [InlineData("/v1/me/top/tracks?limit=51")]
    [InlineData("/v1/me/top/artists?offset=-1")]
    public async Task Bad_requests_are_refused(string path) =>
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(ada.GetAsync(path)));

    [Fact]
    public async Task Scopes_are_required()
    {
        using var client = server.WithScopes("ada", "user-read-private");
        foreach (var path in (string[])[TopTracks, Exclusions, PrivateSession])
            Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(client.GetAsync(path)));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(ada.GetAsync("/v1/me/top/albums")));
    }

    [Fact]
    public async Task Plays_count_once_whatever_is_redelivered()
    {
        var plays = Enumerable.Range(0, 20).Select(_ => Play(TestCatalog.Dawn)).ToArray();
        await HandleAsync(plays);
        await Task.WhenAll(HandleAsync(plays), HandleAsync([.. plays.Reverse()]), HandleAsync(Play(TestCatalog.Duet), plays[3]));
        var state = await StateAsync();
        Assert.Equal((21, 21_000), (state.Plays, state.Engagement));
        Assert.Equal(["pop", "soul"], state.Genres(TasteTerm.Short).Select(entry => entry.Item).Order());
        Assert.Equal(12, Assert.Single(state.Hours(TasteTerm.Short)).Item);
    }

    [Fact]
    public async Task Late_plays_and_plays_of_suspect_listeners_do_not_count()
    {
        await HandleAsync(Play(TestCatalog.Dawn) with { EndedAt = time.Now.AddHours(-25) });
        await HandleAsync(new TasteUpdate("ada", "SE", time.Now) { IsSuspect = true, Plays = [Play(TestCatalog.Dawn)] });
        Assert.Equal(0, (await StateAsync()).Plays);
    }

    [Fact]
    public async Task Unknown_and_removed_accounts_get_no_taste()
    {
        await HandleAsync("nobody", Play(TestCatalog.Dawn));
        await server.WriteAsync(Mutation.Insert(
            Schema.Current.Table("AccountRemovals"), ("UserId", "ada"), ("RequestedAt", time.Now), ("DueAt", time.Now)));
        await HandleAsync("ada", Play(TestCatalog.Dawn));
        foreach (var user in (string[])["nobody", "ada"])
            Assert.Null(await server.Database.ReadAsync(Schema.Current.Table("Tastes"), new Key(user), null, default));
        await Assert.ThrowsAsync<PoisonMessageException>(() => HandleAsync("", Play(TestCatalog.Dawn)));
    }

    [Fact]
    public async Task Excluded_entities_leave_the_taste_at_once_and_do_not_come_back()
    {
        await HandleAsync(Play(TestCatalog.Dawn), Play(TestCatalog.Duet), Play(TestCatalog.Swedish));
        await SendAsync(HttpMethod.Put, Exclusions, $$"""{"uris":["{{Uri(TestCatalog.Dawn)}}"]}""");
        Assert.Equal(["Duet", "Midsommar"], (await NamesAsync(TopTracks)).Order());
        await HandleAsync(Play(TestCatalog.Dawn));
        Assert.Equal(["Duet", "Midsommar"], (await NamesAsync(TopTracks)).Order());

        // The tracks of excluded artists and albums leave with them.
        await SendAsync(
            HttpMethod.Put, $"{Exclusions}?uris=spotify:artist:{TestCatalog.Zebra.Id},spotify:album:{TestCatalog.SwedenOnly.Id}");
        Assert.Empty(await NamesAsync(TopTracks));
        Assert.Equal(["Beyoncé Ångström"], await NamesAsync("/v1/me/top/artists"));
        await HandleAsync(Play(TestCatalog.Duet), Play(TestCatalog.Swedish));
        Assert.Empty(await NamesAsync(TopTracks));

        Assert.Equal("""{"items":2,"total":3}""", await CountsAsync(Exclusions + "?limit=2"));
        await SendAsync(HttpMethod.Delete, Exclusions, $$"""{"uris":["{{Uri(TestCatalog.Dawn)}}"]}""");
        await HandleAsync(Play(TestCatalog.Dawn));
        Assert.Equal(["Dawn"], await NamesAsync(TopTracks));
    }

    [Fact]
    public async Task Excluded_contexts_do_not_count_later()
    {
        await SendAsync(HttpMethod.Put, Exclusions, $$"""["spotify:playlist:{{Playlist}}"]""");
        await HandleAsync(Play(TestCatalog.Dawn) with { ContextUri = $"spotify:playlist:{Playlist}" }, Play(TestCatalog.Duet));
        Assert.Equal(["Duet"], await NamesAsync(TopTracks));
    }

    [Fact]
    public async Task A_listener_has_at_most_a_thousand_exclusions()
    {
        for (var i = 0; i < 1000; i += 100) await SendAsync(HttpMethod.Put, Exclusions, UrisFrom(i, 100));
        await SendAsync(HttpMethod.Put, Exclusions, UrisFrom(0, 100));
        await SendAsync(HttpMethod.Put, Exclusions, UrisFrom(1000, 1), HttpStatusCode.BadRequest);
        await SendAsync(HttpMethod.Put, Exclusions, UrisFrom(0, 101), HttpStatusCode.BadRequest);
        await SendAsync(HttpMethod.Put, Exclusions, """{"uris":["spotify:user:bob"]}""", HttpStatusCode.BadRequest);
        await SendAsync(HttpMethod.Delete, Exclusions, "{}", HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Plays_of_private_sessions_do_not_count_even_if_they_arrive_later()
    {
        Assert.Equal("false", (await ada.GetJsonAsync(PrivateSession))["is_active"]!.ToJsonString());
        var before = Play(TestCatalog.Dawn);
        time.Advance(TimeSpan.FromMinutes(10));
        await SendAsync(HttpMethod.Put, PrivateSession);
        Assert.Equal("2026-03-01T18:10:00Z", (await ada.GetJsonAsync(PrivateSession)).At("ends_at"));
        time.Advance(TimeSpan.FromMinutes(1));
        var during = Play(TestCatalog.Duet);
        time.Advance(TimeSpan.FromMinutes(20));
        await SendAsync(HttpMethod.Delete, PrivateSession);
        var overlapping = Play(TestCatalog.Explicit) with { EndedAt = time.Now.AddMinutes(1) };
        time.Advance(TimeSpan.FromMinutes(10));
        var after = Play(TestCatalog.Swedish);
        Assert.Equal("false", (await ada.GetJsonAsync(PrivateSession))["is_active"]!.ToJsonString());

        await HandleAsync(after, overlapping, during, before);
        Assert.Equal(["Dawn", "Midsommar"], (await NamesAsync(TopTracks)).Order());
    }

    [Fact]
    public async Task A_private_session_ends_by_itself_and_can_be_extended()
    {
        await SendAsync(HttpMethod.Put, PrivateSession, """{"duration_ms":3600000}""");
        time.Advance(TimeSpan.FromMinutes(30));
        await SendAsync(HttpMethod.Put, PrivateSession, """{"duration_ms":600000}""");
        Assert.Equal("2026-03-01T12:00:00Z", (await ada.GetJsonAsync(PrivateSession)).At("started_at"));
        Assert.Equal("2026-03-01T12:40:00Z", (await ada.GetJsonAsync(PrivateSession)).At("ends_at"));
        time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal("false", (await ada.GetJsonAsync(PrivateSession))["is_active"]!.ToJsonString());
        foreach (var body in (string[])["""{"duration_ms":59999}""", """{"duration_ms":86400001}""", """{"duration_ms":"6"}""", "[]"])
            await SendAsync(HttpMethod.Put, PrivateSession, body, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Switching_private_sessions_on_and_off_makes_few_rows()
    {
        for (var i = 0; i < 10; i++)
        {
            await SendAsync(HttpMethod.Put, PrivateSession);
            time.Advance(TimeSpan.FromSeconds(1));
            await SendAsync(HttpMethod.Delete, PrivateSession);
            time.Advance(TimeSpan.FromSeconds(1));
        }

        var rows = TasteUpdaterFunction.Definition.PersonalData.Single(rows => rows.TableName == "PrivateSessions");
        Assert.Equal(1, await rows.ReadAsync(server.Database, "ada", default).CountAsync());
    }

    [Fact]
    public async Task The_mood_is_that_of_the_editorial_playlist()
    {
        using var editor = await server.SignInAsync("editor");
        using var content = new StringContent(
            """{"name":"Calm","description":"Slow songs. #chill #sleep"}""", Encoding.UTF8, "application/json");
        using var created = await editor.PostAsync("/v1/me/playlists", content);
        var playlist = JsonNode.Parse(await created.Content.ReadAsStringAsync())!.At("uri");
        await HandleAsync(Play(TestCatalog.Dawn) with { ContextUri = playlist });
        await HandleAsync(Play(TestCatalog.Dawn) with { ContextUri = $"spotify:playlist:{Playlist}" });
        Assert.Equal(["chill", "sleep"], (await StateAsync()).Moods(TasteTerm.Long).Select(entry => entry.Item).Order());
    }

    [Fact]
    public async Task A_corrupt_taste_starts_again()
    {
        await server.WriteAsync(Mutation.Insert(
            Schema.Current.Table("Tastes"), ("UserId", "ada"), ("State", new byte[100]), ("UpdatedAt", time.Now)));
        Assert.Empty(await NamesAsync(TopTracks));
        await HandleAsync(Play(TestCatalog.Dawn));
        Assert.Equal(["Dawn"], await NamesAsync(TopTracks));
    }

    private static Mutation NewUser(string id) => new Domain.Users.User(
        id, id, null, "SE", Domain.Users.Product.Premium, false, false, null, DateTimeOffset.UnixEpoch).Insert();

    private static string Uri(Playable playable) => new SpotifyUri(playable.Type, playable.Id).ToString();

    private static string UrisFrom(int first, int count) => JsonSerializer.Serialize(
        Enumerable.Range(first, count).Select(i => $"spotify:track:{SpotifyId.FromName($"{i}")}"));

    private static async Task<HttpStatusCode> StatusAsync(Task<HttpResponseMessage> sending)
    {
        using var response = await sending;
        return response.StatusCode;
    }

    private Play Play(Playable playable) =>
        new($"event {eventId++}", Uri(playable), time.Now, 120_000, EndReason.Completed, 1000) { IsNew = true };

    private Task HandleAsync(params Play[] plays) => HandleAsync("ada", plays);

    private Task HandleAsync(string user, params Play[] plays) => HandleAsync(new TasteUpdate(user, "SE", time.Now) { Plays = plays });

    private Task HandleAsync(TasteUpdate update) => TasteUpdaterFunction.Definition.Consumer!.HandleAsync(
        server.Services, new Message(JsonSerializer.SerializeToUtf8Bytes(update, EventJson.Default.TasteUpdate)), default);

    private Task<TasteState> StateAsync() => server.Services.GetRequiredService<TasteStore>().ReadAsync("ada", default);

    private async Task<List<string>> NamesAsync(string path) =>
        [.. (await ada.GetJsonAsync(path))["items"]!.AsArray().Select(item => item!.At("name")!)];

    private async Task<string> CountsAsync(string path)
    {
        var page = await ada.GetJsonAsync(path);
        return new JsonObject { ["items"] = page["items"]!.AsArray().Count, ["total"] = page["total"]!.DeepClone() }.ToJsonString();
    }

    private async Task SendAsync(HttpMethod method, string path, string? body = null, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var request = new HttpRequestMessage(method, path)
        {
            Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json"),
        };
        using var response = await ada.SendAsync(request);
        Assert.True(expected == response.StatusCode, $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
    }
}
