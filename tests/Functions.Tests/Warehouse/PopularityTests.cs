using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Functions.Popularity;
using Spotify.Search;

namespace Spotify.Functions.Tests.Warehouse;

/// <summary>The popularity that follows from plays, over HTTP as the scheduler calls it.</summary>
public sealed class PopularityTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Yesterday = new(2026, 12, 1, 12, 0, 0, TimeSpan.Zero);

    private WarehouseHost host = null!;
    private List<Row> tracks = null!;

    public async Task InitializeAsync()
    {
        host = await WarehouseHost.StartAsync();
        await host.Database.CommitAsync([.. TestCatalog.Mutations], default);
        tracks = await host.Database.QueryAsync(
            new Statement("""
                SELECT Playables.PlayableId, Playables.ParentId, Credits.ArtistId
                FROM Playables JOIN Credits ON Credits.PlayableId = Playables.PlayableId
                WHERE Playables.Type = 'track' AND Credits.Position = 0
                ORDER BY Playables.ParentId, Playables.PlayableId
                """), Parameters.None, null, default).ToListAsync();
    }

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public async Task Popularity_follows_from_the_plays_of_four_weeks()
    {
        var top = tracks[0];
        var other = tracks.First(track =>
            track.String("ParentId") != top.String("ParentId") && track.String("ArtistId") != top.String("ArtistId"));
        await PlayAsync(top, 9999, "SE");
        await PlayAsync(other, 99, "NO");

        Assert.True(await UpdateAsync() > 0);
        Assert.Equal((100, "SE100"), await PopularityAsync("track", "Playables", "PlayableId", top.String("PlayableId")));
        Assert.Equal((50, "NO100"), await PopularityAsync("track", "Playables", "PlayableId", other.String("PlayableId")));
        Assert.Equal((100, "SE100"), await PopularityAsync("album", "Albums", "AlbumId", top.String("ParentId")));
        Assert.Equal((50, "NO100"), await PopularityAsync("album", "Albums", "AlbumId", other.String("ParentId")));
        Assert.Equal((100, "SE100"), await PopularityAsync("artist", "Artists", "ArtistId", top.String("ArtistId")));
        var credit = await host.Database.ReadAsync(
            Schema.Current.Table("Credits"), new Key(other.String("PlayableId"), 0L), null, default);
        Assert.Equal(50, credit!.Int32("Popularity"));
        Assert.Equal(0, await UpdateAsync());
    }

    [Fact]
    public async Task Popularity_declines_when_there_are_no_more_plays()
    {
        var (old, current) = (tracks[0], tracks[^1]);
        await PlayAsync(old, 10_000, "SE");
        await UpdateAsync();
        host.Clock.Advance(TimeSpan.FromDays(30));
        await PlayAsync(current, 10_000, "SE", Yesterday.AddDays(30));
        await UpdateAsync();
        Assert.Equal((0, "SE0"), await PopularityAsync("track", "Playables", "PlayableId", old.String("PlayableId")));
        Assert.Equal((100, "SE100"), await PopularityAsync("track", "Playables", "PlayableId", current.String("PlayableId")));
    }

    [Fact]
    public async Task The_popularity_of_the_catalog_is_kept_while_there_are_few_plays()
    {
        var before = await PopularityAsync("track", "Playables", "PlayableId", tracks[0].String("PlayableId"));
        await PlayAsync(tracks[0], 9999, "SE");
        Assert.Equal(0, await UpdateAsync());
        Assert.Equal(before, await PopularityAsync("track", "Playables", "PlayableId", tracks[0].String("PlayableId")));
    }

    // Aggregates of a day, without the plays that they follow from.
    private async Task PlayAsync(Row track, long plays, string market, DateTimeOffset? at = null)
    {
        var time = at ?? Yesterday;
        (string, object?)[] sums =
        [
            ("market", market), ("streams", plays), ("plays", plays), ("listeners", 1L), ("played_ms", plays), ("skips", 0L),
            ("completions", 0L), ("saves", 0L), ("calculated_at", Yesterday),
        ];
        await AppendAsync("daily_tracks", [.. sums, ("playable_id", track.String("PlayableId"))]);
        await AppendAsync("daily_artists", [.. sums, ("artist_id", track.String("ArtistId"))]);
        await AppendAsync("daily_markets", sums);
        await AppendAsync("daily_runs", [("calculated_at", Yesterday), ("source_rows", plays)]);

        Task AppendAsync(string name, (string, object?)[] values)
        {
            var table = WarehouseSchema.Current.Table(name);
            return host.Warehouse.AppendAsync(table, [table.Row(time, values)], default);
        }
    }

    private async Task<int> UpdateAsync() => (await host.CallAsync(PopularityFunction.Path))["changed"]!.GetValue<int>();

    private async Task<(int, string?)> PopularityAsync(string type, string table, string key, string id)
    {
        var entity = (await host.Database.ReadAsync(Schema.Current.Table(table), new Key(id), null, default))!;
        var entry = (await host.Database.ReadAsync(Schema.Current.Table("SearchEntries"), new Key(type, id), null, default))!;
        Assert.Equal(entity.Int32("Popularity"), SearchEntries.Popularity(entry.Int64("Rank")));
        Assert.Equal(key, Schema.Current.Table(table).KeyColumns[0]);
        return (entity.Int32("Popularity"), entry.StringOrNull("MarketPopularity"));
    }
}
