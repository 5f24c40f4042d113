using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Spotify.Web.Identity;

/// <summary>
/// A verifier of the JSON Web Tokens (RFC 7519) of one issuer, for one audience, with one algorithm and of one type: all others are
/// refused, whatever the token's header says (RFC 8725).
/// </summary>
/// <param name="issuer">The required <c>iss</c>.</param>
/// <param name="audience">The required <c>aud</c>.</param>
/// <param name="algorithm">The required <c>alg</c>.</param>
/// <param name="type">The required <c>typ</c>.</param>
/// <param name="keys">The keys of the issuer.</param>
/// <param name="time">The clock.</param>
public sealed class TokenVerifier(string issuer, string audience, string algorithm, string type, KeySet keys, TimeProvider time)
{
    /// <summary>The maximum length of a token in characters.</summary>
    public const int MaxLength = 8192;

    private const string AuthenticationScheme = "Bearer ";
    private const int ClockToleranceSeconds = 60;

    private static readonly SearchValues<char> Characters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    private readonly JsonWebTokenHandler handler = new() { MaximumTokenSizeInBytes = MaxLength };

    private readonly TokenValidationParameters parameters = new()
    {
        ValidIssuer = issuer,
        ValidAudience = audience,
        ValidAlgorithms = [algorithm],
        ValidTypes = [type],
        TryAllIssuerSigningKeys = false,
        // The handler's clock is the system's, so that the times are verified here.
        ValidateLifetime = false,
    };

    /// <summary>Returns the bearer token of a request; null if there is none, or more than one <c>Authorization</c> header.</summary>
    public static string? Of(HttpRequest request) =>
        request.Headers.Authorization is [{ } value] && value.StartsWith(AuthenticationScheme, StringComparison.OrdinalIgnoreCase)
            ? value[AuthenticationScheme.Length..].Trim()
            : null;

    /// <summary>Returns the claims of a token.</summary>
    /// <param name="token">The token.</param>
    /// <param name="type">The type of the claims. Claims that are required, of another type or repeated make the token invalid.</param>
    /// <param name="ct">Cancels the download of the issuer's keys.</param>
    /// <exception cref="InvalidTokenException">The token is invalid.</exception>
    /// <exception cref="KeySetException">The issuer's keys are not available.</exception>
    public async ValueTask<T> VerifyAsync<T>(string token, JsonTypeInfo<T> type, CancellationToken ct) where T : TokenClaims =>
        (await VerifyWithKeysAsync(token, type, ct)).Claims;

    /// <summary>Returns the claims of a token, and the keys with which it was verified, for <see cref="KeySet.Keys"/>.</summary>
    internal async ValueTask<(T Claims, object Keys)> VerifyWithKeysAsync<T>(string token, JsonTypeInfo<T> type, CancellationToken ct)
        where T : TokenClaims
    {
        var jwt = Read(token);
        if (await keys.FindAsync(jwt.Kid, ct) is not var (key, set)) throw new InvalidTokenException();
        var withKey = parameters.Clone();
        withKey.IssuerSigningKey = key;
        var result = await handler.ValidateTokenAsync(jwt, withKey);
        if (!result.IsValid) throw new InvalidTokenException();
        var claims = ReadClaims(jwt, type);
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        if (claims.Exp <= now) throw new InvalidTokenException(isExpired: true);
        return claims.Iat <= now + ClockToleranceSeconds && !(claims.Nbf > now + ClockToleranceSeconds)
            ? (claims, set)
            : throw new InvalidTokenException();
    }

    private JsonWebToken Read(string token)
    {
        try
        {
            // Characters that decoders ignore would give a token several spellings.
            if (token.AsSpan().ContainsAnyExcept(Characters)) throw new InvalidTokenException();
            var jwt = handler.ReadJsonWebToken(token);
            // Critical headers (RFC 7515 §4.1.11) are refused, because none is supported.
            if (!jwt.IsEncrypted && !string.IsNullOrEmpty(jwt.Kid) && !jwt.TryGetHeaderValue<object>("crit", out _)) return jwt;
        }
        catch (ArgumentException)
        {
        }

        throw new InvalidTokenException();
    }

    private static T ReadClaims<T>(JsonWebToken jwt, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(Base64UrlEncoder.DecodeBytes(jwt.EncodedPayload), type) ?? throw new InvalidTokenException();
        }
        catch (JsonException)
        {
            throw new InvalidTokenException();
        }
    }
}

/// <summary>
/// The claims that every token has. Times are in seconds since 1970. The issuer and the audience, which the library verifies, are here so
/// that a token that repeats them is refused.
/// </summary>
public abstract record TokenClaims
{
    /// <summary>The issuer.</summary>
    public required string Iss { get; init; }

    /// <summary>The audience, or a list of them.</summary>
    public required JsonElement Aud { get; init; }

    /// <summary>The subject.</summary>
    public required string Sub { get; init; }

    /// <summary>The time of issue.</summary>
    public required long Iat { get; init; }

    /// <summary>The time at which the token expires.</summary>
    public required long Exp { get; init; }

    /// <summary>The time before which the token is not valid; null if it is valid from the start.</summary>
    public long? Nbf { get; init; }
}

/// <summary>The exception for an invalid token.</summary>
/// <param name="isExpired">Whether the only problem is that it has expired.</param>
public sealed class InvalidTokenException(bool isExpired = false) : Exception("The token is invalid.")
{
    /// <summary>Whether the only problem is that the token has expired.</summary>
    public bool IsExpired => isExpired;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, AllowDuplicateProperties = false,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(AccessTokenClaims))]
[JsonSerializable(typeof(ServiceTokenClaims))]
internal sealed partial class TokenJson : JsonSerializerContext;
