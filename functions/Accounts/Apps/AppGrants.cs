using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Web.Identity;

namespace Spotify.Functions.Accounts.Apps;

/// <summary>Access that a user has allowed to an app.</summary>
/// <param name="AppId">The app.</param>
/// <param name="AppName">The app's name.</param>
/// <param name="Scopes">The scopes.</param>
/// <param name="GrantedAt">When access was allowed or extended.</param>
internal sealed record AppGrant(string AppId, string AppName, Scopes Scopes, DateTimeOffset GrantedAt);

/// <summary>The access that users have allowed to apps.</summary>
internal sealed class AppGrants(IDatabase database, TimeProvider time)
{
    // Nobody allows that many apps, and the page shows them all.
    private const int MaxListed = 200;

    private static readonly Table Table = Schema.Current.Table("AppGrants");

    private static readonly Statement OfUser = new(
        """
        SELECT AppGrants.AppId, Apps.Name, AppGrants.Scopes, AppGrants.GrantedAt
        FROM AppGrants LEFT JOIN Apps ON Apps.AppId = AppGrants.AppId
        WHERE AppGrants.UserId = @user AND (Apps.AppId IS NOT NULL OR AppGrants.AppId = @player)
        ORDER BY AppGrants.AppId LIMIT @limit
        """,
        ("user", ColumnType.String), ("player", ColumnType.String), ("limit", ColumnType.Int64));

    /// <summary>Returns the scopes that a user has allowed to an app; null if the user has never allowed it access.</summary>
    public async Task<Scopes?> ScopesAsync(string userId, string appId, CancellationToken ct) =>
        await database.ReadAsync(Table, new Key(userId, appId), null, ct) is { } row ? Stored(row) : null;

    /// <summary>Returns the access that a user has allowed, without that of apps that were deleted.</summary>
    public async Task<IReadOnlyList<AppGrant>> OfAsync(string userId, CancellationToken ct) =>
        await database.QueryAsync(OfUser, Of(userId), null, ct)
            .Select(row => new AppGrant(
                row.String("AppId"), row.StringOrNull("Name") ?? "Web player", Stored(row), row.Timestamp("GrantedAt")))
            .ToListAsync(ct);

    /// <summary>Allows an app access, in addition to what was allowed before. Returns the id of the grant.</summary>
    public async Task<string> AllowAsync(ITransaction transaction, string userId, string appId, Scopes scopes)
    {
        var row = await transaction.ReadAsync(Table, new Key(userId, appId));
        var id = row?.String("GrantId") ?? SpotifyId.New();
        var all = scopes | (row is null ? Scopes.None : Stored(row));
        if (row is null || all != Stored(row))
        {
            transaction.Add(Mutation.Upsert(
                Table,
                ("UserId", userId),
                ("AppId", appId),
                ("GrantId", id),
                ("Scopes", all.Format()),
                ("GrantedAt", Instant.Truncate(time.GetUtcNow()))));
        }

        return id;
    }

    /// <summary>Withdraws the access of an app: its tokens cannot be renewed any more.</summary>
    public Task WithdrawAsync(string userId, string appId, CancellationToken ct) =>
        database.CommitAsync([Withdraw(userId, appId)], ct);

    /// <summary>Returns the mutation that withdraws the access of an app.</summary>
    public static Mutation Withdraw(string userId, string appId) => Mutation.Delete(Table, new Key(userId, appId));

    /// <summary>Returns the mutation that withdraws the access of all apps.</summary>
    public static Mutation WithdrawAll(string userId) => Mutation.Delete(Table, new Key(userId));

    private static Parameters Of(string userId) =>
        new() { { "user", userId }, { "player", AppRegistry.WebPlayer }, { "limit", MaxListed } };

    private static Scopes Stored(Row row)
    {
        ScopeNames.TryParse(row.String("Scopes"), out var scopes);
        return scopes;
    }
}
