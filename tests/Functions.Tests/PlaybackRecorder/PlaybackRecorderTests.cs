using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Catalog.ResumePoints;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Events;
using Spotify.Fixtures;
using Spotify.Functions.PlaybackRecorder;
using Spotify.Functions.Tests.Playlists;
using Spotify.Web.PersonalData;

namespace Spotify.Functions.Tests.PlaybackRecorder;

public sealed class PlaybackRecorderTests(RecorderFixture fixture) : IClassFixture<RecorderFixture>
{
    private static readonly DateTimeOffset Now = Instant.Truncate(DateTimeOffset.UtcNow);
    private static readonly string Dawn = TestCatalog.Dawn.Uri();

    [Fact]
    public async Task A_play_is_in_the_history_in_the_warehouse_and_in_a_taste_update()
    {
        var batch = Batch(
            "ada",
            End("a", Dawn) with { ContextUri = $"spotify:album:{TestCatalog.Sunrise.Id}", DeviceId = "Ada's phone" },
            new ClientEvent("b", EventType.StreamStart, Now) { Uri = Dawn });
        await fixture.HandleAsync(batch);

        var row = Assert.Single(await fixture.HistoryAsync("ada"));
        Assert.Equal(("a", "track", TestCatalog.Dawn.Id), (row.String("EventId"), row.String("Type"), row.String("PlayableId")));
        Assert.Equal((200_000, 200_000, 1000L), (row.Int64("PlayedMs"), row.Int64("DurationMs"), row.Int64("Engagement")));
        Assert.Equal(("completed", true), (row.String("EndReason"), row.Bool("IsListed")));
        Assert.Equal(batch.Events[0].ContextUri, row.String("ContextUri"));
        Assert.Equal(Now.ToUnixTimeMilliseconds() * 1000, Instant.ToMicroseconds(row.Timestamp("PlayedAt")));

        var play = Assert.Single(await fixture.WarehousePlaysAsync("ada"));
        Assert.Equal(("a", "SE", "app"), (play.String("event_id"), play.String("market"), play.String("app_id")));
        Assert.Equal((1000L, TestCatalog.Beyonce.Id), (play.Int64("engagement"), play.String("artist_ids")));
        Assert.Equal(row.Timestamp("PlayedAt"), play.Timestamp("ended_at"));
        Assert.DoesNotContain("Ada", play.String("device_id"), StringComparison.OrdinalIgnoreCase);

        var update = Assert.Single(fixture.Bus.UpdatesOf("ada"));
        Assert.Equal(("SE", batch.ReceivedAt, false), (update.Market, update.ReceivedAt, update.IsSuspect));
        Assert.Equal(
            new Play("a", Dawn, row.Timestamp("PlayedAt"), 200_000, EndReason.Completed, 1000)
            {
                ContextUri = batch.Events[0].ContextUri, IsNew = true,
            },
            Assert.Single(update.Plays));
        Assert.Equal(new PlayStart("b", Dawn, Now), Assert.Single(update.Starts));

        // The user was known from the token only.
        var user = User.FromRow((await fixture.Database.ReadAsync(User.Table, new Key("ada"), null, default))!);
        Assert.Equal(("SE", Product.Family), (user.Country, user.Product));
    }

    [Fact]
    public async Task Plays_make_a_listener_active_once_a_day_unless_the_listener_is_suspect()
    {
        await fixture.HandleAsync(Batch("active", End("a", Dawn)));
        Assert.Equal(("Europe/Stockholm", Now), await ActiveAsync());
        await fixture.HandleAsync(Batch("active", End("b", Dawn)) with { ReceivedAt = Now.AddHours(23) });
        Assert.Equal(Now, (await ActiveAsync()).At);
        // In a message of its own, and in one that is delivered again with other events.
        await fixture.HandleAsync(Batch("active", End("c", Dawn)) with { ReceivedAt = Now.AddHours(24) });
        Assert.Equal(Now.AddHours(24), (await ActiveAsync()).At);
        await fixture.HandleAsync(Batch("active", End("c", Dawn), End("d", Dawn)) with { ReceivedAt = Now.AddHours(50) });
        Assert.Equal(Now.AddHours(50), (await ActiveAsync()).At);

        await fixture.HandleAsync(Batch("bot", new ClientEvent("a", EventType.StreamStart, Now) { Uri = Dawn }));
        Assert.Null(await fixture.Database.ReadAsync(ActiveListeners.Table, new Key("bot"), null, default));
        await fixture.Database.CommitAsync(
            [Mutation.Update(Schema.Current.Table("Listeners"), ("UserId", "bot"), ("SuspectUntil", Now.AddDays(1)))], default);
        await fixture.HandleAsync(Batch("bot", End("b", Dawn)));
        Assert.Null(await fixture.Database.ReadAsync(ActiveListeners.Table, new Key("bot"), null, default));

        async Task<(string Zone, DateTimeOffset At)> ActiveAsync()
        {
            var row = (await fixture.Database.ReadAsync(ActiveListeners.Table, new Key("active"), null, default))!;
            return (row.String("TimeZone"), row.Timestamp("ActiveAt"));
        }
    }

