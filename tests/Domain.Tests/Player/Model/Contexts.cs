using System.Globalization;
using Spotify.Player;

namespace Spotify.Domain.Tests.Player.Model;

/// <summary>Contexts in memory, with the windows that a reader of the catalog returns.</summary>
internal static class Contexts
{
    private static readonly int[] Sizes = [1, 2, 7, 30, 60, 130];

    /// <summary>The contexts. Some items occur twice.</summary>
    public static IReadOnlyList<(PlayContext Context, IReadOnlyList<ModelTrack> Tracks)> All { get; } =
    [
        .. Sizes.Select((size, number) => (
            new PlayContext($"spotify:playlist:{number:D22}", "playlist"),
            (IReadOnlyList<ModelTrack>)[.. Enumerable.Range(0, size).Select(place => Track(number * 1000 + place * 9 / 10, place))])),
    ];

    public static string Key(int place) => place.ToString(CultureInfo.InvariantCulture);

    public static string Artist(string uri) => uri[^1..];

    /// <summary>Returns a track; each tenth is an episode, and each seventh has an unknown duration.</summary>
    public static ModelTrack Track(int number, int place = -1, ItemSource source = ItemSource.Context) => new(
        $"spotify:{(number % 10 == 9 ? "episode" : "track")}:{number:D22}", number % 7 == 6 ? 0 : 1000 * (1 + number % 50), source, place);

    public static ContextItem Item(ModelTrack track) =>
        new(Key(track.Place), track.Uri, track.Ms, track.Place < 0 ? null : Artist(track.Uri));

    /// <summary>Returns the window at an item, which lacks the next items at each second offset.</summary>
    public static ContextWindow Start(PlayContext context, int? offset, long? seed)
    {
        var tracks = Tracks(context);
        var order = Ordered(tracks, seed);
        var first = offset is { } place ? tracks[place] : order[0];
        var next = order.Skip(seed is not null && offset is not null ? 0 : order.IndexOf(first) + 1).ToList();
        var count = offset % 2 == 0 ? 0 : PlayerLimits.MaxNext;
        return new ContextWindow(
            seed is null ? [.. order.Take(order.IndexOf(first)).TakeLast(PlayerLimits.MaxPrevious).Select(Item)] : [],
            Item(first), [.. next.Take(count).Select(Item)], next.Count <= count);
    }

    /// <summary>Returns up to <paramref name="count"/> items after a key.</summary>
    public static ContextWindow After(PlayContext context, string? key, long? seed, int count)
    {
        var order = Ordered(Tracks(context), seed);
        var next = order.Skip(key is null ? 0 : order.FindIndex(track => Key(track.Place) == key) + 1).ToList();
        return new ContextWindow([], null, [.. next.Take(count).Select(Item)], next.Count <= count);
    }

    private static IReadOnlyList<ModelTrack> Tracks(PlayContext context) => All.Single(entry => entry.Context == context).Tracks;

    private static List<ModelTrack> Ordered(IReadOnlyList<ModelTrack> tracks, long? seed) => seed is { } value
        ? [.. ShuffleOrder.Order(value, [.. tracks.Select(track => new ShuffleItem(Key(track.Place), Artist(track.Uri)))])
            .Select(i => tracks[i])]
        : [.. tracks];
}
