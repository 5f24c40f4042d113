using Microsoft.AspNetCore.Identity;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Functions.Accounts.Apps;
using Spotify.Functions.Accounts.Passkeys;
using Spotify.Web;
using Spotify.Web.PersonalData;

namespace Spotify.Functions.Accounts.SignIn;

/// <summary>An invitation: the permission to create an account, or to choose a new password for an existing one.</summary>
/// <param name="UserId">The existing account; null to create one.</param>
/// <param name="IsOwner">Whether the new account may invite others.</param>
/// <param name="Product">The plan of the new account.</param>
/// <param name="Country">The country of the new account.</param>
public sealed record Invitation(string? UserId, bool IsOwner, Product Product, string Country);

/// <summary>The accounts of the one-machine home: user names with passwords. Accounts are created by invitation only.</summary>
public sealed class LocalAccounts(IDatabase database, TimeProvider time) : ISignIn
{
    /// <summary>The minimum length of a password, in characters.</summary>
    public const int MinPasswordLength = 10;

    /// <summary>The maximum length of a password, in characters, because hashing takes longer for longer passwords.</summary>
    public const int MaxPasswordLength = 256;

    /// <summary>How long an invitation is valid.</summary>
    public static readonly TimeSpan InvitationLifetime = TimeSpan.FromDays(7);

    private static readonly Table Table = Schema.Current.Table("LocalAccounts");
    private static readonly Table Invitations = Schema.Current.Table("Invitations");

    private static readonly Statement OwnerInvitations = new("SELECT TokenHash FROM Invitations WHERE IsOwner = TRUE");

    private static readonly Statement AnOwner = new("SELECT UserId FROM LocalAccounts WHERE IsOwner = TRUE LIMIT 1");

    private static readonly Statement Page = new(
        $"""
        SELECT UserId, IsOwner FROM LocalAccounts
        WHERE UserId > @after AND {RemovedAccounts.IsNotRemovedSql("LocalAccounts.UserId")} ORDER BY UserId LIMIT @limit
        """,
        ("after", ColumnType.String), ("limit", ColumnType.Int64));

    private static readonly Statement OtherOwner = new(
        $"""
        SELECT UserId FROM LocalAccounts
        WHERE IsOwner = TRUE AND UserId <> @user AND {RemovedAccounts.IsNotRemovedSql("LocalAccounts.UserId")} LIMIT 1
        """,
        ("user", ColumnType.String));

    private static readonly Statement InvitationsOfUser = new(
        "SELECT TokenHash FROM Invitations WHERE UserId = @user", ("user", ColumnType.String));

    private static readonly PasswordHasher<string> Hasher = new();
    private static readonly string HashOfNobody = Hasher.HashPassword("", Secret.New());

    /// <summary>Returns the id of an account from what a user types: names do not depend on case.</summary>
    public static string IdOf(string name) => name.Trim().ToLowerInvariant();

    /// <inheritdoc/>
    public async Task<string?> VerifyAsync(string name, string password, string country, CancellationToken ct)
    {
        var id = IdOf(name);
        var row = User.IsValidId(id) && password.Length <= MaxPasswordLength
            ? await database.ReadAsync(Table, new Key(id), null, ct)
            : null;
        var stored = row?.StringOrNull("PasswordHash");
        var given = password.Length <= MaxPasswordLength ? password : "";
        var result = Hasher.VerifyHashedPassword(id, stored ?? HashOfNobody, given);
        return stored is not null && result != PasswordVerificationResult.Failed ? id : null;
    }

    /// <inheritdoc/>
    public async Task<bool> MayRemoveAsync(string userId, string otherId, CancellationToken ct) =>
        await IsOwnerAsync(userId, ct) && await ExistsAsync(otherId, ct);

    /// <inheritdoc/>
    public async Task CheckRemovalAsync(ITransaction transaction, string userId)
    {
        if (await transaction.ReadAsync(Table, new Key(userId)) is { } account && account.Bool("IsOwner")
            && !await transaction.QueryAsync(OtherOwner, new Parameters { { "user", userId } }).AnyAsync())
            throw ApiException.BadRequest("The only owner's account cannot be removed");
    }

    /// <summary>Returns whether an account may invite others.</summary>
    public async Task<bool> IsOwnerAsync(string userId, CancellationToken ct) =>
        await database.ReadAsync(Table, new Key(userId), null, ct) is { } row && row.Bool("IsOwner");

    /// <summary>Returns whether there is an account.</summary>
    public async Task<bool> ExistsAsync(string userId, CancellationToken ct) =>
        User.IsValidId(userId) && await database.ReadAsync(Table, new Key(userId), null, ct) is not null;

    /// <summary>Returns accounts in the order of their names, except those that are being removed.</summary>
    /// <param name="after">The account before the first one; empty to start.</param>
    /// <param name="limit">The maximum number of accounts.</param>
    /// <param name="ct">Cancels the read.</param>
    public async Task<IReadOnlyList<(string UserId, bool IsOwner)>> ListAsync(string after, int limit, CancellationToken ct) =>
        await database.QueryAsync(Page, new Parameters { { "after", after }, { "limit", limit } }, null, ct)
            .Select(row => (row.String("UserId"), row.Bool("IsOwner"))).ToListAsync(ct);

