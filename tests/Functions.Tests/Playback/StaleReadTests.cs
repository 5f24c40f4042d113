using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Fixtures;
using Spotify.Local.Database;
using static Spotify.Fixtures.TestCatalog;

namespace Spotify.Functions.Tests.Playback;

/// <summary>Tests with a replica in an older state, which answers the reads that permit stale data.</summary>
public sealed class StaleReadTests : IAsyncLifetime
{
    private static readonly Table Playables = Schema.Current.Table("Playables");

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");
    private readonly SqliteDatabase replica;
    private ReplicatedDatabase database = null!;
    private LocalServer server = null!;

    public StaleReadTests() => replica = new SqliteDatabase(Path.Combine(directory.FullName, "replica.sqlite"), Schema.Current);

    public async Task InitializeAsync()
    {
        server = await LocalServer.StartAsync(builder => builder.Services.AddSingleton<IDatabase>(
            provider => database = new ReplicatedDatabase(provider.GetRequiredService<SqliteDatabase>(), replica)));
        await server.WriteAsync([.. Mutations, Audio(Dawn, "high"), Audio(Explicit, "high"), Audio(Swedish, "lossless\nvery_high")]);
    }

    public async Task DisposeAsync()
    {
        await server.DisposeAsync();
        replica.Dispose();
        directory.Delete(recursive: true);
    }

    [Fact]
    public async Task A_track_and_a_user_that_were_just_added_are_found()
    {
        var ada = await server.SignInAsync("ada", "premium", "SE");
        await ada.GetJsonAsync($"/v1/playback/tracks/{Dawn.Id}");

        await replica.CommitAsync([.. Mutations], default);
        await server.WriteAsync([Mutation.Update(User.Table, ("UserId", "ada"), ("Country", "US"))]);
        Assert.Equal("false", (await ada.GetJsonAsync($"/v1/tracks/{Swedish.Id}?market=SE")).At("is_playable"));
    }

    [Fact]
    public async Task A_grant_reads_the_nearest_replica_only()
    {
        var ada = await server.SignInAsync("ada", "premium", "SE");
        await ReplicateAsync("ada");
        database.StrongReads = 0;
        await ada.GetJsonAsync($"/v1/playback/tracks/{Dawn.Id}");
        Assert.Equal(0, database.StrongReads);
    }

    [Fact]
    public async Task A_refusal_is_based_on_current_data()
    {
        var ada = await server.SignInAsync("ada", "premium", "SE");
        await ReplicateAsync("ada", ("Country", "US"), ("Product", "free"), ("ExplicitFilter", true));
        await ada.GetJsonAsync($"/v1/playback/tracks/{Explicit.Id}");
        await ada.GetJsonAsync($"/v1/playback/tracks/{Swedish.Id}");

        await server.WriteAsync([Mutation.Update(User.Table, ("UserId", "ada"), ("Country", "US"))]);
        using var response = await ada.GetAsync($"/v1/playback/tracks/{Swedish.Id}");
        await response.ErrorAsync(HttpStatusCode.Forbidden);
    }

    private static Mutation Audio(Playable playable, string qualities) => Mutation.Update(
        Playables,
        ("PlayableId", playable.Id),
        ("Revision", "revision"),
        ("Encodings", string.Join('\n', qualities.Split('\n').Select(quality => $"vorbis {quality} 160 200000"))));

    private async Task ReplicateAsync(string user, params (string, object?)[] changed)
    {
        var row = User.FromRow((await server.Database.ReadAsync(User.Table, new Key(user), null, default))!);
        await replica.CommitAsync(
        [
            .. Mutations, Audio(Dawn, "high"), Audio(Explicit, "high"), Audio(Swedish, "lossless\nvery_high"),
            row.Insert(), Mutation.Update(User.Table, [("UserId", user), .. changed]),
        ], default);
    }

    private sealed class ReplicatedDatabase(IDatabase primary, IDatabase replica) : IDatabase
    {
        public int StrongReads { get; set; }

        public Task<Row?> ReadAsync(Table table, Key key, Staleness? staleness, CancellationToken ct) =>
            For(staleness).ReadAsync(table, key, staleness, ct);

        public IAsyncEnumerable<Row> QueryAsync(Statement statement, Parameters parameters, Staleness? staleness, CancellationToken ct) =>
            For(staleness).QueryAsync(statement, parameters, staleness, ct);

        public Task CommitAsync(IReadOnlyList<Mutation> mutations, CancellationToken ct) => primary.CommitAsync(mutations, ct);

        public Task<T> TransactAsync<T>(Func<ITransaction, Task<T>> body, CancellationToken ct) => primary.TransactAsync(body, ct);

        private IDatabase For(Staleness? staleness)
        {
            if (staleness is not null) return replica;
            StrongReads++;
            return primary;
        }
    }
}
