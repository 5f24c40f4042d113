using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Spotify.Domain;
using Spotify.Licensing.Jose;

namespace Spotify.Licensing;

/// <summary>
/// A challenge for the registration of a device, to be signed by the device's key. It is a signed message of the server, which keeps no
/// record of it: a repeated registration of a key has no effect.
/// </summary>
public static class DeviceChallenge
{
    /// <summary>The <c>typ</c>.</summary>
    public const string Type = "device-challenge+jwt";

    /// <summary>How long a challenge is valid.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    /// <summary>Issues a challenge.</summary>
    /// <param name="issuer">The issuer of licenses.</param>
    /// <param name="userId">The user.</param>
    /// <param name="now">The current time.</param>
    /// <param name="key">The key of licenses that signs now.</param>
    /// <returns>The challenge and its expiry, in whole seconds.</returns>
    public static (string Challenge, DateTimeOffset ExpiresAt) Issue(string issuer, string userId, DateTimeOffset now, JwsKey key)
    {
        var expiresAt = (now + Lifetime).ToUnixTimeSeconds();
        var payload = JsonSerializer.SerializeToUtf8Bytes(
            new(issuer, userId, now.ToUnixTimeSeconds(), expiresAt, SpotifyId.New()), LicensingJson.Default.ChallengePayload);
        return (CompactJws.Sign(Type, payload, key), DateTimeOffset.FromUnixTimeSeconds(expiresAt));
    }

    /// <summary>Verifies a challenge.</summary>
    /// <param name="challenge">The challenge as received.</param>
    /// <param name="issuer">The issuer of licenses.</param>
    /// <param name="userId">The user.</param>
    /// <param name="now">The current time.</param>
    /// <param name="keys">All keys of licenses.</param>
    /// <param name="problem">The reason why the challenge is not valid, as a sentence.</param>
    public static bool TryVerify(
        string challenge, string issuer, string userId, DateTimeOffset now, IEnumerable<P256PublicKey> keys,
        [NotNullWhen(false)] out string? problem)
    {
        problem = !CompactJws.TryVerify(challenge, Type, keys, out var json)
            || !LicensingJson.TryRead(json, LicensingJson.Default.ChallengePayload, out var payload)
            || payload.Iss != issuer || payload.Sub != userId ? "The challenge was not issued for this user."
            : now.ToUnixTimeSeconds() >= payload.Exp ? "The challenge has expired."
            : null;
        return problem is null;
    }
}
