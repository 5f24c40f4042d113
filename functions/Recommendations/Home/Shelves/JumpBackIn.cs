using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Web.Identity;

namespace Spotify.Functions.Recommendations.Home.Shelves;

/// <summary>
/// The albums, playlists and artists from which the listener has played, the last first. A play without such a context counts for its
/// album. Plays in private sessions are left out.
/// </summary>
internal sealed class JumpBackIn(IDatabase database) : IShelfSource
{
    private const int MaxPlays = 200;

    private static readonly Statement Plays = new(
        """
        SELECT Latest.PlayedAt, Latest.PlayedMs, Latest.ContextUri, Playables.ParentId FROM (
          SELECT PlayedAt, PlayedMs, ContextUri, PlayableId FROM PlayHistory
          WHERE UserId = @user AND IsListed ORDER BY PlayedAt DESC LIMIT @limit
        ) Latest
        LEFT JOIN Playables ON Playables.PlayableId = Latest.PlayableId
        ORDER BY Latest.PlayedAt DESC
        """,
        ("user", ColumnType.String), ("limit", ColumnType.Int64));

    private static readonly Statement Sessions = new(
        "SELECT StartedAt, EndsAt FROM PrivateSessions WHERE UserId = @user", ("user", ColumnType.String));

    /// <inheritdoc/>
    public Scopes Scopes => Scopes.UserReadRecentlyPlayed;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PlannedShelf>> PlanAsync(ShelfRequest request, CancellationToken ct)
    {
        var sessions = database.QueryAsync(Sessions, new Parameters { { "user", request.UserId } }, null, ct).ToListAsync(ct);
        var parameters = new Parameters { { "user", request.UserId }, { "limit", MaxPlays } };
        var plays = await database.QueryAsync(Plays, parameters, null, ct).ToListAsync(ct);
        var hidden = await sessions;
        return PlannedShelf.Of(
            "jump-back-in", "Jump back in", plays.Where(play => !IsPrivate(play)).Select(ContextOf).OfType<SpotifyUri>());

        bool IsPrivate(Row play)
        {
            var (end, played) = (play.Timestamp("PlayedAt"), Math.Clamp(play.Int64("PlayedMs"), 0, TimeSpan.MillisecondsPerDay));
            return hidden.Exists(session =>
                session.Timestamp("StartedAt") <= end && session.Timestamp("EndsAt") > end.AddMilliseconds(-played));
        }
    }

    private static SpotifyUri? ContextOf(Row play) =>
        SpotifyUri.TryParse(play.StringOrNull("ContextUri"), out var context)
            && context.Type is EntityType.Album or EntityType.Playlist or EntityType.Artist ? context
        : play.StringOrNull("ParentId") is { } album ? new SpotifyUri(EntityType.Album, album)
        : null;
}