    [Theory]
    [InlineData(EndReason.Completed, 200_000, 1000, true)]
    [InlineData(EndReason.Completed, 5_000, 1000, true)]
    [InlineData(EndReason.Skipped, 29_999, -500, false)]
    [InlineData(EndReason.Skipped, 30_000, 150, true)]
    [InlineData(EndReason.Skipped, 123_456, 617, true)]
    [InlineData(EndReason.Skipped, 999_000, 1000, true)]
    [InlineData(EndReason.Skipped, -5, -500, false)]
    [InlineData(EndReason.Error, 29_000, 0, false)]
    [InlineData(EndReason.Error, 150_000, 0, true)]
    public async Task Engagement_and_listing_follow_from_the_reason_and_the_time_against_the_duration_of_the_catalog(
        EndReason reason, long playedMs, int engagement, bool listed)
    {
        var user = $"engaged-{reason}-{playedMs.ToString(CultureInfo.InvariantCulture)}";
        await fixture.HandleAsync(Batch(user, End("a", Dawn, reason, playedMs) with { DurationMs = 1 }));

        var row = Assert.Single(await fixture.HistoryAsync(user));
        Assert.Equal((engagement, listed), (row.Int64("Engagement"), row.Bool("IsListed")));
        Assert.Equal(Math.Clamp(playedMs, 0, 200_000), row.Int64("PlayedMs"));
        Assert.Equal(engagement, Assert.Single(await fixture.WarehousePlaysAsync(user)).Int64("engagement"));
        Assert.Equal(engagement, fixture.Bus.UpdatesOf(user).Single().Plays.Single().Engagement);
    }

    [Fact]
    public async Task Episodes_and_chapters_are_in_the_history_but_not_listed()
    {
        await fixture.HandleAsync(Batch("nils", End("a", TestCatalog.Pilot.Uri()), End("b", $"spotify:chapter:{TestCatalog.Chapter.Id}")));

        var rows = await fixture.HistoryAsync("nils");
        Assert.Equal([("episode", false), ("chapter", false)], rows.Select(row => (row.String("Type"), row.Bool("IsListed"))));
        Assert.Equal(2, (await fixture.WarehousePlaysAsync("nils")).Count);
    }

    [Fact]
    public async Task A_redelivered_message_changes_nothing_and_publishes_its_plays_as_known()
    {
        var batch = Batch("bo", End("a", Dawn), End("b", Dawn, EndReason.Skipped, 1000));
        for (var i = 0; i < 3; i++) await fixture.HandleAsync(batch);

        Assert.Equal(2, (await fixture.HistoryAsync("bo")).Count);
        Assert.Equal(2, (await fixture.WarehousePlaysAsync("bo")).Count);
        Assert.Equal(
            [true, true, false, false, false, false],
            fixture.Bus.UpdatesOf("bo").SelectMany(update => update.Plays).Select(play => play.IsNew));
    }

    [Fact]
    public async Task The_first_event_of_an_id_wins_also_within_a_batch()
    {
        await fixture.HandleAsync(Batch("eve", End("a", Dawn, EndReason.Skipped, 100_000), End("a", Dawn)));
        await fixture.HandleAsync(Batch(
            "eve", End("a", TestCatalog.Duet.Uri()) with { Timestamp = Now.AddDays(-2), ContextUri = Dawn }, End("b", Dawn)));

        var rows = await fixture.HistoryAsync("eve");
        Assert.Equal([("a", 500L), ("b", 1000L)], rows.Select(row => (row.String("EventId"), row.Int64("Engagement"))));
        var plays = await fixture.WarehousePlaysAsync("eve");
        Assert.Equal(
            [(TestCatalog.Dawn.Id, 500L), (TestCatalog.Dawn.Id, 1000L)],
            plays.Select(play => (play.String("playable_id"), play.Int64("engagement"))));
        var published = fixture.Bus.UpdatesOf("eve").SelectMany(update => update.Plays).ToList();
        Assert.Equal([("a", 500, true), ("a", 500, false), ("b", 1000, true)], published.Select(p => (p.EventId, p.Engagement, p.IsNew)));
        Assert.All(published, play => Assert.Null(play.ContextUri));
    }

