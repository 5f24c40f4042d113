using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Functions.Player.Live;
using Spotify.Web.Identity;
using Spotify.Web.PersonalData;

namespace Spotify.Functions.Accounts.Tokens;

/// <summary>
/// Refresh tokens. A family is one sign-in of an app. A token consists of the family's id and a secret. The token of a public client, which
/// has no secret of its own, is replaced at each use: a second use within 30 seconds yields the same successor, because a response may be
/// lost; a later one revokes the family, because the token was stolen. Confidential clients keep their token.
/// </summary>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc9700#section-4.14"/>
internal sealed class RefreshTokens(IDatabase database, PlayerAccess access, TimeProvider time)
{
    /// <summary>How long the successor of a used token is returned again.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    /// <summary>How long a family is valid after its last use.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(365);

    // The time of the last use decides when a family ends, and need not be exact.
    private static readonly TimeSpan UseInterval = TimeSpan.FromDays(1);

    private static readonly Table Table = Schema.Current.Table("RefreshTokens");

    private static readonly Statement OfFamily = new(
        $"""
        SELECT RefreshTokens.AppId, RefreshTokens.UserId, RefreshTokens.Scopes, RefreshTokens.IsPublic, RefreshTokens.TokenHash,
          RefreshTokens.PreviousTokenHash, RefreshTokens.Salt, RefreshTokens.RenewedAt, Users.Country, Users.Product
        FROM RefreshTokens
        JOIN AppGrants ON AppGrants.UserId = RefreshTokens.UserId AND AppGrants.AppId = RefreshTokens.AppId
          AND AppGrants.GrantId = RefreshTokens.GrantId
        JOIN Users ON Users.UserId = RefreshTokens.UserId
        WHERE RefreshTokens.FamilyId = @family AND {RemovedAccounts.IsNotRemovedSql("Users.UserId")}
        """,
        ("family", ColumnType.String));

    /// <summary>Returns the first token of a new family, and the mutation that writes the family.</summary>
    public (string Token, Mutation Insert) Create(string family, string appId, string userId, string grantId, Scopes scopes, bool isPublic)
    {
        var secret = Secret.New();
        return (family + secret, Mutation.Insert(
            Table,
            ("FamilyId", family),
            ("AppId", appId),
            ("UserId", userId),
            ("GrantId", grantId),
            ("Scopes", scopes.Format()),
            ("IsPublic", isPublic),
            ("TokenHash", Secret.Hash(secret)),
            ("RenewedAt", Instant.Truncate(time.GetUtcNow()))));
    }

    /// <summary>Returns the mutation that revokes a family.</summary>
    public static Mutation Revoke(string family) => Mutation.Delete(Table, new Key(family));

    /// <summary>Uses a token. Returns what it permits and the token to use from now on.</summary>
    /// <param name="token">The token.</param>
    /// <param name="client">The client, whose secret has been verified if it has sent one.</param>
    /// <param name="requested">The scopes that the client asks for; null for all that the user has allowed.</param>
    /// <param name="ct">Cancels the transaction.</param>
    /// <exception cref="OAuthException">
    /// The token is invalid, or belongs to another client; or the user has not allowed the scopes, and the token remains the current one.
    /// </exception>
    public async Task<(Permission Permission, string Token, bool IsPublic)> UseAsync(
        string token, Client client, Scopes? requested, CancellationToken ct)
    {
        if (!TryParse(token, out var family, out var secret)) throw Invalid();
        string? victim = null;
        var use = await database.TransactAsync<(Permission, string, bool)?>(
            async transaction =>
            {
                victim = null;
                var row = await transaction.QueryAsync(OfFamily, new Parameters { { "family", family } }).FirstOrDefaultAsync();
                if (row is null || row.String("AppId") != client.Id) return null;
                var isPublic = row.Bool("IsPublic");
                // A token of a confidential client is useless without the client's secret.
                if (!isPublic && !client.IsAuthenticated) return null;
                var permission = Permission.FromRow(row, family);
                var (now, renewedAt) = (Instant.Truncate(time.GetUtcNow()), row.Timestamp("RenewedAt"));
                if (now - renewedAt >= Lifetime) return null;
                if (Secret.HasHash(secret, row.String("TokenHash")))
                {
                    if ((requested & ~permission.Scopes) > 0) throw OAuthException.ExcessiveScope();
                    if (isPublic) return (permission, family + Renew(transaction, family, secret, now), true);
                    if (now - renewedAt > UseInterval)
                        transaction.Add(Mutation.Update(Table, ("FamilyId", family), ("RenewedAt", now)));
                    return (permission, token, false);
                }

                if (now - renewedAt <= Grace && Secret.HasHash(secret, row.StringOrNull("PreviousTokenHash")))
                    return (permission, family + Secret.Next(secret, row.String("Salt")), true);
                transaction.Add(Revoke(family));
                victim = permission.UserId;
                return null;
            },
            ct);
        if (victim is not null) await access.EndSessionAsync(victim, family);
        return use ?? throw Invalid();
    }

    /// <summary>
    /// Revokes the family of a token. Returns the family and its user; null if the token is invalid or belongs to another client.
    /// </summary>
    public async Task<(string UserId, string Family)?> RevokeAsync(string token, Client client, CancellationToken ct)
    {
        if (!TryParse(token, out var family, out var secret)) return null;
        return await database.TransactAsync<(string, string)?>(
            async transaction =>
            {
                var row = await transaction.ReadAsync(Table, new Key(family));
                var isCurrent = row is not null && row.String("AppId") == client.Id
                    && (row.Bool("IsPublic") || client.IsAuthenticated)
                    && (Secret.HasHash(secret, row.String("TokenHash")) || Secret.HasHash(secret, row.StringOrNull("PreviousTokenHash")));
                if (!isCurrent) return null;
                transaction.Add(Revoke(family));
                return (row!.String("UserId"), family);
            },
            ct);
    }

    private static string Renew(ITransaction transaction, string family, string secret, DateTimeOffset now)
    {
        var salt = Secret.New();
        var next = Secret.Next(secret, salt);
        transaction.Add(Mutation.Update(
            Table,
            ("FamilyId", family),
            ("TokenHash", Secret.Hash(next)),
            ("PreviousTokenHash", Secret.Hash(secret)),
            ("Salt", salt),
            ("RenewedAt", now)));
        return next;
    }

    private static bool TryParse(string token, out string family, out string secret)
    {
        var isToken = token.Length is > SpotifyId.Length and <= SpotifyId.Length + 64
            && SpotifyId.IsValid(token.AsSpan(0, SpotifyId.Length));
        (family, secret) = isToken ? (token[..SpotifyId.Length], token[SpotifyId.Length..]) : ("", "");
        return isToken;
    }

    private static OAuthException Invalid() => OAuthException.InvalidGrant("Invalid refresh token");
}
