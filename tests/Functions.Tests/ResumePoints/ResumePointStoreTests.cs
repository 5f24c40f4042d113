using Microsoft.Extensions.DependencyInjection;
using Spotify.Catalog.ResumePoints;
using Spotify.Domain.Data;
using Spotify.Domain.Users;
using Spotify.Fixtures;
using Spotify.Web;
using Spotify.Web.PersonalData;

namespace Spotify.Functions.Tests.ResumePoints;

public sealed class ResumePointStoreTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private static readonly string Pilot = TestCatalog.Pilot.Id;
    private static readonly string Finale = TestCatalog.Finale.Id;

    private LocalServer server = null!;

    private ResumePointStore Points => server.Services.GetRequiredService<ResumePointStore>();

    public async Task InitializeAsync()
    {
        server = await LocalServer.StartAsync(builder => builder.UseClock(new ManualTimeProvider(Noon)));
        await server.WriteAsync(NewUser("ada").Insert(), NewUser("bob").Insert());
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task A_position_is_read_back_by_its_listener_only()
    {
        await WriteAsync(Pilot, 60_000, Noon);
        Assert.Equal(new ResumePoint(Pilot, 60_000, false, Noon), await ReadAsync(Pilot));
        Assert.Null(await ReadAsync(Finale));
        Assert.Empty(await Points.ReadAsync("bob", [Pilot], default));
        Assert.Empty(await Points.ReadAsync("nobody", [Pilot], default));
        Assert.Empty(await Points.ReadAsync("ada", [], default));
    }

    [Fact]
    public async Task The_newest_position_wins_in_any_order_of_arrival()
    {
        await WriteAsync(Pilot, 30_000, Noon.AddMinutes(-10));
        await WriteAsync(Pilot, 60_000, Noon.AddMinutes(-5));
        await WriteAsync(Pilot, 10_000, Noon.AddMinutes(-7));
        await Points.WriteAsync("ada", Pilot, 0, 1_800_000, ended: true, Noon.AddDays(-3), default);
        Assert.Equal(new ResumePoint(Pilot, 60_000, false, Noon.AddMinutes(-5)), await ReadAsync(Pilot));
    }

    [Fact]
    public async Task The_newest_position_of_one_write_wins()
    {
        await Points.WriteAsync(
            "ada",
            [
                new(Pilot, 1, false, Noon.AddMinutes(-3)),
                new(Pilot, 2, false, Noon.AddMinutes(-1)),
                new(Pilot, 3, false, Noon.AddMinutes(-2)),
                ResumePoint.Played(Finale, Noon),
                ResumePoint.Unplayed(Finale, Noon),
            ],
            default);
        Assert.Equal((2, false), (await ReadAsync(Pilot)) is { } pilot ? (pilot.PositionMs, pilot.FullyPlayed) : default);
        Assert.Equal(ResumePoint.Unplayed(Finale, Noon), await ReadAsync(Finale));
    }

    [Fact]
    public async Task A_position_of_the_future_counts_as_of_now()
    {
        await WriteAsync(Pilot, 60_000, Noon.AddYears(1));
        await WriteAsync(Pilot, 90_000, Noon);
        Assert.Equal(new ResumePoint(Pilot, 90_000, false, Noon), await ReadAsync(Pilot));
    }

    [Fact]
    public async Task Concurrent_writes_leave_the_newest_position()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => WriteAsync(Pilot, 1000 + i, Noon.AddMinutes(-i))));
        Assert.Equal(new ResumePoint(Pilot, 1000, false, Noon), await ReadAsync(Pilot));
    }

    [Fact]
    public async Task A_write_takes_as_many_items_as_a_read()
    {
        List<string> ids = [.. Enumerable.Range(0, ResumePointStore.MaxIds).Select(i => Domain.SpotifyId.FromName($"episode {i}"))];
        await Points.WriteAsync("ada", [.. ids.Select((id, i) => new ResumePoint(id, i, false, Noon))], default);
        var points = await Points.ReadAsync("ada", ids, default);
        Assert.Equal(ids.Select((_, i) => (long)i), ids.Select(id => points[id].PositionMs));
    }

    [Fact]
    public async Task The_first_position_of_a_new_user_inserts_the_user()
    {
        await Points.WriteAsync("grace", Pilot, 1, null, ended: false, Noon, default);
        Assert.Empty(await Points.ReadAsync("grace", [Pilot], default));
        await Points.WriteAsync(NewUser("grace"), [new(Pilot, 1, false, Noon)], default);
        Assert.Single(await Points.ReadAsync("grace", [Pilot], default));
        Assert.NotNull(await server.Database.ReadAsync(User.Table, new Key("grace"), null, default));
    }

    [Fact]
    public async Task A_removed_account_does_not_come_back()
    {
        await server.WriteAsync(Mutation.Insert(
            RemovedAccounts.Table,
            [("UserId", "gone"), .. RemovedAccounts.Table.Columns.Where(column => column.Name.EndsWith("At", StringComparison.Ordinal))
                .Select(column => (column.Name, (object?)Noon))]));
        var refused = await Assert.ThrowsAsync<ApiException>(
            () => Points.WriteAsync(NewUser("gone"), [new(Pilot, 1, false, Noon)], default));
        Assert.Equal(401, refused.Status);
        Assert.Null(await server.Database.ReadAsync(User.Table, new Key("gone"), null, default));
    }

    private static User NewUser(string id) => new(id, id, null, "SE", Product.Premium, false, false, null, Noon);

    private Task WriteAsync(string id, long position, DateTimeOffset at) =>
        Points.WriteAsync("ada", id, position, 1_800_000, ended: false, at, default);

    private async Task<ResumePoint?> ReadAsync(string id) => (await Points.ReadAsync("ada", [id], default)).GetValueOrDefault(id);
}
