namespace Spotify.Functions.Accounts;

/// <summary>The options of the authorization server of one machine, section <c>Accounts</c>.</summary>
public sealed class AccountsOptions
{
    /// <summary>
    /// Whether callers on this machine get development tokens: with every scope, for any user, without a password.
    /// </summary>
    public bool DevelopmentTokens { get; set; }
}
