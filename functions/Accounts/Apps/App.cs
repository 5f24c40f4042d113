using Spotify.Domain.Data;

namespace Spotify.Functions.Accounts.Apps;

/// <summary>An app that may ask users for access: an OAuth client.</summary>
/// <param name="Id">The client id.</param>
/// <param name="OwnerId">The user who registered the app.</param>
/// <param name="Name">The name that users see.</param>
/// <param name="RedirectUris">The URIs to which users may be sent back.</param>
/// <param name="SecretHash">The hash of the client secret.</param>
/// <param name="PreviousSecretHash">The hash of the secret before the last rotation; null if there was none.</param>
/// <param name="PreviousSecretUntil">When the previous secret ends.</param>
/// <param name="CreatedAt">When the app was registered.</param>
internal sealed record App(
    string Id,
    string OwnerId,
    string Name,
    IReadOnlyList<string> RedirectUris,
    string SecretHash,
    string? PreviousSecretHash,
    DateTimeOffset? PreviousSecretUntil,
    DateTimeOffset CreatedAt)
{
    /// <summary>The maximum length of a name, in characters.</summary>
    public const int MaxNameLength = 80;

    /// <summary>The table <c>Apps</c>.</summary>
    public static Table Table { get; } = Schema.Current.Table("Apps");

    /// <summary>Reads an app from a row of <see cref="Table"/>.</summary>
    public static App FromRow(Row row) => new(
        row.String("AppId"),
        row.String("OwnerId"),
        row.String("Name"),
        row.String("RedirectUris").Split('\n', StringSplitOptions.RemoveEmptyEntries),
        row.String("SecretHash"),
        row.StringOrNull("PreviousSecretHash"),
        row.TimestampOrNull("PreviousSecretUntil"),
        row.Timestamp("CreatedAt"));

    /// <summary>Returns the mutation that writes the app.</summary>
    public Mutation Write() => Mutation.Upsert(
        Table,
        ("AppId", Id),
        ("OwnerId", OwnerId),
        ("Name", Name),
        ("RedirectUris", string.Join('\n', RedirectUris)),
        ("SecretHash", SecretHash),
        ("PreviousSecretHash", PreviousSecretHash),
        ("PreviousSecretUntil", PreviousSecretUntil),
        ("CreatedAt", CreatedAt));

    /// <summary>Returns whether a secret is the app's current one, or the previous one while it is still accepted.</summary>
    public bool HasSecret(string secret, DateTimeOffset now) =>
        Secret.HasHash(secret, SecretHash) || (now < PreviousSecretUntil && Secret.HasHash(secret, PreviousSecretHash));
}