    [Fact]
    public async Task Offline_plays_of_registered_devices_are_recorded_once_with_their_history_row()
    {
        var (phone, played) = (SpotifyId.New(), TimeSpan.FromMilliseconds(200_000));
        ClientEvent Offline(string id, string device = "") =>
            End(id, Dawn) with { IsOffline = true, DeviceId = device.Length > 0 ? device : phone };

        // The user's row is inserted with the first batch; the second one is inserted blindly; the third one has known and new plays.
        await fixture.HandleAsync(Batch("offline", Offline("a")));
        await fixture.HandleAsync(Batch("offline", Offline("b"), End("online", Dawn) with { DeviceId = phone }));
        await fixture.HandleAsync(Batch(
            "offline", Offline("b") with { Timestamp = Now.AddDays(-1) }, Offline("c"), Offline("online"),
            Offline("named", "Ada's phone"), Offline("short") with { PlayedMs = 30_000 }, Offline("longer") with { PlayedMs = 30_001 },
            Offline("start") with { Type = EventType.StreamStart }));

        Assert.Equal(
            ["a", "b", "c", "longer", "named", "online", "short"],
            (await fixture.HistoryAsync("offline")).Select(row => row.String("EventId")));
        var rows = await fixture.OfflinePlaysAsync("offline");
        Assert.Equal(["a", "b", "c", "longer"], rows.Select(row => row.String("EventId")));
        var end = DateTimeOffset.FromUnixTimeMilliseconds(Now.ToUnixTimeMilliseconds());
        Assert.All(
            rows,
            row => Assert.Equal((phone, end, false), (row.String("DeviceId"), row.Timestamp("EndedAt"), row.Bool("IsChecked"))));
        Assert.All(rows.Take(3), row => Assert.Equal(end - played, row.Timestamp("StartedAt")));

        // A play that a sync has checked stays checked.
        await fixture.Database.CommitAsync(
            [Mutation.Update(Schema.Current.Table("OfflinePlays"), ("UserId", "offline"), ("EventId", "a"), ("IsChecked", true))], default);
        await fixture.HandleAsync(Batch("offline", Offline("a"), Offline("d")));
        Assert.Equal(
            [("a", true), ("b", false), ("c", false), ("d", false), ("longer", false)],
            (await fixture.OfflinePlaysAsync("offline")).Select(row => (row.String("EventId"), row.Bool("IsChecked"))));
    }

    [Fact]
    public async Task Effects_that_a_crash_left_out_are_made_by_the_redelivery()
    {
        var batch = Batch("kim", End("a", Dawn), Ad("ad"));
        fixture.Bus.FailNext();
        await Assert.ThrowsAsync<IOException>(() => fixture.HandleAsync(batch));
        Assert.Empty(fixture.Bus.UpdatesOf("kim"));

        await fixture.HandleAsync(batch);
        Assert.Single(await fixture.HistoryAsync("kim"));
        Assert.Single(await fixture.WarehousePlaysAsync("kim"));
        Assert.Single(await fixture.WarehouseAdsAsync("kim"));
        Assert.Equal("a", fixture.Bus.UpdatesOf("kim").Single().Plays.Single().EventId);
    }

    [Fact]
    public async Task Concurrent_deliveries_of_a_new_user_record_each_event_once()
    {
        var batches = Enumerable.Range(0, 8).Select(i =>
            Batch("liv", [.. Enumerable.Range(0, 40).Select(n => End($"{(i * 10) + n}", Dawn))]));
        await Task.WhenAll(batches.Select(batch => Task.Run(() => fixture.HandleAsync(batch))));

        Assert.Equal(110, (await fixture.HistoryAsync("liv")).Count);
        Assert.Equal(110, (await fixture.WarehousePlaysAsync("liv")).Count);
        Assert.Equal(110, fixture.Bus.UpdatesOf("liv").SelectMany(update => update.Plays).Count(play => play.IsNew));
    }

