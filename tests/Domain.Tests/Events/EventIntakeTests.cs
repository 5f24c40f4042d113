using System.Text;
using System.Text.Json;
using Spotify.Domain.Users;
using Spotify.Events;

namespace Spotify.Domain.Tests.Events;

public sealed class EventIntakeTests
{
    private const string Track = "spotify:track:4uLU6hMCjMI75M1A2tKUQC";

    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly EventSource Source = new("ada \"é\"", "SE", Product.Premium, "app", Now);

    private static readonly string[] Valid =
    [
        Event("stream_start", $"\"uri\":\"{Track}\""),
        End(""),
        End("\"context_uri\":\"spotify:playlist:4uLU6hMCjMI75M1A2tKUQC\",\"device_id\":\"phone \\u00e9 🎵\""),
        End("\"context_uri\":null,\"device_id\":null,\"duration_ms\":null,\"other\":{\"id\":[1,{\"a\":null}]}"),
        Event("stream_progress", $"\"uri\":\"{Track}\",\"played_ms\":0"),
        Event("skip", $"\"uri\":\"spotify:episode:4uLU6hMCjMI75M1A2tKUQC\""),
        Event("save", "\"uri\":\"spotify:album:4uLU6hMCjMI75M1A2tKUQC\""),
        Event("playlist_add", $"\"uri\":\"{Track}\",\"context_uri\":\"spotify:user:bj\\u00f6rk\""),
        Event("search", ""),
        Event("impression", "\"uri\":\"spotify:user:ada\""),
        Event("fetch_failure", "\"uri\":\"spotify\\u003atrack:4uLU6hMCjMI75M1A2tKUQC\""),
        Event("ad_impression", "\"uri\":\"spotify:ad:a1-B_2\""),
        Event("ui", "\"end_reason\":\"completed\",\"type\":\"u\\u0069\""),
    ];

