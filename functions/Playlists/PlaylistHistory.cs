using Spotify.Domain.Data;
using Spotify.Domain.Playlists;
using Spotify.Domain.Ports;
using Spotify.Web;

namespace Spotify.Functions.Playlists;

/// <summary>The changes of a playlist since a snapshot, which map positions in the snapshot to current positions.</summary>
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

    /// <summary>The number of items in the snapshot.</summary>
    public int Length { get; }

    /// <summary>Returns the version of a snapshot, or the current version if the snapshot id is null.</summary>
    /// <exception cref="ApiException">400: the snapshot does not belong to the playlist.</exception>
    public static long VersionOf(Playlist playlist, string? snapshotId) =>
        snapshotId is null ? playlist.Version
        : SnapshotId.TryParse(snapshotId, playlist.Id, out var version) && version <= playlist.Version ? version
        : throw ApiException.BadRequest("Invalid snapshot_id: it is no snapshot of this playlist");

    /// <summary>Reads the changes since a snapshot. Empty if the snapshot id is null.</summary>
    /// <exception cref="ApiException">400: the snapshot does not belong to the playlist, or is too old.</exception>
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

    /// <summary>Returns the current position of the item at a position in the snapshot; null if it was removed.</summary>
    public int? MapItem(int position)
    {
        int? mapped = position;
        foreach (var change in changes)
            if (mapped is { } at) mapped = change.MapItem(at);
        return mapped;
    }

    /// <summary>The current positions of the items in the snapshot that have not been removed.</summary>
    public PositionSet CurrentPositions => changes.Count == 0
        ? PositionSet.Run(0, Length)
        : PositionSet.Of(Enumerable.Range(0, Length).Select(MapItem).OfType<int>());

    /// <summary>Returns the current position of a gap in the snapshot.</summary>
    public int MapGap(int gap) => changes.Aggregate(gap, (mapped, change) => change.MapGap(mapped));
}
