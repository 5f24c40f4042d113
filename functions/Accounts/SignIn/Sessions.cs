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

    /// <summary>The maximum number of browsers in which a user is signed in. A further sign-in ends the oldest one.</summary>
    public const int MaxSessions = 100;

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
        "SELECT SessionHash FROM Sessions WHERE UserId = @user ORDER BY SignedInAt DESC", ("user", ColumnType.String));

    /// <summary>Returns the user who is signed in; null if nobody is.</summary>
    public async Task<string?> UserOfAsync(HttpContext context, CancellationToken ct) =>
        (await FindAsync(context, ct))?.String("UserId");

    /// <summary>Returns whether a user has signed in recently enough to add ways to sign in, or to get all personal data.</summary>
    public async Task<bool> IsRecentAsync(HttpContext context, CancellationToken ct) =>
        await FindAsync(context, ct) is { } row && row.Timestamp("SignedInAt") > time.GetUtcNow() - RecentTime;

    /// <summary>Requires a recent sign-in, because the session may be stolen.</summary>
    /// <exception cref="ApiException">403: the user has not signed in recently.</exception>
    public async Task RequireRecentAsync(HttpContext context, CancellationToken ct)
    {
        if (!await IsRecentAsync(context, ct)) throw new ApiException(StatusCodes.Status403Forbidden, "Sign in again and retry");
    }

    /// <summary>Returns the paragraph in place of a form that requires a recent sign-in.</summary>
    /// <param name="path">The page to return to.</param>
    /// <param name="purpose">The purpose of the form.</param>
    public static Html SignInAgain(string path, string purpose) =>
        Html.Of($"<p><a href=\"{SignInEndpoints.Address(path)}\">Sign in again</a> to {purpose}.</p>");

    /// <summary>Signs a user in. The cookie is a new one, so that nobody else can know it.</summary>
    /// <exception cref="ApiException">403: the account is being removed.</exception>
    public async Task SignInAsync(HttpContext context, string userId, CancellationToken ct)
    {
        var (cookie, now) = (Secret.New(), Instant.Truncate(time.GetUtcNow()));
        await database.TransactAsync(
            async transaction =>
            {
                if (await transaction.IsRemovedAsync(userId))
                    throw new ApiException(StatusCodes.Status403Forbidden, "This account has been removed.");
                foreach (var end in End(context)) transaction.Add(end);
                foreach (var hash in (await HashesAsync(transaction, userId).ToListAsync(ct)).Skip(MaxSessions - 1))
                    transaction.Add(Mutation.Delete(Table, new Key(hash)));
                transaction.Add(Mutation.Insert(
                    Table,
                    ("SessionHash", Secret.Hash(cookie)),
                    ("UserId", userId),
                    ("SignedInAt", now),
                    ("ExpiresAt", now + Lifetime)));
                return true;
            },
            ct);
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
        await foreach (var hash in HashesAsync(transaction, userId)) transaction.Add(Mutation.Delete(Table, new Key(hash)));
    }

    // The newest first.
    private static IAsyncEnumerable<string> HashesAsync(ITransaction transaction, string userId) =>
        transaction.QueryAsync(OfUser, new Parameters { { "user", userId } }).Select(row => row.String("SessionHash"));

    private async Task<Row?> FindAsync(HttpContext context, CancellationToken ct)
    {
        if (context.Request.Cookies[Cookie] is not { Length: 43 } cookie) return null;
        var row = await database.QueryAsync(ByHash, new Parameters { { "hash", Secret.Hash(cookie) } }, null, ct).FirstOrDefaultAsync(ct);
        return row?.Timestamp("ExpiresAt") > time.GetUtcNow() && await checks.IsActiveAsync(row.String("UserId"), ct) ? row : null;
    }

    private static IReadOnlyList<Mutation> End(HttpContext context) =>
        context.Request.Cookies[Cookie] is { Length: 43 } cookie ? [Mutation.Delete(Table, new Key(Secret.Hash(cookie)))] : [];
}
