using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Functions.Player.Live;
using Spotify.Web.Identity;
using Spotify.Web.PersonalData;

namespace Spotify.Functions.Accounts.Tokens;

/// <summary>
/// Authorization codes: single-use, valid for a minute. A second use revokes the tokens of the first one, because the code was stolen.
/// </summary>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2"/>
internal sealed class AuthorizationCodes(IDatabase database, RefreshTokens refreshTokens, PlayerAccess access, TimeProvider time)
{
    /// <summary>How long a code is valid.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    private static readonly Table Table = Schema.Current.Table("AuthorizationCodes");

    private static readonly Statement OfCode = new(
        $"""
        SELECT AuthorizationCodes.AppId, AuthorizationCodes.UserId, AuthorizationCodes.GrantId, AuthorizationCodes.RedirectUri,
          AuthorizationCodes.Scopes, AuthorizationCodes.CodeChallenge, AuthorizationCodes.FamilyId, AuthorizationCodes.ExpiresAt,
          Users.Country, Users.Product
        FROM AuthorizationCodes
        JOIN AppGrants ON AppGrants.UserId = AuthorizationCodes.UserId AND AppGrants.AppId = AuthorizationCodes.AppId
          AND AppGrants.GrantId = AuthorizationCodes.GrantId
        JOIN Users ON Users.UserId = AuthorizationCodes.UserId
        WHERE AuthorizationCodes.CodeHash = @hash AND {RemovedAccounts.IsNotRemovedSql("Users.UserId")}
        """,
        ("hash", ColumnType.String));

    /// <summary>Returns a new code, and the mutation that writes it.</summary>
    public (string Code, Mutation Insert) Create(
        string appId, string userId, string grantId, string redirectUri, Scopes scopes, string? challenge)
    {
        var code = Secret.New();
        return (code, Mutation.Insert(
            Table,
            ("CodeHash", Secret.Hash(code)),
            ("AppId", appId),
            ("UserId", userId),
            ("GrantId", grantId),
            ("RedirectUri", redirectUri),
            ("Scopes", scopes.Format()),
            ("CodeChallenge", challenge),
            ("ExpiresAt", Instant.Truncate(time.GetUtcNow() + Lifetime))));
    }

    /// <summary>Redeems a code. Returns what it permits and a refresh token.</summary>
    /// <param name="code">The code.</param>
    /// <param name="redirectUri">The redirect URI of the authorization request.</param>
    /// <param name="verifier">The PKCE verifier; null if the client sent none.</param>
    /// <param name="client">The client, whose secret has been verified if it has sent one.</param>
    /// <param name="ct">Cancels the transaction.</param>
    /// <exception cref="OAuthException">The code is invalid, or another parameter does not belong to it.</exception>
    public async Task<(Permission Permission, string RefreshToken)> RedeemAsync(
        string code, string redirectUri, string? verifier, Client client, CancellationToken ct)
    {
        var hash = Secret.Hash(code);
        (string UserId, string Family)? stolen = null;
        // The result is a value, because the revocation after a second use must be committed.
        var result = await database.TransactAsync<object>(
            async transaction =>
            {
                stolen = null;
                var row = await transaction.QueryAsync(OfCode, new Parameters { { "hash", hash } }).FirstOrDefaultAsync();
                if (row is null || row.String("AppId") != client.Id) return "Invalid authorization code";
                if (row.StringOrNull("FamilyId") is { } used)
                {
                    transaction.Add(RefreshTokens.Revoke(used));
                    stolen = (row.String("UserId"), used);
                    return "Invalid authorization code";
                }

                if (row.Timestamp("ExpiresAt") <= time.GetUtcNow()) return "Authorization code expired";
                if (row.String("RedirectUri") != redirectUri) return "Invalid redirect URI";
                if (Mismatch(row.StringOrNull("CodeChallenge"), verifier, client) is { } mismatch) return mismatch;

                var family = SpotifyId.New();
                var permission = Permission.FromRow(row, family);
                var (token, insert) = refreshTokens.Create(
                    family, client.Id, permission.UserId, row.String("GrantId"), permission.Scopes, !client.IsAuthenticated);
                transaction.Add(insert);
                transaction.Add(Mutation.Update(Table, ("CodeHash", hash), ("FamilyId", family)));
                return (permission, token);
            },
            ct);
        if (stolen is var (user, session)) await access.EndSessionAsync(user, session);
        return result is (Permission permission, string token)
            ? (permission, token)
            : throw OAuthException.InvalidGrant((string)result);
    }

    // A client that proves nothing but knows a code may have stolen it. A verifier without a challenge is refused as well, because an
    // attacker may have removed the challenge from the request.
    private static string? Mismatch(string? challenge, string? verifier, Client client) => (challenge, verifier) switch
    {
        (null, null) => client.IsAuthenticated ? null : "code_verifier required",
        ({ } expected, { } given) when Pkce.Verify(given, expected) => null,
        (_, null) => "code_verifier required",
        _ => "code_verifier was incorrect",
    };
}
