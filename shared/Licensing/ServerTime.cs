using System.Text.Json;
using Spotify.Licensing.Jose;

namespace Spotify.Licensing;

/// <summary>The signed time of the server, with which devices notice that their clock was set back.</summary>
public static class ServerTime
{
    /// <summary>The <c>typ</c>.</summary>
    public const string Type = "server-time+jwt";

    /// <summary>Signs the time, in whole seconds.</summary>
    /// <param name="issuer">The issuer of licenses.</param>
    /// <param name="now">The current time.</param>
    /// <param name="key">The key of licenses that signs now.</param>
    public static string Sign(string issuer, DateTimeOffset now, JwsKey key) => CompactJws.Sign(
        Type,
        JsonSerializer.SerializeToUtf8Bytes(new(issuer, now.ToUnixTimeSeconds()), LicensingJson.Default.ServerTimePayload),
        key);

    /// <summary>Verifies a time, as a device does.</summary>
    /// <param name="jws">The signed time as received.</param>
    /// <param name="issuer">The issuer of licenses.</param>
    /// <param name="keys">The published keys of licenses.</param>
    /// <param name="time">The time.</param>
    public static bool TryVerify(string jws, string issuer, IEnumerable<P256PublicKey> keys, out DateTimeOffset time)
    {
        time = default;
        if (!CompactJws.TryVerify(jws, Type, keys, out var json)
            || !LicensingJson.TryRead(json, LicensingJson.Default.ServerTimePayload, out var payload)
            || payload.Iss != issuer) return false;
        time = DateTimeOffset.FromUnixTimeSeconds(payload.Iat);
        return true;
    }
}
