using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Functions.Accounts.Apps;
using Spotify.Functions.Accounts.Pages;
using Spotify.Web;
using Spotify.Web.PersonalData;

namespace Spotify.Functions.Accounts.SignIn;

/// <summary>The sessions of browsers: a random cookie, of which the database has the hash.</summary>
internal sealed class Sessions(IDatabase database, AccountChecks checks, TimeProvider time)
{
    /// <summary>How long a browser stays signed in.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    private const string Cookie = "__Host-session";

    private static readonly TimeSpan RecentTime = TimeSpan.FromMinutes(15);

    private static readonly Table Table = Schema.Current.Table("Sessions");

    private static readonly Statement ByHash = new(
        $"""
        SELECT UserId, SignedInAt, ExpiresAt FROM Sessions
        WHERE SessionHash = @hash AND {RemovedAccounts.IsNotRemovedSql("Sessions.UserId")}
        """,
        ("hash", ColumnType.String));

    private static readonly Statement OfUser = new(
        "SELECT SessionHash FROM Sessions WHERE UserId = @user", ("user", ColumnType.String));

    /// <summary>Returns the user who is signed in; null if nobody is.</summary>
    public async Task<string?> UserOfAsync(HttpContext context, CancellationToken ct) =>
        (await FindAsync(context, ct))?.String("UserId");

    /// <summary>Returns whether a user has signed in recently enough to add ways to sign in.</summary>
    public async Task<bool> IsRecentAsync(HttpContext context, CancellationToken ct) =>
        await FindAsync(context, ct) is { } row && row.Timestamp("SignedInAt") > time.GetUtcNow() - RecentTime;

    /// <summary>Requires a recent sign-in, because the session may be stolen.</summary>
    /// <exception cref="ApiException">403: the user has not signed in recently.</exception>
    public async Task RequireRecentAsync(HttpContext context, CancellationToken ct)
    {
        if (!await IsRecentAsync(context, ct)) throw new ApiException(StatusCodes.Status403Forbidden, "Sign in again and retry");
    }

    /// <summary>Signs a user in. The cookie is a new one, so that nobody else can know it.</summary>
    /// <exception cref="ApiException">403: the account is being removed.</exception>
    public async Task SignInAsync(HttpContext context, string userId, CancellationToken ct)
    {
        if (await database.IsRemovedAsync(userId, ct))
            throw new ApiException(StatusCodes.Status403Forbidden, "This account has been removed.");
        var (cookie, now) = (Secret.New(), Instant.Truncate(time.GetUtcNow()));
        var insert = Mutation.Insert(
            Table,
            ("SessionHash", Secret.Hash(cookie)),
            ("UserId", userId),
            ("SignedInAt", now),
            ("ExpiresAt", now + Lifetime));
        await database.CommitAsync([insert, .. End(context)], ct);
        context.Response.Cookies.Append(Cookie, cookie, SecureCookie.Options(Lifetime));
    }

    /// <summary>Signs the browser out.</summary>
    public async Task SignOutAsync(HttpContext context, CancellationToken ct)
    {
        if (End(context) is { Count: > 0 } ends) await database.CommitAsync(ends, ct);
        context.Response.Cookies.Delete(Cookie, SecureCookie.Options(maxAge: null));
    }

    /// <summary>Signs a user out of all browsers, and of the web player in them.</summary>
    public Task EndAllAsync(string userId, CancellationToken ct) => database.TransactAsync(
        async transaction =>
        {
            await EndAllAsync(transaction, userId);
            return true;
        },
        ct);

    /// <summary>Adds the mutations that sign a user out of all browsers, and of the web player in them, to a transaction.</summary>
    public static async Task EndAllAsync(ITransaction transaction, string userId)
    {
        transaction.Add(AppGrants.Withdraw(userId, AppRegistry.WebPlayer));
        await foreach (var row in transaction.QueryAsync(OfUser, new Parameters { { "user", userId } }))
            transaction.Add(Mutation.Delete(Table, new Key(row.String("SessionHash"))));
    }

    private async Task<Row?> FindAsync(HttpContext context, CancellationToken ct)
    {
        if (context.Request.Cookies[Cookie] is not { Length: 43 } cookie) return null;
        var row = await database.QueryAsync(ByHash, new Parameters { { "hash", Secret.Hash(cookie) } }, null, ct).FirstOrDefaultAsync(ct);
        return row?.Timestamp("ExpiresAt") > time.GetUtcNow() && await checks.IsActiveAsync(row.String("UserId"), ct) ? row : null;
    }

    private static IReadOnlyList<Mutation> End(HttpContext context) =>
        context.Request.Cookies[Cookie] is { Length: 43 } cookie ? [Mutation.Delete(Table, new Key(Secret.Hash(cookie)))] : [];
}
