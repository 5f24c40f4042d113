using System.Globalization;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Functions.Licenses.Devices;
using Spotify.Functions.Licenses.Issuing;
using Spotify.Web;

namespace Spotify.Functions.Licenses.Sync;

/// <summary>The stages of a sync, in order. Each is paged.</summary>
internal enum SyncStage
{
    /// <summary>The rows of the device are brought up to date with its playlists.</summary>
    Reconcile,

    /// <summary>Items to delete.</summary>
    Drops,

    /// <summary>Licenses that expire soon.</summary>
    Renewals,

    /// <summary>Items without a license.</summary>
    Wanted,

    /// <summary>Items with a license that were added or changed.</summary>
    Licensed,
}

/// <summary>
/// The position of a device in its syncs: the revision up to which it has seen all changes, and the page of the current sync. Contains no
/// secret and grants nothing: an invented cursor only shows the device's own changes from another revision on.
/// </summary>
/// <param name="DeviceId">The device.</param>
/// <param name="Epoch">
/// The times of the registration and of the last choice of the device. Revisions of different epochs cannot be compared.
/// </param>
/// <param name="StartedAt">When the sync began, in microseconds since 1970.</param>
/// <param name="Base">The revision that the device has seen; 0 for none.</param>
internal sealed record SyncCursor(string DeviceId, string Epoch, long StartedAt, long Base)
{
    /// <summary>
    /// How long a cursor is valid. Dropped rows are kept for 45 days, so that a device learns of each of them.
    /// </summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(40);

    // How far the clocks of instances may differ.
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    /// <summary>The stage.</summary>
    public SyncStage Stage { get; init; }

    /// <summary>The revision up to which the sync shows changes, fixed after <see cref="SyncStage.Reconcile"/>.</summary>
    public long Target { get; init; }

    /// <summary>The number before the position: the version of a playlist, a change, or a time in microseconds since 1970.</summary>
    public long Number { get; init; }

    /// <summary>The id before the position: that of the playlist that is reconciled, or of an item.</summary>
    public string Id { get; init; } = "";

    /// <summary>The order key before the position in the playlist <see cref="Id"/>; empty at its start.</summary>
    public string OrderKey { get; init; } = "";

    /// <summary>Whether the playlist <see cref="Id"/> is done.</summary>
    public bool IsPlaylistDone { get; init; } = true;

    /// <summary>The item up to which items were compared with the catalog; the next sync goes on there.</summary>
    public string Audited { get; init; } = "";

    /// <summary>Whether the sync shows everything that the device is to have.</summary>
    public bool IsFull => Base == 0;

    /// <summary>Returns the cursor at the beginning of a full sync.</summary>
    public static SyncCursor Full(Device device) => new(device.Id, EpochOf(device), 0, 0);

    /// <summary>Returns whether a sync of a device can begin or go on at the cursor. Otherwise a full sync is required.</summary>
    public bool IsUsable(Device device, DateTimeOffset now)
    {
        var age = now - Instant.FromMicroseconds(StartedAt);
        return Epoch == EpochOf(device) && Base <= device.Revision && Target <= device.Revision
            && age >= -ClockTolerance && age <= Lifetime;
    }

    /// <summary>Returns the cursor at the start of a stage.</summary>
    public SyncCursor At(SyncStage stage) => this with { Stage = stage, Number = 0, Id = "", OrderKey = "", IsPlaylistDone = true };

    /// <summary>Returns the cursor at the end of the sync, with which the next one begins.</summary>
    public SyncCursor End(string audited) => At(SyncStage.Reconcile) with { Base = Target, Target = 0, Audited = audited };

    /// <summary>Parses a cursor that <see cref="ToString"/> returns.</summary>
    /// <exception cref="ApiException">400: the format is invalid, or the cursor is that of another device.</exception>
    public static SyncCursor Parse(string text, string deviceId)
    {
        if (CursorText.Decode(text)?.Split(' ') is not
                [
                    "1", var device, var epoch, var startedAt, var @base, var target, var stage, var number, var id, var orderKey,
                    var isDone, var audited,
                ]
            || !SpotifyId.IsValid(device) || !CursorText.TryParse(startedAt, CursorText.MaxTime, out var started)
            || !CursorText.TryParse(@base, long.MaxValue, out var seen) || !CursorText.TryParse(target, long.MaxValue, out var until)
            || !CursorText.TryParse(stage, (long)SyncStage.Licensed, out var at)
            || !CursorText.TryParse(number, CursorText.MaxTime, out var after) || !IsIdOrEmpty(id) || !IsIdOrEmpty(audited)
            || !CursorText.TryParse(isDone, 1, out var done) || seen > (until == 0 ? seen : until))
            throw ApiException.BadRequest("Invalid cursor: the one of the previous sync is wanted");
        if (device != deviceId) throw ApiException.BadRequest("Invalid cursor: it is that of another device");
        return new SyncCursor(device, epoch, started, seen)
        {
            Stage = (SyncStage)at,
            Target = until,
            Number = after,
            Id = id,
            OrderKey = orderKey,
            IsPlaylistDone = done != 0,
            Audited = audited,
        };
    }

    /// <inheritdoc/>
    public override string ToString() => CursorText.Encode(string.Create(
        CultureInfo.InvariantCulture,
        $"1 {DeviceId} {Epoch} {StartedAt} {Base} {Target} {(int)Stage} {Number} {Id} {OrderKey} {(IsPlaylistDone ? 1 : 0)} {Audited}"));

    private static string EpochOf(Device device) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Instant.ToMicroseconds(device.RegisteredAt)}-{(device.ChosenAt is { } chosen ? Instant.ToMicroseconds(chosen) : 0)}");

    private static bool IsIdOrEmpty(string id) => id.Length == 0 || SpotifyId.IsValid(id);
}
