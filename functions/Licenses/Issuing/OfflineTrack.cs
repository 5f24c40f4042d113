using Spotify.Audio;
using Spotify.Domain;
using Spotify.Domain.Data;

namespace Spotify.Functions.Licenses.Issuing;

/// <summary>The states of a track, episode or chapter on a device.</summary>
public enum OfflineState
{
    /// <summary>The device is to have it, and has no license for it in the wanted quality yet.</summary>
    Wanted,

    /// <summary>The device has a license, which may have expired.</summary>
    Licensed,

    /// <summary>The device is to delete it.</summary>
    Dropped,
}

/// <summary>A quality and codecs that a listener asked for.</summary>
/// <param name="Quality">The preferred quality.</param>
/// <param name="Codecs">Codecs the device supports, in order of preference. Empty means any.</param>
public sealed record OfflineFormat(AudioQuality Quality, IReadOnlyList<Codec> Codecs)
{
    /// <summary>The names of <see cref="Codecs"/>, separated by spaces.</summary>
    public string CodecNames => string.Join(' ', Codecs.Select(codec => codec.WireName));

    /// <summary>Reads the columns <c>Quality</c> and <c>Codecs</c>.</summary>
    public static OfflineFormat FromRow(Row row)
    {
        var codecs = new List<Codec>();
        foreach (var name in row.String("Codecs").Split(' ', StringSplitOptions.RemoveEmptyEntries))
            if (Audio.Codecs.TryParse(name, out var codec)) codecs.Add(codec);
        return new OfflineFormat(AudioQualities.TryParse(row.String("Quality"), out var quality) ? quality : AudioQuality.High, codecs);
    }

    /// <inheritdoc/>
    public bool Equals(OfflineFormat? other) => other is not null && Quality == other.Quality && Codecs.SequenceEqual(other.Codecs);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Quality, CodecNames);
}

/// <summary>A track, episode or chapter of a device: a row of <c>OfflineTracks</c>.</summary>
/// <param name="Uri">The item.</param>
/// <param name="State">The state.</param>
/// <param name="IsRequested">Whether the listener asked for the item itself, not only for a collection with it.</param>
/// <param name="Format">The quality and codecs asked for.</param>
/// <param name="Encoding">The licensed encoding, such as <c>high.ogg</c>; null if there was never a license.</param>
/// <param name="KeyId">The id of the licensed object's content key.</param>
/// <param name="Serial">The serial number of the newest license with the item.</param>
/// <param name="IssuedAt">When that license was issued.</param>
/// <param name="ExpiresAt">When the item stops to play.</param>
/// <param name="Change">The revision of the device with the last change of the row.</param>
/// <param name="AddedAt">When the device was first to have it.</param>
/// <param name="DroppedAt">When it was dropped; null unless it is.</param>
public sealed record OfflineTrack(
    SpotifyUri Uri,
    OfflineState State,
    bool IsRequested,
    OfflineFormat Format,
    string? Encoding,
    string? KeyId,
    long? Serial,
    DateTimeOffset? IssuedAt,
    DateTimeOffset? ExpiresAt,
    long Change,
    DateTimeOffset AddedAt,
    DateTimeOffset? DroppedAt)
{
    /// <summary>The columns that <see cref="FromRow"/> reads, of <c>OfflineTracks</c> under its own name.</summary>
    internal const string Columns = """
        OfflineTracks.PlayableId, OfflineTracks.Type, OfflineTracks.State, OfflineTracks.IsRequested, OfflineTracks.Quality,
        OfflineTracks.Codecs, OfflineTracks.Encoding, OfflineTracks.KeyId, OfflineTracks.Serial, OfflineTracks.IssuedAt,
        OfflineTracks.ExpiresAt, OfflineTracks.Change, OfflineTracks.AddedAt, OfflineTracks.DroppedAt
        """;

    /// <summary>The table <c>OfflineTracks</c>.</summary>
    public static Table Table { get; } = Schema.Current.Table("OfflineTracks");

    /// <summary>Whether the device is to have the item, which counts toward its limit.</summary>
    public bool IsKept => State != OfflineState.Dropped;

    /// <summary>Reads a row.</summary>
    public static OfflineTrack FromRow(Row row) => new(
        new SpotifyUri(SpotifyUri.TryParseType(row.String("Type"), out var type) ? type : EntityType.Track, row.String("PlayableId")),
        row.String("State") switch
        {
            "wanted" => OfflineState.Wanted,
            "licensed" => OfflineState.Licensed,
            _ => OfflineState.Dropped,
        },
        row.Bool("IsRequested"),
        OfflineFormat.FromRow(row),
        row.StringOrNull("Encoding"),
        row.StringOrNull("KeyId"),
        row.Int64OrNull("Serial"),
        row.TimestampOrNull("IssuedAt"),
        row.TimestampOrNull("ExpiresAt"),
        row.Int64("Change"),
        row.Timestamp("AddedAt"),
        row.TimestampOrNull("DroppedAt"));

    /// <summary>Returns the mutation that writes the row.</summary>
    public Mutation Write(string userId, string deviceId) => Mutation.Upsert(
        Table,
        ("UserId", userId),
        ("DeviceId", deviceId),
        ("PlayableId", Uri.Id),
        ("Type", SpotifyUri.WireName(Uri.Type)),
        ("State", WireName(State)),
        ("IsRequested", IsRequested),
        ("Quality", Format.Quality.WireName),
        ("Codecs", Format.CodecNames),
        ("Encoding", Encoding),
        ("KeyId", KeyId),
        ("Serial", Serial),
        ("IssuedAt", IssuedAt),
        ("ExpiresAt", ExpiresAt),
        ("Change", Change),
        ("AddedAt", AddedAt),
        ("DroppedAt", DroppedAt));

    /// <summary>Returns the name of a state in the database: <c>wanted</c>, <c>licensed</c> or <c>dropped</c>.</summary>
    public static string WireName(OfflineState state) => state switch
    {
        OfflineState.Wanted => "wanted",
        OfflineState.Licensed => "licensed",
        OfflineState.Dropped => "dropped",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };
}

