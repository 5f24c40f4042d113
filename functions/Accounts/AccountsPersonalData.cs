using Spotify.Web.PersonalData;

namespace Spotify.Functions.Accounts;

/// <summary>The personal data in accounts. The tokens of other users for a removed account's apps end with the apps.</summary>
internal static class AccountsPersonalData
{
    /// <summary>The rows, in the order in which they are erased.</summary>
    public static IReadOnlyList<PersonalRows> All { get; } =
    [
        new("Sessions", "UserId"),
        new("AppGrants", "UserId"),
        new("AuthorizationCodes", "UserId"),
        new("RefreshTokens", "UserId"),
        new("Apps", "OwnerId"),
        new("Invitations", "UserId"),
        new("Passkeys", "UserId"),
        new("AccountChecks", "UserId"),
        new("LocalAccounts", "UserId"),
    ];
}
