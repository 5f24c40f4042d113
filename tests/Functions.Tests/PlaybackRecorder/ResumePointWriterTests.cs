using Microsoft.Extensions.DependencyInjection;
using Spotify.Catalog.ResumePoints;
using Spotify.Domain.Data;
using Spotify.Domain.Users;
using Spotify.Events;
using Spotify.Fixtures;
using Spotify.Functions.Tests.Playlists;

namespace Spotify.Functions.Tests.PlaybackRecorder;

/// <summary>The resume points of plays that apps report.</summary>
public sealed class ResumePointWriterTests(RecorderFixture fixture) : IClassFixture<RecorderFixture>
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(
        TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());

    private static readonly string Pilot = TestCatalog.Pilot.Uri();
    private static readonly string Chapter = TestCatalog.Chapter.Uri();

    private ResumePointStore Points => fixture.Server.Services.GetRequiredService<ResumePointStore>();

    [Fact]
    public async Task A_completed_play_is_fully_played_and_another_end_sets_the_position()
    {
        await HandleAsync("ada", End("a", Pilot, EndReason.Completed), End("b", Chapter, EndReason.Skipped, 400_000));
        Assert.Equal(ResumePoint.Played(TestCatalog.Pilot.Id, Now), await PointAsync("ada", Pilot));
        Assert.Equal(new ResumePoint(TestCatalog.Chapter.Id, 400_000, false, Now), await PointAsync("ada", Chapter));
    }

    [Theory]
    [InlineData(EndReason.Error, 5, false, 5)]
    [InlineData(EndReason.Skipped, 0, false, 0)]
    [InlineData(EndReason.Skipped, 1_799_000, true, 0)]
    [InlineData(EndReason.Skipped, 86_400_000, true, 0)]
    [InlineData(EndReason.Completed, 5, true, 0)]
    public async Task The_position_counts_against_the_duration_of_the_catalog(
        EndReason reason, long position, bool isPlayed, long expected)
    {
        var user = $"{reason} {position}";
        await HandleAsync(user, End("a", Pilot, reason, position) with { DurationMs = 1 });
        Assert.Equal(new ResumePoint(TestCatalog.Pilot.Id, expected, isPlayed, Now), await PointAsync(user, Pilot));
    }

    [Fact]
    public async Task Plays_without_a_position_and_tracks_have_no_resume_point()
    {
        await HandleAsync("bob", End("a", Pilot, EndReason.Skipped), End("b", TestCatalog.Dawn.Uri(), EndReason.Completed, 1000));
        Assert.Null(await PointAsync("bob", Pilot));
        Assert.Null(await PointAsync("bob", TestCatalog.Dawn.Uri()));
    }

    [Fact]
    public async Task Offline_plays_that_arrive_days_later_do_not_replace_newer_positions()
    {
        await HandleAsync("cleo", End("a", Pilot, EndReason.Skipped, 900_000));
        await HandleAsync(
            "cleo",
            End("b", Pilot, EndReason.Completed) with { Timestamp = Now.AddDays(-5), IsOffline = true, DeviceId = "phone" },
            End("c", Chapter, EndReason.Skipped, 5) with { Timestamp = Now.AddDays(-5), IsOffline = true, DeviceId = "phone" });
        Assert.Equal(900_000, (await PointAsync("cleo", Pilot))!.PositionMs);
        Assert.Equal(new ResumePoint(TestCatalog.Chapter.Id, 5, false, Now.AddDays(-5)), await PointAsync("cleo", Chapter));
    }

    [Fact]
    public async Task Of_several_plays_of_a_message_the_newest_wins()
    {
        await HandleAsync(
            "dana",
            End("a", Pilot, EndReason.Skipped, 1) with { Timestamp = Now.AddMinutes(-2) },
            End("b", Pilot, EndReason.Skipped, 2),
            End("c", Pilot, EndReason.Completed) with { Timestamp = Now.AddMinutes(-1) });
        Assert.Equal(2, (await PointAsync("dana", Pilot))!.PositionMs);
    }

    [Fact]
    public async Task A_redelivered_message_does_not_move_the_listener_back()
    {
        var end = End("a", Pilot, EndReason.Skipped, 900_000);
        await HandleAsync("eli", end);
        var later = new ResumePoint(TestCatalog.Pilot.Id, 950_000, false, TimeProvider.System.GetUtcNow());
        await Points.WriteAsync("eli", [later], default);
        await HandleAsync("eli", end);
        Assert.Equal(950_000, (await PointAsync("eli", Pilot))!.PositionMs);
    }

    [Fact]
    public async Task A_redelivery_writes_what_a_crash_has_left_out()
    {
        var end = End("a", Pilot, EndReason.Skipped, 900_000);
        await HandleAsync("fred", end);
        // As if the process had stopped before the resume point was written.
        await fixture.Server.WriteAsync(Mutation.Delete(Schema.Current.Table("ResumePoints"), new Key("fred", TestCatalog.Pilot.Id)));
        await HandleAsync("fred", end);
        Assert.Equal(new ResumePoint(TestCatalog.Pilot.Id, 900_000, false, Now), await PointAsync("fred", Pilot));
    }

    [Fact]
    public async Task A_reused_event_id_sets_no_position_of_another_item()
    {
        await HandleAsync("gil", End("a", Pilot, EndReason.Skipped, 1000));
        await HandleAsync("gil", End("a", Chapter, EndReason.Skipped, 2000));
        Assert.Equal(1000, (await PointAsync("gil", Pilot))!.PositionMs);
        Assert.Null(await PointAsync("gil", Chapter));
    }

    [Fact]
    public async Task A_message_with_500_plays_of_few_episodes_is_written()
    {
        await HandleAsync("hal", [.. Enumerable.Range(0, 500).Select(i =>
            End($"{i}", i % 2 == 0 ? Pilot : Chapter, EndReason.Skipped, i) with { Timestamp = Now.AddSeconds(i - 500) })]);
        Assert.Equal((498, 499), ((await PointAsync("hal", Pilot))!.PositionMs, (await PointAsync("hal", Chapter))!.PositionMs));
    }

    private static ClientEvent End(string id, string uri, EndReason reason, long? position = null) =>
        new(id, EventType.StreamEnd, Now) { Uri = uri, PlayedMs = 1000, EndReason = reason, PositionMs = position };

    private Task HandleAsync(string user, params IReadOnlyList<ClientEvent> events) =>
        fixture.HandleAsync(new EventBatch(user, "SE", Now) { Product = Product.Premium, Events = events });

    private async Task<ResumePoint?> PointAsync(string user, string uri)
    {
        var id = uri[(uri.LastIndexOf(':') + 1)..];
        return (await Points.ReadAsync(user, [id], default)).GetValueOrDefault(id);
    }
}
