using Spotify.Domain.Data;

namespace Spotify.Functions.Licenses.Devices;

/// <summary>A device that plays offline.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Id">The id, which follows from <paramref name="SigningKey"/>.</param>
/// <param name="Name">The name that the listener sees.</param>
/// <param name="Type">The type, such as <c>smartphone</c>: see <see cref="DeviceTypes"/>.</param>
/// <param name="SigningKey">The public key with which the device signs, as a JSON Web Key.</param>
/// <param name="AgreementKey">The public key to which content keys are encrypted, as a JSON Web Key.</param>
/// <param name="Tracks">The number of tracks, episodes and chapters that are wanted or licensed.</param>
/// <param name="Collections">The number of playlists, albums and audiobooks.</param>
/// <param name="Members">The number of items in <paramref name="Collections"/>; an item of two collections counts twice.</param>
/// <param name="Revision">The number of changes of the device's tracks.</param>
/// <param name="Serial">
/// The serial number of the newest license; before the first one, the milliseconds from 1970 to the registration.
/// </param>
/// <param name="SuspendedAt">When overlapping plays suspended the device; null if it is not suspended.</param>
/// <param name="ChosenAt">When the listener last chose between this device and others; null if never.</param>
/// <param name="RemovedAt">When its removal began; null for all devices that exist for listeners.</param>
/// <param name="RegisteredAt">When it was registered.</param>
/// <param name="SeenAt">When it last registered or synced.</param>
public sealed record Device(
    string UserId,
    string Id,
    string Name,
    string Type,
    string SigningKey,
    string AgreementKey,
    long Tracks,
    long Collections,
    long Members,
    long Revision,
    long Serial,
    DateTimeOffset? SuspendedAt,
    DateTimeOffset? ChosenAt,
    DateTimeOffset? RemovedAt,
    DateTimeOffset RegisteredAt,
    DateTimeOffset SeenAt)
{
    /// <summary>The table <c>Devices</c>.</summary>
    public static Table Table { get; } = Schema.Current.Table("Devices");

    /// <summary>Whether the listener has chosen another device after the suspension, so that this one loses what it keeps.</summary>
    public bool HasLost => SuspendedAt is { } suspended && ChosenAt >= suspended;

    /// <summary>Reads a device from a row of <see cref="Table"/>.</summary>
    public static Device FromRow(Row row) => new(
        row.String("UserId"),
        row.String("DeviceId"),
        row.String("Name"),
        row.String("Type"),
        row.String("SigningKey"),
        row.String("AgreementKey"),
        row.Int64("Tracks"),
        row.Int64("Collections"),
        row.Int64("Members"),
        row.Int64("Revision"),
        row.Int64("Serial"),
        row.TimestampOrNull("SuspendedAt"),
        row.TimestampOrNull("ChosenAt"),
        row.TimestampOrNull("RemovedAt"),
        row.Timestamp("RegisteredAt"),
        row.Timestamp("SeenAt"));

    /// <summary>Returns the mutation that inserts the device.</summary>
    public Mutation Insert() => Mutation.Insert(
        Table,
        ("UserId", UserId),
        ("DeviceId", Id),
        ("Name", Name),
        ("Type", Type),
        ("SigningKey", SigningKey),
        ("AgreementKey", AgreementKey),
        ("Tracks", Tracks),
        ("Collections", Collections),
        ("Members", Members),
        ("Revision", Revision),
        ("Serial", Serial),
        ("SuspendedAt", SuspendedAt),
        ("ChosenAt", ChosenAt),
        ("RemovedAt", RemovedAt),
        ("RegisteredAt", RegisteredAt),
        ("SeenAt", SeenAt));

    /// <summary>Returns the mutation that sets columns of the device.</summary>
    public Mutation Update(params ReadOnlySpan<(string Column, object? Value)> values) =>
        Mutation.Update(Table, [("UserId", UserId), ("DeviceId", Id), .. values]);
}
