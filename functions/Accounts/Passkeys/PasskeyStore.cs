using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;

namespace Spotify.Functions.Accounts.Passkeys;

/// <summary>
/// The passkeys as <see cref="PasskeyHandler{TUser}"/> reads them. Its users are user handles. Other services write the passkeys.
/// </summary>
internal sealed class PasskeyStore(IDatabase database) : IUserPasskeyStore<string>
{
    private static readonly Statement WithHandle = new(
        "SELECT * FROM Passkeys WHERE UserHandle = @handle", ("handle", ColumnType.String));

    // Verified in place of an unknown passkey, so that the answer takes as long. Nobody has the private key.
    private static readonly UserPasskeyInfo Nobody = Describe([], NewPublicKey(), signCount: 0, isBackupEligible: false, default);

    /// <inheritdoc/>
    public Task<string?> FindByIdAsync(string userId, CancellationToken cancellationToken) => Task.FromResult<string?>(userId);

    /// <inheritdoc/>
    public Task<string> GetUserIdAsync(string user, CancellationToken cancellationToken) => Task.FromResult(user);

    /// <inheritdoc/>
    public async Task<IList<UserPasskeyInfo>> GetPasskeysAsync(string user, CancellationToken cancellationToken) =>
        await database.QueryAsync(WithHandle, new Parameters { { "handle", user } }, null, cancellationToken)
            .Select(row => Describe(Passkey.FromRow(row))).ToListAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task<string?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken) =>
        (await FindAsync(credentialId, cancellationToken))?.UserHandle;

    /// <inheritdoc/>
    public async Task<UserPasskeyInfo?> FindPasskeyAsync(string user, byte[] credentialId, CancellationToken cancellationToken) =>
        await FindAsync(credentialId, cancellationToken) is { } passkey && passkey.UserHandle == user ? Describe(passkey) : Nobody;

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private async Task<Passkey?> FindAsync(byte[] credentialId, CancellationToken ct)
    {
        var parameters = new Parameters { { "credential", Base64Url.EncodeToString(credentialId) } };
        return await database.QueryAsync(Passkey.WithCredential, parameters, null, ct).Select(Passkey.FromRow).FirstOrDefaultAsync(ct);
    }

    private static UserPasskeyInfo Describe(Passkey passkey) => Describe(
        Base64Url.DecodeFromChars(passkey.CredentialId), passkey.PublicKey, (uint)passkey.SignCount, passkey.IsBackupEligible,
        passkey.CreatedAt);

    private static UserPasskeyInfo Describe(
        byte[] credentialId, byte[] publicKey, uint signCount, bool isBackupEligible, DateTimeOffset createdAt) => new(
            credentialId, publicKey, createdAt, signCount, transports: [], isUserVerified: true, isBackupEligible, isBackedUp: false,
            attestationObject: [], clientDataJson: []);

    // COSE: a map with the type EC2, the algorithm ES256, the curve P-256, x and y.
    private static byte[] NewPublicKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return [.. Convert.FromHexString("A5010203262001215820"), .. point.X!, .. Convert.FromHexString("225820"), .. point.Y!];
    }

    Task<string?> IUserStore<string>.GetUserNameAsync(string user, CancellationToken cancellationToken) => throw Unused();

    Task IUserStore<string>.SetUserNameAsync(string user, string? userName, CancellationToken cancellationToken) => throw Unused();

    Task<string?> IUserStore<string>.GetNormalizedUserNameAsync(string user, CancellationToken cancellationToken) => throw Unused();

    Task IUserStore<string>.SetNormalizedUserNameAsync(string user, string? normalizedName, CancellationToken cancellationToken) =>
        throw Unused();

    Task<IdentityResult> IUserStore<string>.CreateAsync(string user, CancellationToken cancellationToken) => throw Unused();

    Task<IdentityResult> IUserStore<string>.UpdateAsync(string user, CancellationToken cancellationToken) => throw Unused();

    Task<IdentityResult> IUserStore<string>.DeleteAsync(string user, CancellationToken cancellationToken) => throw Unused();

    Task<string?> IUserStore<string>.FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) => throw Unused();

    Task IUserPasskeyStore<string>.AddOrUpdatePasskeyAsync(string user, UserPasskeyInfo passkey, CancellationToken cancellationToken) =>
        throw Unused();

    Task IUserPasskeyStore<string>.RemovePasskeyAsync(string user, byte[] credentialId, CancellationToken cancellationToken) =>
        throw Unused();

    private static NotSupportedException Unused() => new("Verifying passkeys does not need this.");
}
