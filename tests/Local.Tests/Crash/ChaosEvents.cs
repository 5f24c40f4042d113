using System.Globalization;
using System.Text.Json.Nodes;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Fixtures;

namespace Spotify.Local.Tests.Crash;

/// <summary>The plays of a user, with their engagement in thousandths.</summary>
public readonly record struct PlayTotals(long Plays, long PlayedMs, long Engagement);

/// <summary>
/// Random events of users, as their apps send them: a fifth of the events twice, shuffled within ten minutes, in batches of any size. Knows
/// what the events sum up to.
/// </summary>
internal sealed class ChaosEvents
{
    private static readonly TimeSpan Duration = TimeSpan.FromHours(3);
    private static readonly TimeSpan Disorder = TimeSpan.FromMinutes(10);

    private static readonly Playable[] Playables =
        [TestCatalog.Dawn, TestCatalog.Explicit, TestCatalog.Duet, TestCatalog.Swedish, TestCatalog.Pilot, TestCatalog.Chapter];

    private readonly Random random;

    public ChaosEvents(int users, int eventsPerUser, int seed, DateTimeOffset now)
    {
        random = new Random(seed);
        Start = now - Duration - Disorder;
        var batches = new List<(DateTimeOffset At, string User, string Json)>();
        for (var i = 0; i < users; i++)
        {
            var user = $"listener-{i}";
            var truth = new Truth();
            var deliveries = new List<(DateTimeOffset At, JsonObject Event)>();
            for (var n = 0; n < eventsPerUser; n++)
            {
                var at = Start + (Duration * random.NextDouble());
                var reported = NewEvent($"{n:x}-{random.Next():x}", at, truth);
                deliveries.Add((at + (Disorder * random.NextDouble()), reported));
                if (random.Next(5) == 0) deliveries.Add((at + (Disorder * random.NextDouble()), reported));
            }

            Users.Add(user, truth);
            deliveries.Sort((a, b) => a.At.CompareTo(b.At));
            for (var sent = 0; sent < deliveries.Count;)
            {
                var batch = deliveries.Skip(sent).Take(random.Next(1, 250)).ToList();
                sent += batch.Count;
                batches.Add((batch[^1].At, user, Json(batch.Select(delivery => delivery.Event))));
            }
        }

        Batches = [.. batches.OrderBy(batch => batch.At).Select(batch => (batch.User, batch.Json))];
    }

    /// <summary>The time of the first event.</summary>
    public DateTimeOffset Start { get; }

    /// <summary>The bodies of the requests, in the order in which they are sent.</summary>
    public IReadOnlyList<(string User, string Json)> Batches { get; }

    /// <summary>The expected records, by user.</summary>
    public Dictionary<string, Truth> Users { get; } = new(StringComparer.Ordinal);

    /// <summary>The number of plays.</summary>
    public long Plays => Users.Values.Sum(truth => truth.Totals.Plays);

    private static string Json(IEnumerable<JsonObject> events) =>
        $$"""{"events":[{{string.Join(',', events.Select(reported => reported.ToJsonString()))}}]}""";

    private JsonObject NewEvent(string id, DateTimeOffset at, Truth truth)
    {
        var playable = Playables[random.Next(Playables.Length)];
        var reported = new JsonObject
        {
            ["id"] = id,
            ["timestamp"] = at.UtcDateTime.ToString("o", CultureInfo.InvariantCulture),
            ["uri"] = new SpotifyUri(playable.Type, playable.Id).ToString(),
            ["device_id"] = $"phone-{random.Next(3)}",
        };
        switch (random.Next(20))
        {
            case < 12:
                return End(reported, playable, truth);
            case < 15:
                reported["type"] = "stream_start";
                return reported;
            case < 18:
                reported["type"] = "stream_progress";
                reported["played_ms"] = 30_000;
                return reported;
            case 18:
                truth.Ads++;
                reported["type"] = "ad_impression";
                reported["uri"] = "spotify:ad:1";
                return reported;
            default:
                // Never uploaded.
                reported["uri"] = $"spotify:track:{SpotifyId.FromName("unknown")}";
                return End(reported, null, truth);
        }
    }

    private JsonObject End(JsonObject reported, Playable? playable, Truth truth)
    {
        var (played, reason) = (random.NextInt64(playable is null || random.Next(2) == 0 ? 60_000 : 2_000_000), random.Next(3));
        reported["type"] = "stream_end";
        reported["played_ms"] = played;
        reported["duration_ms"] = random.Next(1, 1_000_000);
        reported["end_reason"] = reason switch { 0 => "completed", 1 => "skipped", _ => "error" };
        if (playable is null) return reported;

        var counted = Math.Min(played, playable.DurationMs);
        var engagement = reason switch
        {
            0 => 1000,
            1 when counted < 30_000 => -500,
            1 => counted * 1000 / playable.DurationMs,
            _ => 0,
        };
        var (plays, playedMs, sum) = truth.Totals;
        truth.Totals = new PlayTotals(plays + 1, playedMs + counted, sum + engagement);
        return reported;
    }

    /// <summary>The expected records of a user.</summary>
    public sealed class Truth
    {
        public PlayTotals Totals { get; set; }

        public long Ads { get; set; }
    }
}