    [Fact]
    public async Task The_largest_batch_is_recorded_and_repeated()
    {
        var batch = Batch("max", [.. Enumerable.Range(0, 500).Select(n => End($"{n:D3}", Dawn))]);
        await fixture.HandleAsync(batch with { Events = [.. batch.Events.Where((_, i) => i % 3 == 0)] });
        await fixture.HandleAsync(batch);

        Assert.Equal(500, (await fixture.HistoryAsync("max")).Count);
        Assert.Equal(500, (await fixture.WarehousePlaysAsync("max")).Count);
    }

    [Fact]
    public async Task Streams_of_ids_that_the_catalog_does_not_have_are_dropped_and_counted()
    {
        using var dropped = new MetricCounter(fixture.Server.Services, "spotify.events.dropped", "not_in_catalog");
        var unknown = SpotifyId.FromName("never uploaded");
        await fixture.HandleAsync(Batch(
            "ola",
            End("a", $"spotify:track:{unknown}"),
            End("b", $"spotify:episode:{TestCatalog.Dawn.Id}"),
            new ClientEvent("c", EventType.StreamStart, Now) { Uri = $"spotify:track:{unknown}" },
            End("d", Dawn)));

        Assert.Equal("d", Assert.Single(await fixture.HistoryAsync("ola")).String("EventId"));
        Assert.Single(await fixture.WarehousePlaysAsync("ola"));
        Assert.Empty(fixture.Bus.UpdatesOf("ola").Single().Starts);
        Assert.Equal(3, dropped.Value);
    }

    [Fact]
    public async Task Ad_impressions_are_in_the_warehouse_only()
    {
        await fixture.HandleAsync(Batch("pia", Ad("x"), Ad("y"), Ad("x")));
        await fixture.HandleAsync(Batch("pia", Ad("x")));

        Assert.Equal(["x", "y"], (await fixture.WarehouseAdsAsync("pia")).Select(ad => ad.String("event_id")));
        Assert.Empty(await fixture.HistoryAsync("pia"));
        Assert.Empty(fixture.Bus.UpdatesOf("pia"));
    }

    [Fact]
    public async Task An_ad_impression_counts_once_although_a_repeated_report_has_another_day()
    {
        var midnight = new DateTimeOffset(Now.UtcDateTime.Date, TimeSpan.Zero);
        var (before, after) = (Ad("x") with { Timestamp = midnight.AddSeconds(-1) }, Ad("x") with { Timestamp = midnight.AddSeconds(1) });
        await fixture.HandleAsync(Batch("ady", before));
        await fixture.HandleAsync(Batch("ady", after, Ad("y")));

        var ads = await fixture.WarehouseAdsAsync("ady");
        Assert.Equal(["x", "y"], ads.Select(ad => ad.String("event_id")));
    }

    [Fact]
    public async Task Library_changes_are_in_the_warehouse_only()
    {
        var dawn = new SpotifyUri(EntityType.Track, TestCatalog.Dawn.Id);
        await fixture.HandleAsync(Batch("tor"));
        var batch = new EventBatch("tor", null, Now)
        {
            Changes =
            [
                LibraryChange.Save(dawn, Now),
                LibraryChange.AddToPlaylist(dawn, SpotifyId.FromName("list"), "snapshot", Now.AddSeconds(1)),
                LibraryChange.Remove(dawn, Now, Now.AddSeconds(2)),
            ],
        };
        await fixture.HandleAsync(batch);
        await fixture.HandleAsync(batch);

        var changes = await fixture.WarehouseChangesAsync("tor");
        Assert.Equal(["saved", "added_to_playlist", "removed"], changes.Select(change => change.String("kind")));
        Assert.All(changes, change => Assert.Equal(("track", dawn.Id), (change.String("item_type"), change.String("item_id"))));
        Assert.Equal($"spotify:playlist:{SpotifyId.FromName("list")}", changes[1].String("playlist_uri"));
        Assert.Empty(fixture.Bus.UpdatesOf("tor"));
    }

    [Fact]
    public async Task Contexts_that_name_a_user_are_left_out()
    {
        await fixture.HandleAsync(Batch(
            "una", End("a", Dawn) with { ContextUri = "spotify:user:una" }, End("b", Dawn) with { ContextUri = new string('x', 5000) }));

        Assert.All(await fixture.HistoryAsync("una"), row => Assert.Null(row.StringOrNull("ContextUri")));
        Assert.All(await fixture.WarehousePlaysAsync("una"), row => Assert.Null(row.StringOrNull("context_uri")));
    }

