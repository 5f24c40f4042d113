using System.Buffers.Text;
using Microsoft.AspNetCore.Identity;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Web;

namespace Spotify.Functions.Accounts.Passkeys;

/// <summary>The question to a browser's authenticators.</summary>
/// <param name="Options">The argument of <c>navigator.credentials</c>, in JSON.</param>
/// <param name="Challenge">The challenge, for the form with the answer.</param>
internal sealed record PasskeyQuestion(string Options, string Challenge);

/// <summary>The passkeys of accounts. ASP.NET Core Identity verifies them.</summary>
/// <seealso href="https://www.w3.org/TR/webauthn-3/"/>
internal sealed class PasskeyService(IDatabase database, PasskeyChallenges challenges, TimeProvider time)
{
    /// <summary>The maximum number of passkeys of an account.</summary>
    public const int MaxPasskeys = 20;

    private static readonly Table UsedChallenges = Schema.Current.Table("UsedPasskeyChallenges");

    private static readonly Statement OfUser = new(
        "SELECT * FROM Passkeys WHERE UserId = @user ORDER BY CreatedAt, CredentialId LIMIT @limit",
        ("user", ColumnType.String), ("limit", ColumnType.Int64));

    /// <summary>Returns the passkeys of an account, the oldest first.</summary>
    public async Task<IReadOnlyList<Passkey>> OfAsync(string userId, CancellationToken ct) =>
        await database.QueryAsync(OfUser, AllOf(userId), null, ct).Select(Passkey.FromRow).ToListAsync(ct);

    /// <summary>Returns the question to add a passkey to an account.</summary>
    /// <param name="context">The request for the page.</param>
    /// <param name="userId">The account.</param>
    /// <param name="passkeys">The passkeys that the account has.</param>
    public async Task<PasskeyQuestion> AskToAddAsync(HttpContext context, string userId, IReadOnlyList<Passkey> passkeys)
    {
        var handle = passkeys.Count > 0 ? passkeys[0].UserHandle : Secret.New();
        var made = await Handler(context).MakeCreationOptionsAsync(
            new PasskeyUserEntity { Id = handle, Name = userId, DisplayName = userId }, context);
        return new PasskeyQuestion(made.CreationOptionsJson, challenges.Protect(context, userId, made.AttestationState!));
    }

    /// <summary>Adds a passkey to an account.</summary>
    /// <param name="context">The request with the answer of the authenticator.</param>
    /// <param name="userId">The account.</param>
    /// <param name="name">The name of the passkey.</param>
    /// <param name="challenge">The challenge.</param>
    /// <param name="credential">The credential, in JSON.</param>
    /// <exception cref="ApiException">400: the answer is refused, the name is invalid, or the account has too many passkeys.</exception>
    public async Task AddAsync(HttpContext context, string userId, string name, string challenge, string credential)
    {
        CheckName(name);
        var state = challenges.Unprotect(context, userId, challenge)
            ?? throw ApiException.BadRequest("The page was open for too long; try again");
        var result = await Handler(context).PerformAttestationAsync(
            new PasskeyAttestationContext { HttpContext = context, CredentialJson = credential, AttestationState = state });
        if (!result.Succeeded) throw ApiException.BadRequest("The passkey was refused; try again");
        var passkey = new Passkey(
            userId, Base64Url.EncodeToString(result.Passkey.CredentialId), result.UserEntity.Id, name,
            PasskeyOrigin.Of(context).IdnHost, result.Passkey.PublicKey, result.Passkey.SignCount, result.Passkey.IsBackupEligible,
            Instant.Truncate(time.GetUtcNow()), LastUsedAt: null);
        try
        {
            await database.TransactAsync(
                async transaction =>
                {
                    if (await transaction.QueryAsync(OfUser, AllOf(userId)).CountAsync() == MaxPasskeys)
                        throw ApiException.BadRequest($"You have {MaxPasskeys} passkeys, which is the maximum");
                    transaction.Add(passkey.Insert());
                    return true;
                },
                context.RequestAborted);
        }
        catch (Exception e) when (e is RowExistsException or ConstraintException)
        {
            throw ApiException.BadRequest("The passkey was added before");
        }
    }

