using Spotify.Catalog.ResumePoints;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Functions.Library;

/// <summary>The resume points that users set and read themselves. Players write them too, as they play.</summary>
public sealed class ResumePointService(IDatabase database, ResumePointStore points, TimeProvider time)
{
    private static readonly Statement Items = new(
        $"SELECT PlayableId, Type, DurationMs FROM Playables WHERE PlayableId IN ({Statement.List("id", RequestIds.MaxIds)})",
        [.. Statement.ListParameters("id", RequestIds.MaxIds, ColumnType.String)]);

    /// <summary>
    /// Sets resume points, and inserts the user's row if there is none. Skips items that do not exist, because one deleted episode should
    /// not prevent a client from marking a whole show. The last one of several for an item wins.
    /// </summary>
    internal async Task SetAsync(
        User user, IReadOnlyList<(SpotifyUri Uri, long PositionMs, bool? FullyPlayed)> changes, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var parameters = new Parameters().AddList("id", [.. changes.Select(change => change.Uri.Id)], RequestIds.MaxIds);
        var durations = new Dictionary<(string Type, string Id), long>();
        await foreach (var row in database.QueryAsync(Items, parameters, null, ct))
            durations[(row.String("Type"), row.String("PlayableId"))] = row.Int64("DurationMs");

        var set = new List<ResumePoint>(changes.Count);
        foreach (var (uri, position, isPlayed) in changes)
            if (durations.TryGetValue((SpotifyUri.WireName(uri.Type), uri.Id), out var duration))
                set.Add(PointOf(uri.Id, position, isPlayed, duration, now));
        await points.WriteAsync(user, set, ct);
    }

    /// <summary>Returns resume points, in the order of the URIs.</summary>
    internal async Task<ResumePointList> GetAsync(string userId, IReadOnlyList<SpotifyUri> uris, CancellationToken ct)
    {
        var known = await points.ReadAsync(userId, [.. uris.Select(uri => uri.Id)], ct);
        return new ResumePointList([.. uris.Select(uri => known.TryGetValue(uri.Id, out var point)
            ? new ResumePointOfItem(uri.ToString(), point.FullyPlayed, point.PositionMs, ApiTime.Format(point.UpdatedAt))
            : new ResumePointOfItem(uri.ToString(), FullyPlayed: false, ResumePositionMs: 0, UpdatedAt: null))]);
    }

    // A user who marks an item as unplayed at a position wants to hear the rest, even if it is short.
    private static ResumePoint PointOf(string id, long position, bool? isPlayed, long duration, DateTimeOffset now) => isPlayed switch
    {
        true => ResumePoint.Played(id, now),
        false => new ResumePoint(id, Math.Min(position, duration), false, now),
        null => ResumePoint.At(id, position, duration, ended: false, now),
    };
}