    [Fact]
    public async Task Plays_of_a_suspect_are_recorded_and_say_so()
    {
        await fixture.HandleAsync(Batch("bot"));
        await fixture.Server.WriteAsync(Mutation.Update(
            Schema.Current.Table("Listeners"), ("UserId", "bot"), ("SuspectUntil", Now.AddDays(1)), ("SuspectRule", "rate")));
        await fixture.HandleAsync(Batch("bot", End("a", Dawn)));

        Assert.True(fixture.Bus.UpdatesOf("bot").Single().IsSuspect);
        Assert.Single(await fixture.HistoryAsync("bot"));
    }

    [Fact]
    public async Task Plays_of_private_sessions_are_marked()
    {
        await fixture.HandleAsync(Batch("vera"));
        foreach (var (start, end) in ((int, int)[])[(-120, -60), (-30, -10)])
        {
            await fixture.Server.WriteAsync(Mutation.Insert(
                Schema.Current.Table("PrivateSessions"),
                ("UserId", "vera"), ("StartedAt", Now.AddMinutes(start)), ("EndsAt", Now.AddMinutes(end))));
        }

        // Plays of 200 s, by the minute of their end.
        int[] minutes = [-121, -119, -90, -58, -56, -20, -5];
        await fixture.HandleAsync(Batch(
            "vera", [.. minutes.Select(minute => End($"{minute + 200}", Dawn) with { Timestamp = Now.AddMinutes(minute) })]));

        var plays = await fixture.WarehousePlaysAsync("vera");
        Assert.Equal(
            [false, true, true, true, false, true, false],
            plays.OrderBy(play => play.Timestamp("ended_at")).Select(play => play.Bool("is_private")));
    }

    [Fact]
    public async Task Events_of_a_removed_account_are_dropped_and_counted_even_if_the_instance_still_knows_it()
    {
        using var dropped = new MetricCounter(fixture.Server.Services, "spotify.events.dropped", "account_removed");
        foreach (var isKnown in (bool[])[false, true])
        {
            var user = $"gone-{isKnown}";
            if (isKnown) foreach (var id in (string[])["a", "b"]) await fixture.HandleAsync(Batch(user, End(id, Dawn)));
            await fixture.Server.WriteAsync(
                Mutation.Insert(RemovedAccounts.Table, ("UserId", user), ("RequestedAt", Now), ("DueAt", Now)),
                Mutation.Delete(User.Table, new Key(user)));
            await fixture.HandleAsync(Batch(user, End("c", Dawn), Ad("d")));

            Assert.Empty(await fixture.HistoryAsync(user));
            Assert.Null(await fixture.Database.ReadAsync(User.Table, new Key(user), null, default));
            Assert.DoesNotContain(fixture.Bus.UpdatesOf(user).SelectMany(update => update.Plays), play => play.EventId == "c");
        }

        Assert.Equal(4, dropped.Value);
    }

    [Fact]
    public async Task Old_events_do_not_bring_an_account_back()
    {
        var old = Batch("once", End("a", Dawn)) with { ReceivedAt = Now.AddHours(-2) };
        await AssertPoisonAsync(old, "removed since");
        Assert.Null(await fixture.Database.ReadAsync(User.Table, new Key("once"), null, default));

        // They are recorded if the account exists.
        await fixture.HandleAsync(Batch("once", End("b", Dawn)));
        await fixture.HandleAsync(old);
        Assert.Equal(2, (await fixture.HistoryAsync("once")).Count);
    }

    [Fact]
    public async Task Events_older_than_the_record_of_ids_are_dropped()
    {
        await fixture.HandleAsync(Batch("methuselah", End("a", Dawn) with { Timestamp = Now.AddDays(-89) }));

        Assert.Empty(await fixture.HistoryAsync("methuselah"));
        Assert.Empty(await fixture.WarehousePlaysAsync("methuselah"));
    }

