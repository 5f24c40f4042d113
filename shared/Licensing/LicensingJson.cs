using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Spotify.Licensing.Jose;

namespace Spotify.Licensing;

/// <summary>The payloads of signed and encrypted messages. Times are in seconds since 1970.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(ChallengePayload))]
[JsonSerializable(typeof(ProofPayload))]
[JsonSerializable(typeof(ServerTimePayload))]
[JsonSerializable(typeof(LicensePayload))]
[JsonSerializable(typeof(ContentKeySetPayload))]
internal sealed partial class LicensingJson : JsonSerializerContext
{
    /// <summary>Parses a payload. Returns false if it has another format.</summary>
    public static bool TryRead<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type, [NotNullWhen(true)] out T? payload)
        where T : class
    {
        try
        {
            payload = JsonSerializer.Deserialize(json, type);
            return payload is not null;
        }
        catch (JsonException)
        {
            payload = null;
            return false;
        }
    }
}

internal sealed record ChallengePayload(string Iss, string Sub, long Iat, long Exp, string Jti);

internal sealed record ProofPayload(string Challenge, string AgreementJkt);

internal sealed record ServerTimePayload(string Iss, long Iat);

internal sealed record LicensePayload(
    string Iss, string Sub, long Serial, long Iat, long Exp, string Quality, LicenseConstraints Constraints,
    IReadOnlyList<LicenseItemPayload> Items, CompactText Keys);

internal sealed record LicenseItemPayload(
    string Uri, string Object, string Kid, long Size, long Chunks, string Codec, string Quality, int BitrateKbps, long DurationMs,
    double GainDb, long? Exp = null);

internal sealed record ContentKeySetPayload(IReadOnlyList<ContentKeyPayload> Keys);

internal sealed record ContentKeyPayload(string Kty, string Kid, string Alg, string K);
