using Spotify.Domain.Data;
using Spotify.Domain.Playlists;
using Spotify.Domain.Ports;
using Spotify.Web;

namespace Spotify.Functions.Playlists;

/// <summary>
/// The changes of a playlist since a snapshot, over which positions of then are carried to positions of now.
/// </summary>
internal sealed class PlaylistHistory
{
    public static readonly Table Table = Schema.Current.Table("PlaylistChanges");

    private static readonly Statement ChangesSince = new(
        "SELECT ItemsBefore, Operations FROM PlaylistChanges WHERE PlaylistId = @playlist AND Version > @version ORDER BY Version",
        ("playlist", ColumnType.String), ("version", ColumnType.Int64));

    private readonly List<PlaylistChange> changes;

    private PlaylistHistory(List<PlaylistChange> changes, int length)
    {
        this.changes = changes;
        Length = changes.Count > 0 ? changes[0].ItemsBefore : length;
    }

    /// <summary>How many items the snapshot has.</summary>
    public int Length { get; }

    /// <summary>The version of a snapshot.</summary>
    /// <param name="snapshotId">The snapshot; null: the playlist as it is.</param>
    /// <exception cref="ApiException">400: it is no snapshot of the playlist.</exception>
    public static long VersionOf(Playlist playlist, string? snapshotId) =>
        snapshotId is null ? playlist.Version
        : SnapshotId.TryParse(snapshotId, playlist.Id, out var version) && version <= playlist.Version ? version
        : throw ApiException.BadRequest("Invalid snapshot_id: it is no snapshot of this playlist");

    /// <summary>Reads the changes since a snapshot.</summary>
    /// <param name="snapshotId">The snapshot; null: the playlist as it is.</param>
    /// <exception cref="ApiException">400: it is no snapshot of the playlist, or too many changes have been made since.</exception>
    public static async Task<PlaylistHistory> SinceAsync(ITransaction transaction, Playlist playlist, string? snapshotId)
    {
        var version = VersionOf(playlist, snapshotId);
        if (version == playlist.Version) return new PlaylistHistory([], playlist.Items);

        var parameters = new Parameters { { "playlist", playlist.Id }, { "version", version } };
        var changes = await transaction.QueryAsync(ChangesSince, parameters)
            .Select(row => PlaylistChange.Parse(row.Int32("ItemsBefore"), row.String("Operations")))
            .ToListAsync();
        return changes.Count == playlist.Version - version
            ? new PlaylistHistory(changes, playlist.Items)
            : throw ApiException.BadRequest($"The snapshot_id is too old: more than {PlaylistChange.Kept} changes have been made since");
    }

    /// <summary>Where the item at a position of the snapshot is now; null if it is no longer there.</summary>
    public int? MapItem(int position)
    {
        int? carried = position;
        foreach (var change in changes)
            if (carried is { } at) carried = change.MapItem(at);
        return carried;
    }

    /// <summary>Where the items of the snapshot are now, those that still are.</summary>
    public PositionSet Carried => changes.Count == 0 ? PositionSet.Run(0, Length) : PositionSet.Of(Enumerable.Range(0, Length).Select(MapItem).OfType<int>());

    /// <summary>Where a gap of the snapshot is now.</summary>
    public int MapGap(int gap) => changes.Aggregate(gap, (carried, change) => change.MapGap(carried));
}
