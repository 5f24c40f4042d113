using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Spotify.Catalog;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Functions.Search;
using Spotify.Functions.SearchDictionary;
using Spotify.Functions.SearchTerms;
using Spotify.Functions.Tests.RoundTrips;
using Spotify.Local.Identity;
using Spotify.Local.Objects;
using Spotify.Search.Terms;

namespace Spotify.Functions.Tests.SearchDictionary;

/// <summary>The builds of the term dictionary, over HTTP as the scheduler and the task queue call them, and their use.</summary>
public sealed class SearchDictionaryTests : IAsyncLifetime
{
    private const string Pointer = "search/dictionary/current.json";

    private readonly ManualTimeProvider clock = new(new DateTimeOffset(2026, 1, 5, 12, 20, 0, TimeSpan.Zero));
    private LocalServer server = null!;
    private WatchedStore store = null!;

    public async Task InitializeAsync()
    {
        server = await LocalServer.StartAsync(builder => builder.UseClock(clock).Services
            .AddSingleton(provider => new WatchedStore(provider.GetRequiredService<DirectoryObjectStore>()))
            .AddSingleton<IObjectStore>(provider => provider.GetRequiredService<WatchedStore>()));
        await server.WriteAsync(TestCatalog.Mutations);
        store = server.Services.GetRequiredService<WatchedStore>();
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task A_scheduled_call_builds_the_dictionary()
    {
        await CallAndBuildAsync("20260105T120000");

        var dictionary = await OpenAsync("20260105T120000");
        Assert.True(dictionary.Documents > 10);
        Assert.True(dictionary.TryFind("angstrom", out var info));
        Assert.True(info.Frequency > 1);
        Assert.Equal("angstrom", Assert.Single(dictionary.Similar("agnstrom", isPrefix: false, limit: 1)).Text);
    }

    [Fact]
    public async Task A_dictionary_is_built_again_when_it_is_due()
    {
        await BuildAsync("20260105T120000");
        Assert.Null((await CallAsync())["build"]);

        clock.Advance(TimeSpan.FromHours(1));
        await CallAndBuildAsync("20260105T130000");
        Assert.Equal("20260105T130000", (await DictionaryPointer.ReadAsync(store, default))!.Build);
    }

    [Fact]
    public async Task A_dictionary_of_unchanged_documents_is_not_built_again()
    {
        await CallAndBuildAsync("20260105T120000");
        var database = new CountingDatabase(server.Services.GetRequiredService<IDatabase>());
        // Its own counter, because the queue may deliver the last task again.
        var counted = new WatchedStore(store);
        var builds = new SearchDictionaryBuilds(database, counted, server.Services.GetRequiredService<ITaskQueue>(), clock);
        foreach (var hours in (int[])[1, 30])
        {
            clock.Advance(TimeSpan.FromHours(hours));
            var trips = RequestClock.Run(async () => Assert.Equal((null, 0), await builds.RunAsync(default)));
            Assert.Equal(new Trips(Reads: 1, Writes: 0, Serial: 1), trips);
        }

        // The pointer.
        Assert.Equal(2, counted.Reads);

        await server.WriteAsync(CatalogWriter.Write(TestCatalog.Zebra with { Name = "Zebras" }));
        await CallAndBuildAsync("20260106T190000");
    }

    [Fact]
    public async Task A_large_dictionary_is_built_once_a_day()
    {
        await new DictionaryPointer("20260105T000000", SearchDictionaryBuilds.DocumentsOfADay).WriteAsync(store, default);
        clock.Now = new DateTimeOffset(2026, 1, 5, 22, 20, 0, TimeSpan.Zero);
        Assert.Null((await CallAsync())["build"]);
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal("20260105T230000", (await CallAsync())["build"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_build_is_not_begun_while_another_is_running()
    {
        await PutAsync("search/terms/20260105T090000/07");
        Assert.Null((await CallAsync())["build"]);
        clock.Advance(TimeSpan.FromHours(3));
        Assert.Equal("20260105T150000", (await CallAsync())["build"]!.GetValue<string>());
    }

    [Fact]
    public async Task Shards_give_the_same_dictionary_in_any_order_and_when_tasks_are_repeated()
    {
        await BuildAsync("20260105T010000");
        var random = new Random(1);
        var shards = Enumerable.Range(0, 62).SelectMany(shard => (int[])[shard, shard]).OrderBy(_ => random.Next()).ToList();
        var last = store.NextDeletionOf("search/terms/20260105T020000/61");
        foreach (var shard in shards) await TaskAsync("20260105T020000", 62, shard);
        AllowDispatch();
        await last;
        await TaskAsync("20260105T020000", 62, null);
        await TaskAsync("20260105T020000", 62, 5);

        Assert.Equal(await ReadAsync("20260105T010000"), await ReadAsync("20260105T020000"));
        Assert.Empty(await NamesAsync("search/terms/20260105T020000/"));
    }

    [Fact]
    public async Task An_interrupted_build_continues_with_the_missing_shards()
    {
        await BuildAsync("20260105T010000");
        for (var shard = 0; shard < 61; shard++) await TaskAsync("20260105T020000", 62, shard);
        await TaskAsync("20260105T020000", 62, null);
        Assert.Equal("20260105T010000", (await DictionaryPointer.ReadAsync(store, default))!.Build);

        var before = (await store.FindAsync("search/terms/20260105T020000/07", default))!.Modified;
        await TaskAsync("20260105T020000", 62, 7);
        Assert.Equal(before, (await store.FindAsync("search/terms/20260105T020000/07", default))!.Modified);
        var written = store.NextWriteOf(Pointer);
        await TaskAsync("20260105T020000", 62, 61);
        AllowDispatch();
        await written;
        Assert.Equal("20260105T020000", (await DictionaryPointer.ReadAsync(store, default))!.Build);
    }

    [Fact]
    public async Task An_older_build_does_not_replace_a_newer_one()
    {
        await BuildAsync("20260105T020000");
        await TaskAsync("20260105T010000", 1, 0);
        await TaskAsync("20260105T010000", 1, null);
        Assert.Equal("20260105T020000", (await DictionaryPointer.ReadAsync(store, default))!.Build);
        Assert.Null(await store.FindAsync("search/dictionary/20260105T010000", default));
    }

    [Theory]
    [InlineData("""{"build":"20260105T010000","shards":63,"shard":0}""")]
    [InlineData("""{"build":"20260105T010000","shards":2,"shard":2}""")]
    [InlineData("""{"build":"20260105T010000","shards":2,"shard":-1}""")]
    [InlineData("""{"build":"../../tracks","shards":1,"shard":0}""")]
    [InlineData("""{"build":null,"shards":1,"shard":0}""")]
    public async Task An_invalid_task_does_nothing(string body)
    {
        using var response = await PostAsync("/tasks/search-terms", new StringContent(body, new MediaTypeHeaderValue("application/json")));
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Empty(await NamesAsync("search/"));
    }

    [Fact]
    public async Task Old_builds_are_deleted_once_a_day()
    {
        clock.Now = new DateTimeOffset(2026, 1, 4, 23, 20, 0, TimeSpan.Zero);
        await new DictionaryPointer("20260102T010000", 1_000_000_000).WriteAsync(store, default);
        string[] kept = ["search/dictionary/20260102T010000", "search/dictionary/20260104T010000", "search/terms/20260104T210000/00"];
        string[] old = ["search/dictionary/20260102T200000", "search/terms/20260102T110000/00", "search/terms/20260102T110000/01"];
        foreach (var name in (string[])[.. kept, .. old, "search/dictionary/notes"]) await PutAsync(name);

        Assert.Equal(0, (await CallAsync())["removed"]!.GetValue<int>());
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(3, (await CallAsync())["removed"]!.GetValue<int>());
        Assert.Equal(
            kept.Concat([Pointer, "search/dictionary/notes"]).Order(StringComparer.Ordinal),
            (await NamesAsync("search/")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Search_takes_over_a_new_dictionary_without_waiting_and_keeps_it_if_the_next_is_damaged()
    {
        var holder = new DictionaryHolder(store, clock, NullLogger<DictionaryHolder>.Instance);
        await holder.StartAsync(default);
        Assert.Null(holder.Current);

        await BuildAsync("20260105T010000");
        Assert.Null(holder.Current);
        clock.Advance(DictionaryHolder.FirstCheckInterval);
        Assert.Null(holder.Current);
        await holder.Check;
        var first = holder.Current;
        Assert.NotNull(first);

        await PutAsync("search/dictionary/20260105T020000");
        await new DictionaryPointer("20260105T020000", 1).WriteAsync(store, default);
        clock.Advance(DictionaryHolder.CheckInterval);
        _ = holder.Current;
        await holder.Check;
        Assert.Same(first, holder.Current);
        var checkedAt = clock.Now;

        await BuildAsync("20260105T030000");
        clock.Now = checkedAt + DictionaryHolder.CheckInterval - TimeSpan.FromTicks(1);
        _ = holder.Current;
        await holder.Check;
        Assert.Same(first, holder.Current);
        clock.Advance(TimeSpan.FromTicks(1));
        _ = holder.Current;
        await holder.Check;
        Assert.NotSame(first, holder.Current);
    }

    [Fact]
    public async Task Search_opens_the_dictionary_while_it_starts_and_starts_without_the_store()
    {
        await BuildAsync("20260105T010000");
        var holder = new DictionaryHolder(store, clock, NullLogger<DictionaryHolder>.Instance);
        await holder.StartAsync(default);
        Assert.NotNull(holder.Current);

        var broken = new Mock<IObjectStore>();
        broken.Setup(mock => mock.OpenReadAsync(It.IsAny<string>(), It.IsAny<ObjectRange?>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new IOException("The network is down."));
        holder = new DictionaryHolder(broken.Object, clock, NullLogger<DictionaryHolder>.Instance);
        await holder.StartAsync(default);
        Assert.Null(holder.Current);
    }

    private async Task BuildAsync(string build)
    {
        var last = store.NextDeletionOf($"search/terms/{build}/00");
        await TaskAsync(build, shards: 1, shard: 0);
        AllowDispatch();
        await last;
    }

    private async Task CallAndBuildAsync(string build)
    {
        var run = $"search/terms/{build}/00";
        var (counted, merged) = (store.NextWriteOf(run), store.NextDeletionOf(run));
        Assert.Equal(build, (await CallAsync())["build"]!.GetValue<string>());
        await counted;
        AllowDispatch();
        await merged;
    }

    // The queue dispatches a few tasks per second of the clock.
    private void AllowDispatch() => clock.Advance(TimeSpan.FromSeconds(1));

    private async Task<JsonObject> CallAsync()
    {
        using var response = await PostAsync(SearchDictionaryFunction.Path, null);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<JsonObject>())!;
    }

    private async Task TaskAsync(string build, int shards, int? shard)
    {
        using var content = new ByteArrayContent(new SearchTermsTask(build, shards, shard).ToRequest().Body.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await PostAsync("/tasks/search-terms", content);
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
    }

    private async Task<HttpResponseMessage> PostAsync(string path, HttpContent? content)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        request.Headers.Authorization = new("Bearer", server.Services.GetRequiredService<ServiceTokens>().Issue());
        return await server.Http.SendAsync(request);
    }

    private async Task<TermDictionary> OpenAsync(string build) => TermDictionary.Open(await ReadAsync(build));

    private async Task<byte[]> ReadAsync(string build)
    {
        await using var content = await store.OpenReadAsync($"search/dictionary/{build}", null, default);
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy);
        return copy.ToArray();
    }

    private Task PutAsync(string name) =>
        store.WriteAsync(name, new MemoryStream([1, 2, 3]), new WriteOptions("application/octet-stream"), default);

    private async Task<List<string>> NamesAsync(string prefix) =>
        await store.ListAsync(prefix, default).Select(found => found.Name).ToListAsync();
}