    [Fact]
    public void Events_are_divided_by_value_in_the_format_of_the_messages()
    {
        using var intake = EventIntake.Read(Body(Valid), Source);
        Assert.Empty(intake.Rejected);
        var (playback, telemetry) = (Batch(intake.Playback!), Batch(intake.Telemetry!));
        Assert.Equal((Source.UserId, "SE", "app", Now), (playback.UserId, playback.Country, playback.AppId, playback.ReceivedAt));
        Assert.Equal(Product.Premium, playback.Product);
        Assert.Empty(playback.Changes);
        Assert.All(playback.Events, @event => Assert.True(@event.IsPlayback));
        Assert.All(telemetry.Events, @event => Assert.False(@event.IsPlayback));
        Assert.Equal((5, 8), (playback.Events.Count, telemetry.Events.Count));
        Assert.Equal((5, 8), (intake.Playback!.Count, intake.Telemetry!.Count));
        Assert.Equal(3, intake.CountOf(EventType.StreamEnd));
        Assert.Equal(
            new ClientEvent("e", EventType.StreamEnd, Now.AddMinutes(-1))
            {
                Uri = Track,
                PlayedMs = 31000,
                DurationMs = 200000,
                EndReason = EndReason.Completed,
                ContextUri = "spotify:playlist:4uLU6hMCjMI75M1A2tKUQC",
                DeviceId = "phone é 🎵",
            },
            playback.Events[2]);
        Assert.Null(playback.Events[3].DeviceId);
        Assert.Equal("spotify:user:björk", telemetry.Events[3].ContextUri);
        Assert.Equal(Track, telemetry.Events[6].Uri);
        Assert.Null(telemetry.Events[7].EndReason);
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    [InlineData("null", false)]
    public void Offline_plays_are_marked(string offline, bool expected)
    {
        using var intake = EventIntake.Read(Body(End($"\"device_id\":\"a\",\"offline\":{offline}"), End("\"offline\":false")), Source);
        Assert.Equal([expected, false], Batch(intake.Playback!).Events.Select(@event => @event.IsOffline));
    }

    [Theory]
    [InlineData("5", "an event must be an object")]
    [InlineData("[{}]", "an event must be an object")]
    [InlineData("{}", "id must")]
    [InlineData("""{"id":""}""", "id must")]
    [InlineData("""{"id":7}""", "id must")]
    [InlineData("""{"id":{"a":["b"]}}""", "id must")]
    [InlineData("""{"id":"\ud83c"}""", "id must")]
    [InlineData("""{"id":"\u0000"}""", "id must")]
    [InlineData("""{"id":"00000000000000000000000000000000000000000000000000000000000000001"}""", "id must")]
    [InlineData("""{"id":"e"}""", "unknown type")]
    [InlineData("""{"id":"e","type":"play"}""", "unknown type")]
    [InlineData("""{"id":"e","type":"StreamEnd"}""", "unknown type")]
    [InlineData("""{"id":"e","type":1}""", "unknown type")]
    [InlineData("""{"id":"e","type":"stream_start"}""", "uri is not valid")]
    [InlineData("""{"id":"e","type":"stream_start","uri":"spotify:album:4uLU6hMCjMI75M1A2tKUQC"}""", "uri is not valid")]
    [InlineData("""{"id":"e","type":"stream_start","uri":"spotify:track:4uLU6hMCjMI75M1A2tKUQ"}""", "uri is not valid")]
    [InlineData("""{"id":"e","type":"ui","uri":"spotify:user:\u0001"}""", "uri is not valid")]
    [InlineData("""{"id":"e","type":"ui","uri":"https://a.example"}""", "uri is not valid")]
    [InlineData("""{"id":"e","type":"ad_impression","uri":"spotify:ad:"}""", "uri is not valid")]
    [InlineData("""{"id":"e","type":"ui"}""", "timestamp must")]
    [InlineData("""{"id":"e","type":"ui","timestamp":"2026-03-01"}""", "timestamp must")]
    [InlineData("""{"id":"e","type":"ui","timestamp":"2026-03-01T11:00:00"}""", "timestamp must")]
    [InlineData("""{"id":"e","type":"ui","timestamp":1772366400}""", "timestamp must")]
    [InlineData("""{"id":"e","type":"ui","timestamp":"9999-12-31T23:59:59Z"}""", "more than 24 hours in the future")]
    [InlineData("""{"id":"e","type":"ui","timestamp":"0001-01-01T00:00:00Z"}""", "more than 45 days old")]
    [InlineData("""{"id":"e","type":"ui","context_uri":"playlist"}""", "context_uri must")]
    [InlineData("""{"id":"e","type":"ui","device_id":""}""", "device_id must")]
    [InlineData("""{"id":"e","type":"ui","offline":1}""", "offline must")]
    [InlineData("""{"id":"e","type":"ui","offline":"true","device_id":"a"}""", "offline must")]
    [InlineData("""{"id":"e","type":"ui","offline":{"a":[1]}}""", "offline must")]
    [InlineData("""{"id":"e","type":"ui","offline":true}""", "device_id is required")]
    [InlineData("""{"id":"e","type":"ui","offline":true,"device_id":null}""", "device_id is required")]
    [InlineData("""{"id":"e","type":"ui","played_ms":-1}""", "played_ms must")]
    [InlineData("""{"id":"e","type":"ui","played_ms":1.5}""", "played_ms must")]
    [InlineData("""{"id":"e","type":"ui","played_ms":86400001}""", "played_ms must")]
    [InlineData("""{"id":"e","type":"ui","played_ms":1e999}""", "played_ms must")]
    [InlineData("""{"id":"e","type":"ui","duration_ms":99999999999999999999999}""", "duration_ms must")]
    [InlineData("""{"id":"e","type":"ui","end_reason":"bored"}""", "end_reason must")]
    [InlineData("""{"id":"e","type":"stream_end","uri":"spotify:track:4uLU6hMCjMI75M1A2tKUQC"}""", "played_ms must")]
    [InlineData("""{"id":"e","type":"stream_end","uri":"spotify:track:4uLU6hMCjMI75M1A2tKUQC","played_ms":1}""", "end_reason must")]
    public void A_bad_event_is_rejected_with_its_index_and_reason_and_the_others_are_accepted(string @event, string reason)
    {
        using var intake = EventIntake.Read(Body(Valid[0], @event, Valid[1]), Source);
        var rejected = Assert.Single(intake.Rejected);
        Assert.Equal(1, rejected.Index);
        Assert.StartsWith(reason, rejected.Reason.Replace("timestamp is ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(2, Batch(intake.Playback!).Events.Count);
        Assert.Null(intake.Telemetry);
    }

    [Fact]
    public void Ends_of_streams_have_a_position_and_other_events_do_not()
    {
        using var intake = EventIntake.Read(
            Body(
                End("\"position_ms\":12345"), End("\"position_ms\":0"), End("\"position_ms\":null"),
                Event("stream_start", $"\"uri\":\"{Track}\",\"position_ms\":1")),
            Source);
        Assert.Empty(intake.Rejected);
        Assert.Equal([12345, 0, null, null], Batch(intake.Playback!).Events.Select(@event => @event.PositionMs));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("\"1\"")]
    [InlineData("1.5")]
    [InlineData("86400001")]
    [InlineData("{\"a\":[1]}")]
    public void An_invalid_position_rejects_ends_of_streams_and_is_ignored_in_other_events(string position)
    {
        var member = $"\"position_ms\":{position}";
        var start = Event("stream_start", $"{member},\"uri\":\"{Track}\"");
        using var intake = EventIntake.Read(Body(start, End(member), Event("ui", member)), Source);
        var rejected = Assert.Single(intake.Rejected);
        Assert.Equal((1, "position_ms must be an integer from 0 to 86400000"), (rejected.Index, rejected.Reason));
        Assert.Null(Assert.Single(Batch(intake.Playback!).Events).PositionMs);
        Assert.NotNull(intake.Telemetry);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"events":{}}""")]
    [InlineData("""{"events":[],"events":[]}""")]
    [InlineData("""{"events":[]}x""")]
    [InlineData("""{"events":[]""")]
    [InlineData("""{"events":[{"id":"a]}""")]
    [InlineData("""{"sent_at":"now","events":[]}""")]
    [InlineData("""{"sent_at":"2026-03-01T12:00:00Z","sent_at":null,"events":[]}""")]
    public void A_body_of_another_format_is_an_error(string body) =>
        Assert.Throws<FormatException>(() => EventIntake.Read(Encoding.UTF8.GetBytes(body), Source).Dispose());

    [Fact]
    public void A_body_that_is_nested_too_deeply_is_an_error() => Assert.Throws<FormatException>(
        () => EventIntake.Read(Body(new string('[', 100_000) + new string(']', 100_000)), Source).Dispose());

    [Fact]
    public void A_body_has_at_most_500_events()
    {
        using (var intake = EventIntake.Read(Body([.. Enumerable.Repeat(Valid[0], 500)]), Source))
            Assert.Equal(500, intake.Playback!.Count);
        Assert.Throws<FormatException>(() => EventIntake.Read(Body([.. Enumerable.Repeat("1", 501)]), Source).Dispose());
    }

    [Theory]
    // The client's clock is right, or nearly: the timestamp is kept.
    [InlineData(null, "2026-03-01T11:58:30.5Z", "2026-03-01T11:58:30.5Z")]
    [InlineData("2026-03-01T11:58:30Z", "2026-03-01T11:00:00Z", "2026-03-01T11:00:00Z")]
    [InlineData(null, "2026-03-01T16:29:00+05:30", "2026-03-01T10:59:00Z")]
    // It is wrong: the timestamp is corrected.
    [InlineData("2026-03-01T11:50:00Z", "2026-03-01T11:40:00Z", "2026-03-01T11:50:00Z")]
    [InlineData("2027-03-01T12:00:00Z", "2027-02-28T12:00:00Z", "2026-02-28T12:00:00Z")]
    [InlineData("1970-01-01T00:10:00Z", "1970-01-01T00:00:00Z", "2026-03-01T11:50:00Z")]
    [InlineData("0001-01-01T00:10:00Z", "0001-01-01T00:00:00Z", "2026-03-01T11:50:00Z")]
    // In the future: the time of receipt.
    [InlineData(null, "2026-03-01T12:01:59Z", "2026-03-01T12:00:00Z")]
    [InlineData(null, "2026-03-02T12:00:00Z", "2026-03-01T12:00:00Z")]
    [InlineData("2026-03-01T11:50:00Z", "2026-03-01T11:55:00Z", "2026-03-01T12:00:00Z")]
    [InlineData(null, "2026-03-02T12:00:01Z", null)]
    [InlineData("2026-03-01T11:00:00Z", "2026-03-02T11:00:01Z", null)]
    // Old.
    [InlineData(null, "2026-01-15T12:00:00Z", "2026-01-15T12:00:00Z")]
    [InlineData(null, "2026-01-15T11:59:59Z", null)]
    [InlineData("2026-03-01T13:00:00Z", "2026-01-15T12:59:59Z", null)]
    [InlineData("9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", null)]
    [InlineData("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", null)]
    public void Timestamps_follow_the_clock_rule(string? sentAt, string timestamp, string? expected)
    {
        var @event = $$"""{"id":"e","type":"ui","timestamp":"{{timestamp}}"}""";
        var time = sentAt is null ? "null" : $"\"{sentAt}\"";
        string[] bodies = [$$"""{"sent_at":{{time}},"events":[{{@event}}]}""", $$"""{"events":[{{@event}}],"sent_at":{{time}}}"""];
        foreach (var body in bodies)
        {
            using var intake = EventIntake.Read(Encoding.UTF8.GetBytes(body), Source);
            DateTimeOffset? corrected = intake.Telemetry is { } message ? Batch(message).Events.Single().Timestamp : null;
            Assert.Equal(expected is null ? null : DateTimeOffset.Parse(expected, null), corrected);
            Assert.Equal(expected is null ? 1 : 0, intake.Rejected.Count);
        }
    }

    [Fact]
    public void Random_changes_of_a_body_give_valid_messages_or_an_error()
    {
        var random = new Random(14);
        string[] fragments = ["\"id\":", "{", "}", "[", "]", "\\ud800", "\\u0000", "\"", ",", "1e999", "-", "null", "\xff", "é", "sent_at"];
        var body = Body(Valid);
        for (var i = 0; i < 20_000; i++)
        {
            var changed = body.ToList();
            for (var changes = random.Next(1, 5); changes > 0; changes--)
            {
                var at = random.Next(changed.Count);
                switch (random.Next(4))
                {
                    case 0:
                        changed[at] = (byte)random.Next(256);
                        break;
                    case 1:
                        changed.RemoveRange(at, Math.Min(random.Next(1, 40), changed.Count - at));
                        break;
                    case 2:
                        changed.InsertRange(at, Encoding.Latin1.GetBytes(fragments[random.Next(fragments.Length)]));
                        break;
                    default:
                        changed.InsertRange(at, changed.GetRange(random.Next(at), Math.Min(random.Next(1, 200), changed.Count - at)));
                        break;
                }

                if (changed.Count == 0) break;
            }

            Check([.. changed]);
        }
    }

    [Fact]
    public void Random_bytes_are_an_error()
    {
        var random = new Random(14);
        for (var i = 0; i < 10_000; i++)
        {
            var bytes = new byte[random.Next(64)];
            random.NextBytes(bytes);
            Check(bytes);
        }
    }

    private static void Check(byte[] body)
    {
        try
        {
            using var intake = EventIntake.Read(body, Source);
            foreach (var message in new[] { intake.Playback, intake.Telemetry })
            {
                if (message is null) continue;
                var batch = Batch(message);
                Assert.Equal(message.Count, batch.Events.Count);
                Assert.All(batch.Events, @event =>
                {
                    Assert.InRange(@event.Id.Length, 1, 64);
                    Assert.InRange(@event.Timestamp, Now.AddDays(-45), Now);
                    Assert.InRange(@event.PlayedMs ?? 0, 0, 86_400_000);
                    Assert.True(@event.Type != EventType.StreamEnd || @event is { EndReason: not null, PlayedMs: not null, Uri: not null });
                });
            }
        }
        catch (FormatException)
        {
        }
    }

    private static EventBatch Batch(EventMessage message) => JsonSerializer.Deserialize(message.Body.Span, EventJson.Default.EventBatch)!;

    private static byte[] Body(params string[] events) =>
        Encoding.UTF8.GetBytes($$"""{"version":1,"events":[{{string.Join(',', events)}}]}""");

    private static string End(string members) => Event(
        "stream_end",
        $"\"uri\":\"{Track}\",\"played_ms\":31000,\"duration_ms\":200000,\"end_reason\":\"completed\""
            + $"{(members.Length > 0 ? "," : "")}{members}");

    private static string Event(string type, string members) =>
        $$"""{"id":"e","type":"{{type}}","timestamp":"2026-03-01T11:59:00Z"{{(members.Length > 0 ? "," : "")}}{{members}}}""";
}