    /// <summary>Returns whether there is an account that may invite others.</summary>
    public async Task<bool> HasOwnerAsync(CancellationToken ct) =>
        await database.QueryAsync(AnOwner, [], null, ct).AnyAsync(ct);

    /// <summary>Creates an invitation. Returns its token, which is not stored. There is one invitation of an owner at most.</summary>
    public async Task<string> InviteAsync(Invitation invitation, CancellationToken ct)
    {
        var token = Secret.New();
        var insert = Mutation.Insert(
            Invitations,
            ("TokenHash", Secret.Hash(token)),
            ("UserId", invitation.UserId),
            ("IsOwner", invitation.IsOwner),
            ("Product", invitation.Product.WireName()),
            ("Country", invitation.Country),
            ("ExpiresAt", Instant.Truncate(time.GetUtcNow() + InvitationLifetime)));
        return await database.TransactAsync(
            async transaction =>
            {
                if (invitation.IsOwner)
                {
                    await foreach (var earlier in transaction.QueryAsync(OwnerInvitations, []))
                        transaction.Add(Mutation.Delete(Invitations, new Key(earlier.String("TokenHash"))));
                }

                transaction.Add(insert);
                return token;
            },
            ct);
    }

    /// <summary>Returns the invitation with a token; null if there is none or it has expired.</summary>
    public async Task<Invitation?> FindInvitationAsync(string token, CancellationToken ct) =>
        Valid(await database.ReadAsync(Invitations, new Key(Secret.Hash(token)), null, ct));

    /// <summary>
    /// Accepts an invitation: creates the account, or sets its password, removes its passkeys, withdraws the access of apps, ends the other
    /// invitations of the account and signs it out everywhere. Returns the account.
    /// </summary>
    /// <exception cref="ApiException">
    /// 400: the name or password is invalid, the name is taken, or the invitation is used or has expired. The invitation remains valid.
    /// </exception>
    public async Task<string> AcceptAsync(string token, string name, string password, CancellationToken ct)
    {
        if (password.Length is < MinPasswordLength or > MaxPasswordLength)
            throw ApiException.BadRequest($"The password must have {MinPasswordLength} to {MaxPasswordLength} characters");
        var hash = Hasher.HashPassword("", password);
        try
        {
            return await database.TransactAsync(
                async transaction =>
                {
                    var key = new Key(Secret.Hash(token));
                    var invitation = Valid(await transaction.ReadAsync(Invitations, key))
                        ?? throw ApiException.BadRequest("The link was used before or has expired; ask for a new one");
                    transaction.Add(Mutation.Delete(Invitations, key));
                    if (invitation.UserId is { } existing)
                    {
                        if (await transaction.IsRemovedAsync(existing)) throw ApiException.BadRequest("The account has been removed");
                        transaction.Add(Mutation.Update(Table, ("UserId", existing), ("PasswordHash", hash)));
                        // Somebody else may have added or allowed them.
                        transaction.Add(Mutation.Delete(Passkey.Table, new Key(existing)));
                        transaction.Add(AppGrants.WithdrawAll(existing));
                        // A link for a new password may have been intercepted before another one was made.
                        await foreach (var row in transaction.QueryAsync(InvitationsOfUser, new Parameters { { "user", existing } }))
                            transaction.Add(Mutation.Delete(Invitations, new Key(row.String("TokenHash"))));
                        await Sessions.EndAllAsync(transaction, existing);
                        return existing;
                    }

                    var id = IdOf(name);
                    if (!User.IsValidId(id))
                        throw ApiException.BadRequest($"The name must have 1 to {User.MaxIdLength} printable characters");
                    if (await transaction.IsRemovedAsync(id))
                        throw ApiException.BadRequest("The name is taken by an account that is being removed; choose another one");
                    transaction.Add(new User(
                        id, name.Trim(), Email: null, invitation.Country, invitation.Product, ExplicitFilter: false,
                        ExplicitFilterLocked: false, ImageId: null, Instant.Truncate(time.GetUtcNow())).Insert());
                    transaction.Add(Mutation.Insert(
                        Table, ("UserId", id), ("PasswordHash", hash), ("IsOwner", invitation.IsOwner)));
                    return id;
                },
                ct);
        }
        catch (RowExistsException)
        {
            throw ApiException.BadRequest("The name is taken; choose another one");
        }
    }

    private Invitation? Valid(Row? row)
    {
        if (row is null || row.Timestamp("ExpiresAt") <= time.GetUtcNow()) return null;
        Products.TryParse(row.String("Product"), out var product);
        return new Invitation(row.StringOrNull("UserId"), row.Bool("IsOwner"), product, row.String("Country"));
    }
}
