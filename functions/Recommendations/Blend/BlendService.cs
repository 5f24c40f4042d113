using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Functions.Accounts;
using Spotify.Functions.Library;
using Spotify.Functions.Playlists;
using Spotify.Web;
using Spotify.Web.Identity;
using Spotify.Web.PersonalData;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Functions.Recommendations.Blend;

/// <summary>
/// The blends of listeners: invitations that are used once, and a playlist for each of the two listeners, which only that listener sees.
/// </summary>
internal sealed class BlendService(IDatabase database, BlendGenerator generator, PlaylistReader playlists, TimeProvider time)
{
    /// <summary>The largest number of blends of a listener.</summary>
    public const int MaxBlends = 20;

    /// <summary>The largest number of open invitations of a listener. Another one withdraws the oldest.</summary>
    public const int MaxInvitations = 10;

    /// <summary>The lifetime of an invitation.</summary>
    public static readonly TimeSpan InvitationLifetime = TimeSpan.FromDays(7);

    // A token has 43 characters; longer ones are not looked up.
    private const int MaxTokenLength = 64;

    private static readonly Statement OpenInvitations = new(
        """
        SELECT TokenHash FROM BlendInvitations
        WHERE UserId = @user AND ExpiresAt > @now AND AcceptedBy IS NULL ORDER BY ExpiresAt DESC LIMIT @limit
        """,
        ("user", ColumnType.String), ("now", ColumnType.Timestamp), ("limit", ColumnType.Int64));

    // Whether the caller has a row, the existing blend of the two, and the number of blends of each.
    private static readonly Statement Invitation = new(
        $"""
        SELECT BlendInvitations.UserId, BlendInvitations.ExpiresAt, BlendInvitations.AcceptedBy, Own.UserId AS OwnId, Blends.Surface,
          (SELECT COUNT(*) FROM Blends WHERE Blends.UserId = @user) AS OwnBlends,
          (SELECT COUNT(*) FROM Blends WHERE Blends.UserId = BlendInvitations.UserId) AS InviterBlends
        FROM BlendInvitations
        JOIN Users Inviter ON Inviter.UserId = BlendInvitations.UserId
        LEFT JOIN Users Own ON Own.UserId = @user
        LEFT JOIN Blends ON Blends.UserId = @user AND Blends.OtherUserId = BlendInvitations.UserId
        WHERE BlendInvitations.TokenHash = @token AND {RemovedAccounts.IsNotRemovedSql("BlendInvitations.UserId")}
        """,
        ("token", ColumnType.String), ("user", ColumnType.String));

    private static readonly Statement OfListener = new(
        $"""
        SELECT Blends.MatchPercent, Blends.CreatedAt, GeneratedPlaylists.PlaylistId,
          Users.UserId AS OtherUserId, Users.DisplayName, Users.ImageId,
          {FollowerCounts.SumSql(EntityType.User, "Users.UserId")} AS Followers
        FROM Blends JOIN Users ON Users.UserId = Blends.OtherUserId
        LEFT JOIN GeneratedPlaylists ON GeneratedPlaylists.UserId = Blends.UserId AND GeneratedPlaylists.Surface = Blends.Surface
        WHERE Blends.UserId = @user AND {RemovedAccounts.IsNotRemovedSql("Blends.OtherUserId")}
        ORDER BY Blends.CreatedAt DESC, Blends.OtherUserId
        """,
        ("user", ColumnType.String));

    /// <summary>Creates an invitation. Returns its token, which is not stored, and when it expires.</summary>
    public async Task<(string Token, DateTimeOffset ExpiresAt)> InviteAsync(CurrentUser current, CancellationToken ct)
    {
        var (token, now) = (Secret.New(), Instant.Truncate(time.GetUtcNow()));
        var expiresAt = now + InvitationLifetime;
        await database.TransactAsync(
            async transaction =>
            {
                await RequireUserAsync(transaction, current, now);
                var parameters = new Parameters { { "user", current.Id }, { "now", now }, { "limit", 2 * MaxInvitations } };
                var open = await transaction.QueryAsync(OpenInvitations, parameters).ToListAsync();
                foreach (var old in open.Skip(MaxInvitations - 1))
                    transaction.Add(Mutation.Delete(BlendRows.Invitations, new Key(old.String("TokenHash"))));
                transaction.Add(Mutation.Insert(
                    BlendRows.Invitations, ("TokenHash", Secret.Hash(token)), ("UserId", current.Id), ("ExpiresAt", expiresAt)));
                return true;
            },
            ct);
        return (token, expiresAt);
    }