/// <summary>A playlist, album or audiobook that a device keeps: a row of <c>OfflineCollections</c>.</summary>
/// <param name="Uri">The collection.</param>
/// <param name="Format">The quality and codecs asked for.</param>
/// <param name="Version">
/// The version of the playlist to which the members correspond; 0 for albums and audiobooks; <see cref="Incomplete"/> before all items are
/// members.
/// </param>
/// <param name="AddedAt">When the listener asked for it first.</param>
public sealed record OfflineCollection(SpotifyUri Uri, OfflineFormat Format, long Version, DateTimeOffset AddedAt)
{
    /// <summary>The <see cref="Version"/> of a collection whose items are still being added, or did not all fit.</summary>
    public const long Incomplete = -1;

    /// <summary>The table <c>OfflineCollections</c>.</summary>
    public static Table Table { get; } = Schema.Current.Table("OfflineCollections");

    /// <summary>The columns that <see cref="FromRow"/> reads, of <c>OfflineCollections</c> under its own name.</summary>
    internal const string Columns = """
        OfflineCollections.Type, OfflineCollections.ItemId, OfflineCollections.Quality, OfflineCollections.Codecs,
        OfflineCollections.Version, OfflineCollections.AddedAt
        """;

    /// <summary>Reads a row.</summary>
    public static OfflineCollection FromRow(Row row) => new(
        UriOf(row), OfflineFormat.FromRow(row), row.Int64("Version"), row.Timestamp("AddedAt"));

    /// <summary>Returns the URI in the columns <c>Type</c> and <c>ItemId</c>.</summary>
    public static SpotifyUri UriOf(Row row) =>
        new(SpotifyUri.TryParseType(row.String("Type"), out var type) ? type : EntityType.Playlist, row.String("ItemId"));

    /// <summary>Returns the mutation that writes the row.</summary>
    public Mutation Write(string userId, string deviceId) => Mutation.Upsert(
        Table,
        ("UserId", userId),
        ("DeviceId", deviceId),
        ("Type", SpotifyUri.WireName(Uri.Type)),
        ("ItemId", Uri.Id),
        ("Quality", Format.Quality.WireName),
        ("Codecs", Format.CodecNames),
        ("Version", Version),
        ("AddedAt", AddedAt));
}
