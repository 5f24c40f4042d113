using System.Globalization;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Local;
using Spotify.Local.Database;
using Spotify.Local.LiveDocuments;
using Spotify.Player;

namespace Spotify.Benchmarks.Player;

/// <summary>
/// Listeners with Premium who play an album on a speaker and have a phone, as rows and live documents of a data directory.
/// </summary>
internal static class PlayerData
{
    /// <summary>The active device, whose connection receives the events.</summary>
    public const string Speaker = "speaker";

    /// <summary>The device that sends the commands.</summary>
    public const string Phone = "phone";

    /// <summary>The app of both devices.</summary>
    public const string ClientId = "0123456789abcdef0123456789abcdef";

    /// <summary>The duration of each track, in milliseconds.</summary>
    public const long DurationMs = 200_000;

    private const int AtOnce = 1_000;

    /// <summary>Returns the id of a listener.</summary>
    public static string Listener(int index) => string.Create(CultureInfo.InvariantCulture, $"listener-{index}");

    /// <summary>Writes users and documents.</summary>
    public static async Task WriteAsync(string directory, int listeners)
    {
        var data = new DataDirectory(directory);
        using var database = new SqliteDatabase(data.Database, Schema.Current);
        var now = Instant.Truncate(DateTimeOffset.UtcNow);
        foreach (var page in Enumerable.Range(0, listeners).Select(Listener).Chunk(AtOnce))
            await database.CommitAsync(
                [.. page.Select(id => new User(id, id, null, "SE", Product.Premium, false, false, null, now).Insert())], default);
        using var states = new SqlitePlayerStates(data.Players);
        await WriteDocumentsAsync(states, listeners);
    }

    /// <summary>Writes documents.</summary>
    public static async Task WriteDocumentsAsync(IPlayerStates states, int listeners)
    {
        var document = new PlayerDocument(1, PlayerStateJson.Serialize(State(DateTimeOffset.UtcNow), 1));
        foreach (var page in Enumerable.Range(0, listeners).Chunk(AtOnce))
            await Task.WhenAll(page.Select(index => states.TryWriteAsync(Listener(index), null, document, default)));
    }

    // In the middle of a long album, with a queue. The leases last longer than the benchmark.
    private static PlayerState State(DateTimeOffset now) => new()
    {
        Devices = [Device(Speaker, "speaker", now), Device(Phone, "smartphone", now)],
        ActiveDeviceId = Speaker,
        Context = new PlayContext($"spotify:album:{SpotifyId.FromName("album")}", "album"),
        Item = Item(51, ItemSource.Context),
        Position = new PlayerPosition(now, 0, IsPlaying: true),
        Previous = [.. Enumerable.Range(1, PlayerLimits.MaxPrevious).Select(number => Item(number, ItemSource.Context))],
        Queue = [.. Enumerable.Range(200, 5).Select(number => Item(number, ItemSource.Queue))],
        Next = [.. Enumerable.Range(52, PlayerLimits.MaxNext).Select(number => Item(number, ItemSource.Context))],
        NextIsComplete = true,
        Autoplay = AutoplayState.Done,
        ContextKey = SpotifyId.FromName("51"),
        NextUid = 300,
    };

    private static PlayerDevice Device(string id, string type, DateTimeOffset now) =>
        new(id, ClientId, $"Benchmark {id}", type, 50, now, now.AddDays(1));

    private static PlayerItem Item(int number, ItemSource source)
    {
        var text = number.ToString(CultureInfo.InvariantCulture);
        var id = SpotifyId.FromName(text);
        return new PlayerItem(text, $"spotify:track:{id}", DurationMs, source, source == ItemSource.Context ? id : null);
    }
}