    [Fact]
    public async Task Messages_that_can_never_be_handled_are_poison()
    {
        await AssertPoisonAsync(Batch("zoe", End("a", Dawn), End("b", Dawn) with { EndReason = null }), "Event 1: the end_reason");
        await AssertPoisonAsync(Batch("zoe", End(new string('x', 65), Dawn)), "Event 0: the id");
        await AssertPoisonAsync(Batch("zoe", End("a", "spotify:track:x")), "Event 0: the uri");
        await AssertPoisonAsync(Batch(" ", End("a", Dawn)), "user id");
        await AssertPoisonAsync(Batch("nowhere", End("a", Dawn)) with { Country = null }, "country");
        Assert.Empty(await fixture.HistoryAsync("zoe"));
    }

    [Fact]
    public async Task A_message_of_a_known_listener_takes_two_reads_in_advance_and_one_commit()
    {
        await fixture.HandleAsync(Batch("fay"));
        var counting = new CountingDatabase(fixture.Database);
        using var listeners = new ListenerReader(counting);
        using var playables = new PlayableReader(counting);
        var recorder = new Functions.PlaybackRecorder.PlaybackRecorder(
            listeners,
            playables,
            new PlayStore(counting, listeners, TimeProvider.System),
            new WarehouseWriter(fixture.Warehouse),
            new ResumePointWriter(new ResumePointStore(counting, TimeProvider.System)),
            fixture.Bus,
            fixture.Server.Services.GetRequiredService<RecorderMetrics>(),
            TimeProvider.System);

        var batch = Batch("fay", [.. Enumerable.Range(0, 100).Select(n => End($"{n}", Dawn))]);
        await recorder.HandleAsync(batch, RecorderFixture.Message(), default);
        Assert.Equal((2, 1, 0), (counting.Reads, counting.Commits, counting.Transactions));

        // The instance knows the listener and the track now.
        await recorder.HandleAsync(Batch("fay", End("again", Dawn)), RecorderFixture.Message(), default);
        Assert.Equal((2, 2, 0), (counting.Reads, counting.Commits, counting.Transactions));
    }

    [Fact]
    public async Task A_history_of_9000_plays_is_erased_in_pages()
    {
        await fixture.HandleAsync(Batch("pat"));
        for (var page = 0; page < 18; page++)
            await fixture.HandleAsync(Batch("pat", [.. Enumerable.Range(0, 500).Select(n => End($"{page}-{n}", Dawn))]));

        var (rows, pages) = (FunctionDefinitions.PersonalData.Single(rows => rows.TableName == "PlayHistory"), 0);
        while (await rows.EraseAsync(fixture.Database, "pat", Now, default)) pages++;

        Assert.Equal(9, pages);
        Assert.Empty(await fixture.HistoryAsync("pat"));
    }

    private static ClientEvent End(string id, string uri, EndReason reason = EndReason.Completed, long playedMs = 200_000) =>
        new(id, EventType.StreamEnd, Now) { Uri = uri, EndReason = reason, PlayedMs = playedMs };

    private static ClientEvent Ad(string id) => new(id, EventType.AdImpression, Now) { Uri = "spotify:ad:1" };

    private static EventBatch Batch(string user, params IReadOnlyList<ClientEvent> events) =>
        new(user, "SE", Now) { Product = Product.Family, AppId = "app", Events = events };

    private async Task AssertPoisonAsync(EventBatch batch, string reason) => Assert.Contains(
        reason, (await Assert.ThrowsAsync<PoisonMessageException>(() => fixture.HandleAsync(batch))).Message, StringComparison.Ordinal);

    private sealed class CountingDatabase(IDatabase database) : IDatabase
    {
        public int Reads { get; private set; }

        public int Commits { get; private set; }

        public int Transactions { get; private set; }

        public Task<Row?> ReadAsync(Table table, Key key, Staleness? staleness, CancellationToken ct)
        {
            Reads++;
            return database.ReadAsync(table, key, staleness, ct);
        }

        public async IAsyncEnumerable<Row> QueryAsync(
            Statement statement, Parameters parameters, Staleness? staleness, [EnumeratorCancellation] CancellationToken ct)
        {
            Reads++;
            await foreach (var row in database.QueryAsync(statement, parameters, staleness, ct)) yield return row;
        }

        public Task CommitAsync(IReadOnlyList<Mutation> mutations, CancellationToken ct)
        {
            Commits++;
            return database.CommitAsync(mutations, ct);
        }

        public Task<T> TransactAsync<T>(Func<ITransaction, Task<T>> body, CancellationToken ct)
        {
            Transactions++;
            return database.TransactAsync(body, ct);
        }
    }
}
