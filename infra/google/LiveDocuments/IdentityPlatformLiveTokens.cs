using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Google.Apis.Auth.OAuth2;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Spotify.Domain.Ports;
using Spotify.Hosting;
using Spotify.Hosting.LiveDocuments;

namespace Spotify.Google.LiveDocuments;

/// <summary>
/// Custom tokens of Identity Platform, signed by the function's own service account with the IAM Service Account Credentials API. The claim
/// <see cref="IssuedAtClaim"/> becomes one of the ID token for which a client exchanges the token. The security rules require it, so that
/// a token from before a sign-out cannot be exchanged after it, and an account's password is not enough to listen.
/// </summary>
/// <seealso href="https://cloud.google.com/identity-platform/docs/admin/create-custom-tokens"/>
/// <seealso href="https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/signBlob"/>
public sealed class IdentityPlatformLiveTokens : ILiveTokens, IDisposable
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Spotify.LiveTokens";

    /// <summary>The claim of ID tokens with the time when the custom token was issued, in seconds.</summary>
    public const string IssuedAtClaim = "issued_at";

    /// <summary>The longest lifetime that Identity Platform accepts.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private const string Audience = "https://identitytoolkit.googleapis.com/google.identity.identitytoolkit.v1.IdentityToolkit";
    private const string IamCredentials = "https://iamcredentials.googleapis.com";
    private const int MaxUserIdLength = 128;
    private const int MaxResponseBytes = 64 << 10;
    private const int MaxErrorLength = 500;

    private static readonly string Header = WebEncoders.Base64UrlEncode("""{"alg":"RS256","typ":"JWT"}"""u8);

    private readonly HttpClient http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        MaxResponseContentBufferSize = MaxResponseBytes,
    };

    private readonly ITokenAccess? credential;
    private readonly LiveTokenOptions options;
    private readonly TimeProvider time;
    private readonly Backoff backoff;
    private readonly CallMeter meter;

    /// <summary>Creates the adapter.</summary>
    public IdentityPlatformLiveTokens(
        IOptions<LiveTokenOptions> options, Credentials credentials, TimeProvider time, IMeterFactory meters)
    {
        (this.options, this.time, credential) = (options.Value, time, credentials.For(options.Value.Endpoint));
        backoff = new Backoff(this.options.MinBackoff, this.options.MaxBackoff, time, Random.Shared);
        meter = new CallMeter(meters, time, MeterName);
    }

    /// <summary>Fetches credentials.</summary>
    public Task OpenAsync(CancellationToken ct) => Credentials.FetchAsync(credential, ct);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The user's id is empty or longer than Identity Platform accepts.</exception>
    /// <exception cref="IOException">The signing service cannot be reached in time, or refuses.</exception>
    public async Task<LiveToken> IssueAsync(string userId, CancellationToken ct)
    {
        ArgumentException.ThrowIfNullOrEmpty(userId);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(userId.Length, MaxUserIdLength, nameof(userId));
        var document = $"{PlayerDocumentId.Collection}/{PlayerDocumentId.Of(userId)}";
        var issuedAt = time.GetUtcNow().ToUnixTimeSeconds();
        var expiresAt = issuedAt + (long)Lifetime.TotalSeconds;
        var claims = new CustomTokenClaims(
            options.ServiceAccount, options.ServiceAccount, Audience, userId, issuedAt, expiresAt, new() { [IssuedAtClaim] = issuedAt });
        var content = $"{Header}.{WebEncoders.Base64UrlEncode(
            JsonSerializer.SerializeToUtf8Bytes(claims, LiveTokenJson.Default.CustomTokenClaims))}";
        var signature = await meter.MeasureAsync("sign", () => SignAsync(Encoding.ASCII.GetBytes(content), ct));
        return new LiveToken(
            $"{content}.{WebEncoders.Base64UrlEncode(signature)}",
            DateTimeOffset.FromUnixTimeSeconds(expiresAt),
            options.ApiKey,
            options.Project,
            document);
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private async Task<byte[]> SignAsync(byte[] content, CancellationToken ct)
    {
        using var deadline = new Deadline(options.Deadline, time, ct);
        try
        {
            for (var tries = 1; ; tries++)
            {
                try
                {
                    return await CallAsync(content, deadline.Token);
                }
                catch (HttpRequestException) when (tries < options.MaxTries)
                {
                    await backoff.WaitAsync(tries, deadline.Token);
                }
            }
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new IOException($"The signing service did not respond within {options.Deadline.TotalSeconds:0.###} s.", e);
        }
        catch (HttpRequestException e)
        {
            throw new IOException($"The signing service failed: {e.Message}", e);
        }
    }

    private async Task<byte[]> CallAsync(byte[] content, CancellationToken ct)
    {
        var address = $"{options.Endpoint ?? IamCredentials}/v1/projects/-/serviceAccounts/{options.ServiceAccount}:signBlob";
        using var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Content = JsonContent.Create(new SignBlobRequest(content), LiveTokenJson.Default.SignBlobRequest),
        };
        if (credential is not null)
        {
            var token = await credential.GetAccessTokenForRequestAsync(cancellationToken: ct);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        using var response = await http.SendAsync(request, ct);
        var body = await response.Content.ReadAsByteArrayAsync(ct);
        if (response.StatusCode == HttpStatusCode.OK)
            return SignatureIn(body) ?? throw new HttpRequestException("The signing service sent a damaged response.");
        var text = Encoding.UTF8.GetString(body);
        var problem = $"The signing service answered {(int)response.StatusCode}: {text[..Math.Min(text.Length, MaxErrorLength)]}";
        throw IsTransient(response.StatusCode) ? new HttpRequestException(problem) : new IOException(problem);
    }

    private static bool IsTransient(HttpStatusCode status) =>
        status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError;

    private static byte[]? SignatureIn(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, LiveTokenJson.Default.SignBlobResponse)?.SignedBlob is { Length: > 0 } signature
                ? signature
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>The claims of a custom token. Times are in seconds.</summary>
/// <param name="Iss">The service account that signs.</param>
/// <param name="Sub">The same service account.</param>
/// <param name="Aud">Identity Platform.</param>
/// <param name="Uid">The user.</param>
/// <param name="Iat">When the token was issued.</param>
/// <param name="Exp">When it expires.</param>
/// <param name="Claims">Additional claims of the ID token.</param>
internal sealed record CustomTokenClaims(
    string Iss, string Sub, string Aud, string Uid, long Iat, long Exp, Dictionary<string, long> Claims);

/// <summary>The request to sign bytes.</summary>
internal sealed record SignBlobRequest(byte[] Payload);

/// <summary>The signature.</summary>
internal sealed record SignBlobResponse(byte[]? SignedBlob = null);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(CustomTokenClaims))]
[JsonSerializable(typeof(SignBlobRequest))]
[JsonSerializable(typeof(SignBlobResponse))]
internal sealed partial class LiveTokenJson : JsonSerializerContext;
