using Spotify.Domain.Data;

namespace Spotify.Functions.Accounts.Passkeys;

/// <summary>A passkey of an account.</summary>
/// <param name="UserId">The account.</param>
/// <param name="CredentialId">The id of the credential, in base64url.</param>
/// <param name="UserHandle">The random id of the account that the authenticator stores; the same for all passkeys of an account.</param>
/// <param name="Name">The name that the user gave.</param>
/// <param name="Host">The relying party id: the host where browsers offer the passkey.</param>
/// <param name="PublicKey">The COSE key.</param>
/// <param name="SignCount">The signature counter; 0 for authenticators that have none.</param>
/// <param name="IsBackupEligible">Whether the authenticator copies the passkey to other devices.</param>
/// <param name="CreatedAt">When the passkey was added.</param>
/// <param name="LastUsedAt">When the user last signed in with the passkey; null for never.</param>
internal sealed record Passkey(
    string UserId,
    string CredentialId,
    string UserHandle,
    string Name,
    string Host,
    byte[] PublicKey,
    long SignCount,
    bool IsBackupEligible,
    DateTimeOffset CreatedAt,
    DateTimeOffset? LastUsedAt)
{
    /// <summary>The maximum length of a name, in characters.</summary>
    public const int MaxNameLength = 64;

    /// <summary>The table <c>Passkeys</c>.</summary>
    public static Table Table { get; } = Schema.Current.Table("Passkeys");

    /// <summary>The query for the passkey with a credential id.</summary>
    public static readonly Statement WithCredential = new(
        "SELECT * FROM Passkeys WHERE CredentialId = @credential", ("credential", ColumnType.String));

    /// <summary>Reads a passkey from a row of <see cref="Table"/>.</summary>
    public static Passkey FromRow(Row row) => new(
        row.String("UserId"),
        row.String("CredentialId"),
        row.String("UserHandle"),
        row.String("Name"),
        row.String("Host"),
        row.Bytes("PublicKey"),
        row.Int64("SignCount"),
        row.Bool("IsBackupEligible"),
        row.Timestamp("CreatedAt"),
        row.TimestampOrNull("LastUsedAt"));

    /// <summary>Returns the mutation that inserts the passkey.</summary>
    public Mutation Insert() => Mutation.Insert(
        Table,
        ("UserId", UserId),
        ("CredentialId", CredentialId),
        ("UserHandle", UserHandle),
        ("Name", Name),
        ("Host", Host),
        ("PublicKey", PublicKey),
        ("SignCount", SignCount),
        ("IsBackupEligible", IsBackupEligible),
        ("CreatedAt", CreatedAt),
        ("LastUsedAt", LastUsedAt));

    /// <summary>Returns the mutation that sets columns of the passkey.</summary>
    public Mutation Update(params (string Column, object? Value)[] values) =>
        Mutation.Update(Table, [("UserId", UserId), ("CredentialId", CredentialId), .. values]);
}
