using System.Text.Json.Nodes;
using Google.Api.Gax.Grpc;
using Google.Cloud.Firestore.V1;
using Microsoft.AspNetCore.WebUtilities;

namespace Spotify.Google.Tests.LiveDocuments;

/// <summary>Tokens for the emulator, which does not verify signatures.</summary>
internal static class Tokens
{
    /// <summary>The token that is exempt from the rules.</summary>
    public const string Owner = "owner";

    /// <summary>Returns the ID token of a listener who has exchanged a live token.</summary>
    /// <param name="uid">The listener.</param>
    /// <param name="authTime">The time of the exchange, in seconds.</param>
    /// <param name="issuedAt">The time when the live token was issued; null for a sign-in without one.</param>
    public static string Of(string uid, long authTime, long? issuedAt)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["iss"] = "https://securetoken.google.com/test",
            ["aud"] = "test",
            ["sub"] = uid,
            ["user_id"] = uid,
            ["iat"] = now,
            ["exp"] = now + 3600,
            ["auth_time"] = authTime,
            ["firebase"] = new JsonObject { ["sign_in_provider"] = "custom", ["identities"] = new JsonObject() },
        };
        if (issuedAt is { } time) claims["issued_at"] = time;
        return $"{Encode("""{"alg":"none","typ":"JWT"}""")}.{Encode(claims.ToJsonString())}.";
    }

    /// <summary>Returns the settings of a client that sends a token.</summary>
    public static FirestoreSettings SettingsOf(string token) =>
        new() { CallSettings = CallSettings.FromHeader("Authorization", $"Bearer {token}") };

    private static string Encode(string json) => WebEncoders.Base64UrlEncode(System.Text.Encoding.UTF8.GetBytes(json));
}