    /// <summary>
    /// Accepts an invitation: the caller and the inviter have a blend from now on. Accepting it again, or having a blend already, changes
    /// nothing.
    /// </summary>
    /// <param name="token">The token of the invitation.</param>
    /// <param name="current">The caller.</param>
    /// <param name="viewer">The caller as the viewer of the playlist.</param>
    /// <param name="ct">Cancels the call.</param>
    /// <returns>The caller's playlist, and whether the blend is new.</returns>
    /// <exception cref="ApiException">
    /// 404: there is no such invitation, another user has used it, or it has expired. 400: the invitation is the caller's own. 403: one of
    /// the two has too many blends.
    /// </exception>
    public async Task<(BlendPlaylistObject Playlist, bool IsNew)> AcceptAsync(
        string token, CurrentUser current, Viewer viewer, CancellationToken ct)
    {
        if (token.Length > MaxTokenLength) throw NoInvitation();
        var (hash, newSurface) = (Secret.Hash(token), BlendRows.SurfacePrefix + SpotifyId.New());
        var now = Instant.Truncate(time.GetUtcNow());
        var (other, isNew) = await database.TransactAsync(
            async transaction =>
            {
                var parameters = new Parameters { { "token", hash }, { "user", current.Id } };
                var invitation = await transaction.QueryAsync(Invitation, parameters).SingleOrDefaultAsync();
                if (invitation is null || invitation.Timestamp("ExpiresAt") <= now) throw NoInvitation();
                var inviter = invitation.String("UserId");
                if (inviter == current.Id) throw ApiException.BadRequest("This is your own invitation: send it to the other listener");
                var (acceptedBy, exists) = (invitation.StringOrNull("AcceptedBy"), !invitation.IsNull("Surface"));
                // A blend that has ended does not begin again by the same invitation.
                if ((acceptedBy ?? current.Id) != current.Id || (acceptedBy is not null && !exists)) throw NoInvitation();
                if (acceptedBy is null)
                {
                    if (invitation.IsNull("OwnId")) await transaction.InsertAsync(current.ToNewUser(now));
                    transaction.Add(Mutation.Update(BlendRows.Invitations, ("TokenHash", hash), ("AcceptedBy", current.Id)));
                }

                if (exists) return (inviter, false);
                RequireRoom(invitation);
                foreach (var (one, two) in new[] { (current.Id, inviter), (inviter, current.Id) })
                {
                    transaction.Add(Mutation.Insert(
                        BlendRows.Blends,
                        ("UserId", one), ("OtherUserId", two), ("Surface", newSurface), ("Period", ""), ("MatchPercent", 0L),
                        ("CreatedAt", now)));
                }

                return (inviter, true);
            },
            ct);
        var (playlistId, matchPercent) = await generator.RefreshAsync(current.Id, other, ct) is { } generated
            ? generated
            : (await ReadAsync(current.Id, ct)).Find(one => one.OtherId == other) is { PlaylistId: { } id } blend
                ? (id, blend.MatchPercent)
                // The other listener may end the blend at any time.
                : throw NoInvitation();
        return (new BlendPlaylistObject(await playlists.PlaylistAsync(playlistId, false, viewer, ct), matchPercent), isNew);
    }

    /// <summary>Returns a page of the caller's blends, the latest first.</summary>
    public async Task<PagingObject<BlendObject>> ListAsync(PageRequest page, Viewer viewer, string path, CancellationToken ct)
    {
        var all = await ReadAsync(viewer.Caller.RequireUser(), ct);
        var blends = all.Skip(page.Offset).Take(page.Limit).ToList();
        var shown = await playlists.SimplifiedAsync([.. blends.Select(blend => blend.PlaylistId).OfType<string>()], viewer, ct);
        var byId = shown.OfType<SimplifiedPlaylistObject>().ToDictionary(playlist => playlist.Id, StringComparer.Ordinal);
        return new CatalogWire(viewer).Page<BlendObject>(
            path,
            [
                .. blends.Select(blend => new BlendObject(
                    ApiTime.Format(blend.CreatedAt),
                    blend.MatchPercent,
                    blend.PlaylistId is { } id ? byId.GetValueOrDefault(id) : null,
                    ProfileService.Public(blend.OtherId, blend.Name, blend.ImageId, blend.Followers, viewer.Links))),
            ],
            page,
            all.Count);
    }

    /// <summary>Ends a blend for both listeners and deletes both playlists. Does nothing if there is none.</summary>
    public Task EndAsync(string userId, string otherId, CancellationToken ct) => database.TransactAsync(
        async transaction =>
        {
            if (await transaction.ReadAsync(BlendRows.Blends, new Key(userId, otherId)) is { } blend)
                await BlendRows.EndAsync(transaction, blend);
            return true;
        },
        ct);

    private static ApiException NoInvitation() => ApiException.NotFound("The invitation was used, has expired, or does not exist");

    private static async Task RequireUserAsync(ITransaction transaction, CurrentUser current, DateTimeOffset now)
    {
        if (await transaction.ReadAsync(User.Table, new Key(current.Id)) is null) await transaction.InsertAsync(current.ToNewUser(now));
    }

    private static void RequireRoom(Row invitation)
    {
        var isOwn = invitation.Int64("OwnBlends") >= MaxBlends;
        if (!isOwn && invitation.Int64("InviterBlends") < MaxBlends) return;
        throw new ApiException(StatusCodes.Status403Forbidden, isOwn
            ? $"You have {MaxBlends} blends: end one first"
            : $"The other listener has {MaxBlends} blends");
    }

    private async Task<List<ListedBlend>> ReadAsync(string userId, CancellationToken ct) =>
        await database.QueryAsync(OfListener, new Parameters { { "user", userId } }, null, ct)
            .Select(row => new ListedBlend(
                row.String("OtherUserId"), row.String("DisplayName"), row.StringOrNull("ImageId"), row.Int64("Followers"),
                row.StringOrNull("PlaylistId"), row.Int32("MatchPercent"), row.Timestamp("CreatedAt")))
            .ToListAsync(ct);

    private sealed record ListedBlend(
        string OtherId, string Name, string? ImageId, long Followers, string? PlaylistId, int MatchPercent, DateTimeOffset CreatedAt);
}
