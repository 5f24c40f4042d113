using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Spotify.Functions.Accounts.Pages;

namespace Spotify.Functions.Accounts.Passkeys;

/// <summary>
/// The challenges that wait for an answer. Pages contain them, encrypted for the browser and the account, so that requests for pages need
/// no memory. They end with the process, because the key does.
/// </summary>
internal sealed class PasskeyChallenges(TimeProvider time)
{
    /// <summary>How long a challenge is valid, from the request for the page to the answer of the authenticator.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private readonly EphemeralDataProtectionProvider protection = new();

    /// <summary>Returns a challenge for a field of a form.</summary>
    /// <param name="context">The request for the page.</param>
    /// <param name="purpose">The account that adds a passkey; null to sign in.</param>
    /// <param name="state">The challenge, as the framework describes it.</param>
    public string Protect(HttpContext context, string? purpose, string state)
    {
        var expiresAt = (time.GetUtcNow() + Lifetime).ToUnixTimeMilliseconds();
        return Protector(context, purpose).Protect(string.Create(CultureInfo.InvariantCulture, $"{expiresAt} {state}"));
    }

    /// <summary>
    /// Returns the challenge of a submitted form; null if it has expired, or is for another browser or purpose.
    /// </summary>
    /// <inheritdoc cref="Protect" path="/param"/>
    /// <param name="challenge">The field.</param>
    public string? Unprotect(HttpContext context, string? purpose, string challenge)
    {
        try
        {
            var parts = Protector(context, purpose).Unprotect(challenge).Split(' ', 2);
            var expiresAt = DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(parts[0], CultureInfo.InvariantCulture));
            return expiresAt > time.GetUtcNow() ? parts[1] : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private IDataProtector Protector(HttpContext context, string? purpose) =>
        protection.CreateProtector(FormToken.Of(context), purpose is null ? ["sign-in"] : ["registration", purpose]);
}
