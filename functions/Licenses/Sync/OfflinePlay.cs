using Spotify.Domain;
using Spotify.Domain.Data;

namespace Spotify.Functions.Licenses.Sync;

/// <summary>A play without a connection, a row of the table <c>OfflinePlays</c>.</summary>
/// <param name="EventId">The id of the event that reported it, unique among those of the user.</param>
/// <param name="DeviceId">The device.</param>
/// <param name="StartedAt">The start, by the server's clock: the end minus the time that was heard.</param>
/// <param name="EndedAt">The end, by the server's clock.</param>
internal sealed record OfflinePlay(string EventId, string DeviceId, DateTimeOffset StartedAt, DateTimeOffset EndedAt)
{
    /// <summary>The duration up to which plays of two devices may overlap, because clocks differ.</summary>
    public static readonly TimeSpan AllowedOverlap = TimeSpan.FromSeconds(30);

    /// <summary>The table.</summary>
    public static Table Table { get; } = Schema.Current.Table("OfflinePlays");

    /// <summary>
    /// Returns the play of an event; null if the device's id is not 22 base62 characters, or if the play is too short to overlap with
    /// another one.
    /// </summary>
    /// <param name="eventId">The id of the event.</param>
    /// <param name="deviceId">The device that the event names, registered or not.</param>
    /// <param name="endedAt">The end.</param>
    /// <param name="playedMs">The time that was heard, in milliseconds, up to a day.</param>
    public static OfflinePlay? Of(string eventId, string? deviceId, DateTimeOffset endedAt, long playedMs) =>
        SpotifyId.IsValid(deviceId) && playedMs > AllowedOverlap.TotalMilliseconds
            ? new OfflinePlay(eventId, deviceId!, endedAt.AddMilliseconds(-playedMs), endedAt)
            : null;

    /// <summary>Reads a play from a row.</summary>
    public static OfflinePlay FromRow(Row row) =>
        new(row.String("EventId"), row.String("DeviceId"), row.Timestamp("StartedAt"), row.Timestamp("EndedAt"));

    /// <summary>Returns whether this and another play overlap after a time, by more than <see cref="AllowedOverlap"/>.</summary>
    public bool Overlaps(OfflinePlay other, DateTimeOffset since)
    {
        var start = StartedAt > other.StartedAt ? StartedAt : other.StartedAt;
        var end = EndedAt < other.EndedAt ? EndedAt : other.EndedAt;
        return end - (start > since ? start : since) > AllowedOverlap;
    }

    /// <summary>Returns the mutation that adds the play, which no sync has checked yet.</summary>
    public Mutation Upsert(string userId) => Mutation.Upsert(
        Table,
        ("UserId", userId),
        ("EventId", EventId),
        ("DeviceId", DeviceId),
        ("StartedAt", StartedAt),
        ("EndedAt", EndedAt),
        ("IsChecked", false));

    /// <summary>Returns the mutation that marks the play as checked.</summary>
    public Mutation Check(string userId) => Mutation.Update(Table, ("UserId", userId), ("EventId", EventId), ("IsChecked", true));
}
