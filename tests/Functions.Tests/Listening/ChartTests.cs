using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Moq;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Events;
using Spotify.Fixtures;
using Spotify.Functions.ChartRollups;
using Spotify.Functions.ChartUpdater;
using Spotify.Local.Identity;

namespace Spotify.Functions.Tests.Listening;

public sealed class ChartTests : IAsyncLifetime
{
    private static readonly Statement Parts = new("SELECT COUNT(*) AS Total FROM ChartWindows WHERE Series = 'SE'");

    private readonly ManualTimeProvider time = new(new DateTimeOffset(2026, 3, 1, 12, 2, 0, TimeSpan.Zero));
    private LocalServer server = null!;
    private int messageId;

    public async Task InitializeAsync()
    {
        server = await LocalServer.StartAsync(builder =>
        {
            builder.Configuration["Charts:FlushDelay"] = "00:00:00";
            builder.Configuration["Charts:Cache"] = "00:00:00";
            builder.Services.AddSingleton<TimeProvider>(time);
        });
        await server.WriteAsync(TestCatalog.Mutations);
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Charts_have_the_plays_of_their_market_and_of_the_world()
    {
        await PlayAsync("SE", [.. Several(TestCatalog.Dawn, 3), .. Several(TestCatalog.Duet, 2)]);
        await PlayAsync("US", Several(TestCatalog.Duet, 4));
        foreach (var window in (string[])["5m", "1h", "24h"])
        {
            Assert.Equal("1 Dawn 3, 2 Duet 2", await ChartAsync($"window={window}"));
            Assert.Equal("1 Duet 4", await ChartAsync($"window={window}&market=US"));
            Assert.Equal("1 Duet 6, 2 Dawn 3", await ChartAsync($"window={window}&worldwide=true"));
            Assert.Equal("", await ChartAsync($"window={window}&market=DE"));
        }

        var chart = await GetAsync("/v1/charts?limit=1&offset=1");
        Assert.Equal(("SE", "24h", "top"), (chart.At("market"), chart.At("window"), chart.At("type")));
        Assert.Equal("5,0,2", $"{chart["total_plays"]},{chart["max_error"]},{chart["entries"]!["total"]}");
        Assert.Equal(("2", "Duet"), (chart.At("entries", "items", 0, "rank"), chart.At("entries", "items", 0, "track", "name")));
        Assert.EndsWith("/v1/charts?window=24h&type=top&offset=0&limit=1", chart.At("entries", "previous")!, StringComparison.Ordinal);

        using var app = server.SignInApp();
        Assert.Equal(9, (await app.GetJsonAsync("/v1/charts"))["total_plays"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("/v1/charts?window=2h")]
    [InlineData("/v1/charts?type=best")]
    [InlineData("/v1/charts?worldwide=maybe")]
    [InlineData("/v1/charts?market=XX")]
    [InlineData("/v1/charts?limit=51")]
    [InlineData("/v1/charts/live")]
    [InlineData("/v1/charts/live?ids=x")]
    public async Task Bad_requests_are_refused(string path)
    {
        using var ada = await server.SignInAsync("ada");
        using var response = await ada.GetAsync(path);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Only_valid_new_plays_in_time_count()
    {
        var play = Several(TestCatalog.Dawn, 1)[0];
        await PlayAsync(
            "SE",
            play,
            play with { PlayedMs = 30_000, Reason = EndReason.Skipped },
            play with { PlayedMs = 29_999, Reason = EndReason.Skipped },
            play with { PlayedMs = 1_000 },
            play with { IsNew = false },
            play with { EndedAt = time.Now.AddMinutes(-15) },
            play with { EndedAt = time.Now.AddMinutes(-15).AddTicks(-1) },
            play with { EndedAt = time.Now.AddHours(1) },
            play with { Uri = $"spotify:episode:{TestCatalog.Pilot.Id}" },
            play with { Uri = "nonsense" });
        await HandleAsync("suspect", new TasteUpdate("ada", "SE", time.Now) { IsSuspect = true, Plays = [play] });
        Assert.Equal("1 Dawn 4", await ChartAsync("window=1h"));
        await PlayAsync("??", play);
        Assert.Equal("1 Dawn 5", await ChartAsync("worldwide=true"));
    }

    [Fact]
    public async Task A_message_counts_once()
    {
        var update = Update("SE", Several(TestCatalog.Dawn, 2));
        await HandleAsync("again", update);
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => HandleAsync("again", update)));
        time.Advance(TimeSpan.FromMinutes(14));
        await HandleAsync("again", update);
        await PlayAsync("SE", Several(TestCatalog.Duet, 1));
        await HandleAsync("again", update);
        Assert.Equal("1 Dawn 2, 2 Duet 1", await ChartAsync("window=1h"));
    }

    [Fact]
    public async Task Messages_are_written_together()
    {
        var (database, commits) = Counting();
        using var writer = new ChartWriter(database, Options.Create(new ChartOptions { FlushMessages = 4 }), time);
        var updater = new Functions.ChartUpdater.ChartUpdater(writer);
        var first = Enumerable.Range(0, 3).Select(i => HandleAsync(updater, $"{i}", Update("SE", Several(TestCatalog.Dawn, 1)))).ToList();
        Assert.DoesNotContain(first, task => task.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        await Task.WhenAll(first);
        Assert.Single(commits);
        Assert.Equal("1 Dawn 3", await ChartAsync("window=5m"));

        // A full group does not wait.
        await Task.WhenAll(Enumerable.Range(3, 4).Select(i => HandleAsync(updater, $"{i}", Update("SE", Several(TestCatalog.Dawn, 1)))));
        Assert.Equal(2, commits.Count);
        Assert.Equal("1 Dawn 7", await ChartAsync("window=5m"));
    }

    [Fact]
    public async Task A_write_that_fails_is_repeated_and_counts_once()
    {
        var (database, commits) = Counting(failures: 1);
        using var writer = new ChartWriter(database, Options.Create(new ChartOptions { FlushDelay = TimeSpan.Zero }), time);
        var updater = new Functions.ChartUpdater.ChartUpdater(writer);
        var update = Update("SE", Several(TestCatalog.Dawn, 2));
        await Assert.ThrowsAsync<IOException>(() => HandleAsync(updater, "1", update));
        await HandleAsync(updater, "2", Update("SE", Several(TestCatalog.Duet, 1)));
        Assert.Equal("1 Duet 1", await ChartAsync("window=5m"));
        await HandleAsync(updater, "1", update);
        await HandleAsync(updater, "1", update);
        Assert.Equal("1 Dawn 2, 2 Duet 1", await ChartAsync("window=5m"));
        Assert.Equal(2, commits.Count);
    }

    [Fact]
    public async Task Instances_add_up_and_hours_equal_their_windows()
    {
        var options = Options.Create(new ChartOptions { FlushDelay = TimeSpan.Zero });
        using var one = new ChartWriter(server.Database, options, time);
        using var other = new ChartWriter(server.Database, options, time);
        for (var i = 0; i < 6; i++)
        {
            await HandleAsync(new Functions.ChartUpdater.ChartUpdater(one), $"{i}", Update("SE", Several(TestCatalog.Dawn, 1)));
            await HandleAsync(new Functions.ChartUpdater.ChartUpdater(other), $"{i}", Update("SE", Several(TestCatalog.Duet, 2)));
            time.Advance(TimeSpan.FromMinutes(10));
        }

        const string expected = "1 Duet 12, 2 Dawn 6";
        Assert.Equal(12, (await server.Database.QueryAsync(Parts, Parameters.None, null, default).SingleAsync()).Int64("Total"));
        Assert.Equal(expected, await ChartAsync("window=24h"));

        // The hour is closed: from then on its row is read, whatever happens to the windows.
        time.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal(expected, await ChartAsync("window=24h"));
        await RollUpAsync();
        await RollUpAsync();
        Assert.Equal(expected, await ChartAsync("window=24h"));
        await server.WriteAsync(Mutation.Delete(Schema.Current.Table("ChartWindows"), new Key("SE")));
        Assert.Equal(expected, await ChartAsync("window=24h"));

        time.Advance(TimeSpan.FromHours(25));
        Assert.Equal("", await ChartAsync("window=24h"));
    }

    [Fact]
    public async Task A_rollup_that_died_is_done_again_and_counts_once()
    {
        await PlayAsync("SE", Several(TestCatalog.Dawn, 3));
        await PlayAsync("US", Several(TestCatalog.Dawn, 4));
        time.Advance(TimeSpan.FromMinutes(90));
        await RollUpAsync();
        var hours = Schema.Current.Table("ChartHours");
        var hour = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
        await server.WriteAsync(Mutation.Delete(hours, new Key("", hour)), Mutation.Delete(hours, new Key("US", hour)));

        // Without the mark, readers do not use the rows that are there.
        foreach (var _ in (int[])[1, 2])
        {
            Assert.Equal("1 Dawn 3", await ChartAsync("window=24h"));
            Assert.Equal("1 Dawn 4", await ChartAsync("window=24h&market=US"));
            Assert.Equal("1 Dawn 7", await ChartAsync("window=24h&worldwide=true"));
            await RollUpAsync();
        }
    }

    [Fact]
    public async Task Changes_of_rank_are_shown()
    {
        await PlayAsync("SE", [.. Several(TestCatalog.Dawn, 3), .. Several(TestCatalog.Duet, 2)]);
        time.Advance(TimeSpan.FromMinutes(11));
        await PlayAsync("SE", [.. Several(TestCatalog.Duet, 3), .. Several(TestCatalog.Dawn, 2), .. Several(TestCatalog.Swedish, 1)]);
        var items = (await GetAsync("/v1/charts?window=5m"))["entries"]!["items"]!.AsArray();
        Assert.Equal(
            ["Duet 1", "Dawn -1", "Midsommar "], items.Select(item => $"{item!["track"]!["name"]} {item["change"]}"));
    }

    [Fact]
    public async Task Trends_are_growth_that_is_not_chance()
    {
        for (var i = 0; i < 10; i++)
        {
            await PlayAsync("SE", [.. Several(TestCatalog.Dawn, 100), .. Several(TestCatalog.Swedish, 5)]);
            time.Advance(TimeSpan.FromMinutes(5));
        }

        Assert.Equal("", await ChartAsync("window=5m&type=trending"));
        await PlayAsync("SE", [.. Several(TestCatalog.Dawn, 110), .. Several(TestCatalog.Swedish, 40), .. Several(TestCatalog.Duet, 2)]);
        var items = (await GetAsync("/v1/charts?window=5m&type=trending"))["entries"]!["items"]!.AsArray();
        var item = Assert.Single(items)!;
        Assert.Equal("Midsommar", item.At("track", "name"));
        Assert.InRange(item["growth"]!.GetValue<double>(), 3, 5);
    }

    [Fact]
    public async Task Live_listeners_are_started_minus_ended_streams()
    {
        var dawn = new SpotifyUri(EntityType.Track, TestCatalog.Dawn.Id).ToString();
        await HandleAsync("starts", new TasteUpdate("ada", "SE", time.Now)
        {
            Starts = [.. Enumerable.Range(0, 5).Select(i => new PlayStart($"{i}", dawn, time.Now))],
        });
        Assert.Equal("5 0", await LiveAsync());
        time.Advance(TimeSpan.FromMinutes(3));
        var end = Several(TestCatalog.Dawn, 1)[0] with { PlayedMs = 180_000 };
        await PlayAsync("SE", end, end with { IsNew = false });
        Assert.Equal("4 0", await LiveAsync());
        Assert.Equal("4", (await GetAsync("/v1/charts")).At("entries", "items", 0, "live_listeners"));

        // Streams whose end is never reported are forgotten after an hour.
        time.Advance(TimeSpan.FromMinutes(50));
        Assert.Equal("4 0", await LiveAsync());
        time.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal("0 0", await LiveAsync());
    }

    private static List<Play> Several(Playable track, int count, DateTimeOffset at) =>
    [
        .. Enumerable.Range(0, count).Select(i => new Play(
            $"event {i}", new SpotifyUri(EntityType.Track, track.Id).ToString(), at, 120_000, EndReason.Completed, 1000) { IsNew = true }),
    ];

    private static Task HandleAsync(IMessageConsumer<TasteUpdate> updater, string messageId, TasteUpdate update) =>
        updater.HandleAsync(update, new MessageContext(messageId, default, new Dictionary<string, string>()), default);

    private Play[] Several(Playable track, int count) => [.. Several(track, count, time.Now)];

    private TasteUpdate Update(string market, IReadOnlyList<Play> plays) => new("ada", market, time.Now) { Plays = plays };

    private Task PlayAsync(string market, params Play[] plays) => HandleAsync($"{messageId++}", Update(market, plays));

    private Task HandleAsync(string id, TasteUpdate update) => ChartUpdaterFunction.Definition.Consumer!.HandleAsync(
        server.Services,
        new Message(JsonSerializer.SerializeToUtf8Bytes(update, EventJson.Default.TasteUpdate)) { Id = id },
        default);

    // The server's database; the first commits fail.
    private (IDatabase Database, List<IReadOnlyList<Mutation>> Commits) Counting(int failures = 0)
    {
        var commits = new List<IReadOnlyList<Mutation>>();
        var database = new Mock<IDatabase>();
        database.Setup(one => one.CommitAsync(It.IsAny<IReadOnlyList<Mutation>>(), It.IsAny<CancellationToken>()))
            .Returns(async (IReadOnlyList<Mutation> mutations, CancellationToken ct) =>
            {
                if (failures-- > 0) throw new IOException("The database is unavailable.");
                await server.Database.CommitAsync(mutations, ct);
                commits.Add(mutations);
            });
        return (database.Object, commits);
    }

    private async Task RollUpAsync()
    {
        var token = server.Services.GetRequiredService<ServiceTokens>().Issue(ServiceTokens.Email);
        using var request = new HttpRequestMessage(HttpMethod.Post, ChartRollupsFunction.Path)
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
        };
        using var response = await server.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private async Task<JsonNode> GetAsync(string path)
    {
        using var ada = await server.SignInAsync("ada");
        return await ada.GetJsonAsync(path);
    }

    private async Task<string> ChartAsync(string query) => string.Join(
        ", ",
        (await GetAsync($"/v1/charts?{query}"))["entries"]!["items"]!.AsArray()
            .Select(item => $"{item!["rank"]} {item["track"]!["name"]} {item["plays"]}"));

    private async Task<string> LiveAsync() => string.Join(
        ' ', (await GetAsync($"/v1/charts/live?ids={TestCatalog.Dawn.Id},{TestCatalog.Duet.Id}"))["tracks"]!.AsArray()
            .Select(track => track!["live_listeners"]));
}
