using System.Buffers;
using System.Text;
using Spotify.Domain;
using Spotify.Domain.Users;

namespace Spotify.Events;

/// <summary>The rules for the events of apps: sizes, URIs and clocks.</summary>
public static class EventRules
{
    /// <summary>The maximum number of events in a request.</summary>
    public const int MaxEvents = 500;

    /// <summary>The maximum length of the ids of events and devices, in characters.</summary>
    public const int MaxIdLength = 64;

    /// <summary>The maximum duration of a track and of a play, in milliseconds: a day.</summary>
    public const long MaxDurationMs = 24 * 60 * 60 * 1000;

    /// <summary>The maximum length of a URI, in bytes.</summary>
    internal const int MaxUriLength = 32 + (User.MaxIdLength * 4);

    /// <summary>A smaller difference between the clocks of the client and the server is not corrected.</summary>
    public static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(2);

    /// <summary>A timestamp that is further in the future is rejected. A smaller one becomes the time of receipt.</summary>
    public static readonly TimeSpan MaxFuture = TimeSpan.FromHours(24);

    /// <summary>
    /// The maximum age of an event. Half of the retention of the listening history, so that an event that is reported again is always
    /// recognized by its id. Longer than an offline license, which lasts 30 days.
    /// </summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromDays(45);

    private static readonly SearchValues<byte> AdIdCharacters =
        SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_"u8);

    /// <summary>Returns the correction of the timestamps of a request: zero, if the clocks differ by at most the tolerance.</summary>
    /// <param name="sentAt">The client's time when the request was sent; null if unknown.</param>
    /// <param name="receivedAt">The server's time when the request was received.</param>
    public static TimeSpan ClockCorrection(DateTimeOffset? sentAt, DateTimeOffset receivedAt) =>
        receivedAt - sentAt is { } difference && difference.Duration() > ClockTolerance ? difference : TimeSpan.Zero;

    /// <summary>Corrects a timestamp.</summary>
    /// <param name="timestamp">The timestamp by the client's clock.</param>
    /// <param name="correction">The correction of the request.</param>
    /// <param name="receivedAt">The server's time when the request was received.</param>
    /// <param name="corrected">The timestamp by the server's clock, not later than <paramref name="receivedAt"/>.</param>
    /// <returns>The reason for a rejection; null if the timestamp is accepted.</returns>
    public static string? Correct(
        DateTimeOffset timestamp, TimeSpan correction, DateTimeOffset receivedAt, out DateTimeOffset corrected)
    {
        // The difference of two timestamps always fits, their sum may not.
        var age = receivedAt - timestamp - correction;
        corrected = receivedAt;
        if (age < -MaxFuture) return "timestamp is more than 24 hours in the future";
        if (age > MaxAge) return "timestamp is more than 45 days old";
        if (age > TimeSpan.Zero) corrected = receivedAt - age;
        return null;
    }

    /// <summary>Returns whether an event of the type must have a URI.</summary>
    internal static bool RequiresUri(EventType type) => type is not (EventType.Search or EventType.FetchFailure or EventType.Ui);

    /// <summary>Returns whether a URI is valid for events of the type.</summary>
    internal static bool IsValidUri(EventType type, ReadOnlySpan<byte> uri) => type switch
    {
        EventType.StreamStart or EventType.StreamProgress or EventType.StreamEnd or EventType.Skip or EventType.FetchFailure =>
            IsEntity(uri, out var entity) && IsPlayable(entity),
        EventType.PlaylistAdd => IsEntity(uri, out var entity) && entity is EntityType.Track or EntityType.Episode,
        EventType.AdImpression => IsAd(uri) || IsEntity(uri, out _),
        _ => IsEntity(uri, out _),
    };

    /// <summary>Returns whether text is the URI of an entity.</summary>
    internal static bool IsEntity(ReadOnlySpan<byte> uri, out EntityType type) =>
        SpotifyUri.IsValid(uri, out type) && (type != EntityType.User || IsText(uri, MaxUriLength));

    /// <summary>Returns whether UTF-8 text is valid Unicode of 1 to a number of characters, without control characters.</summary>
    internal static bool IsText(ReadOnlySpan<byte> text, int maxLength)
    {
        if (text.IsEmpty || text.ContainsAnyInRange((byte)0, (byte)0x1F) || text.Contains((byte)0x7F)) return false;
        return Ascii.IsValid(text)
            ? text.Length <= maxLength
            : System.Text.Unicode.Utf8.IsValid(text) && Encoding.UTF8.GetCharCount(text) <= maxLength;
    }

    private static bool IsPlayable(EntityType type) => type is EntityType.Track or EntityType.Episode or EntityType.Chapter;

    private static bool IsAd(ReadOnlySpan<byte> uri) =>
        uri.StartsWith("spotify:ad:"u8) && uri["spotify:ad:"u8.Length..] is { Length: > 0 and <= MaxIdLength } id
        && id.IndexOfAnyExcept(AdIdCharacters) < 0;
}