    /// <summary>Returns the question to sign in with any passkey of this server.</summary>
    public async Task<PasskeyQuestion> AskToSignInAsync(HttpContext context)
    {
        var made = await Handler(context).MakeRequestOptionsAsync(user: null, context);
        return new PasskeyQuestion(made.RequestOptionsJson, challenges.Protect(context, purpose: null, made.AssertionState!));
    }

    /// <summary>Returns the account that signs in with a passkey.</summary>
    /// <param name="context">The request with the answer of the authenticator.</param>
    /// <param name="challenge">The challenge.</param>
    /// <param name="credential">The credential, in JSON.</param>
    /// <exception cref="ApiException">403: the answer is refused.</exception>
    public async Task<string> VerifyAsync(HttpContext context, string challenge, string credential)
    {
        var state = challenges.Unprotect(context, purpose: null, challenge) ?? throw Refused("The page was open for too long; try again.");
        var result = await Handler(context).PerformAssertionAsync(
            new PasskeyAssertionContext { HttpContext = context, CredentialJson = credential, AssertionState = state });
        if (!result.Succeeded) throw Refused();
        var parameters = new Parameters { { "credential", Base64Url.EncodeToString(result.Passkey.CredentialId) } };
        var now = Instant.Truncate(time.GetUtcNow());
        var used = Mutation.Insert(
            UsedChallenges, ("ChallengeHash", Secret.Hash(state)), ("ExpiresAt", now + PasskeyChallenges.Lifetime));
        try
        {
            return await database.TransactAsync(
                async transaction =>
                {
                    var passkey = await transaction.QueryAsync(Passkey.WithCredential, parameters)
                        .Select(Passkey.FromRow).FirstOrDefaultAsync() ?? throw Refused();
                    // Another request may have changed the counter since the signature was verified.
                    var count = (long)result.Passkey.SignCount;
                    if ((count != 0 || passkey.SignCount != 0) && count <= passkey.SignCount) throw Refused();
                    transaction.Add(used);
                    transaction.Add(passkey.Update(("SignCount", count), ("LastUsedAt", now)));
                    return passkey.UserId;
                },
                context.RequestAborted);
        }
        catch (RowExistsException)
        {
            throw Refused();
        }
    }

    /// <summary>Renames a passkey.</summary>
    /// <exception cref="ApiException">400: the name is invalid. 404: the account has no such passkey.</exception>
    public async Task RenameAsync(string userId, string credentialId, string name, CancellationToken ct)
    {
        CheckName(name);
        try
        {
            await database.CommitAsync(
                [Mutation.Update(Passkey.Table, ("UserId", userId), ("CredentialId", credentialId), ("Name", name))], ct);
        }
        catch (RowMissingException)
        {
            throw ApiException.NotFound("You have no such passkey");
        }
    }

    /// <summary>Removes a passkey.</summary>
    public Task RemoveAsync(string userId, string credentialId, CancellationToken ct) =>
        database.CommitAsync([Mutation.Delete(Passkey.Table, new Key(userId, credentialId))], ct);

    private static void CheckName(string name)
    {
        if (name.Length is 0 or > Passkey.MaxNameLength || name.Any(char.IsControl))
            throw ApiException.BadRequest($"The name must have 1 to {Passkey.MaxNameLength} printable characters");
    }

    private static Parameters AllOf(string userId) => new() { { "user", userId }, { "limit", MaxPasskeys } };

    private static IPasskeyHandler<string> Handler(HttpContext context) =>
        context.RequestServices.GetRequiredService<IPasskeyHandler<string>>();

    // The same for each problem, so that answers do not tell which credentials exist.
    private static ApiException Refused(string message = "The passkey was not accepted.") =>
        new(StatusCodes.Status403Forbidden, message);
}
