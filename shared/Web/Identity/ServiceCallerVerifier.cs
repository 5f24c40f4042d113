using Google.Apis.Auth;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Newtonsoft.Json;

namespace Spotify.Web.Identity;

/// <summary>
/// A verifier that a request comes from an authorized service, by the OIDC token that Cloud Tasks and Cloud Scheduler send. Verifies the
/// token with Google's library and the issuer's key set.
/// </summary>
/// <param name="options">The services to accept.</param>
/// <param name="time">The clock.</param>
/// <param name="keySets">The key sets of issuers.</param>
/// <seealso href="https://cloud.google.com/tasks/docs/creating-http-target-tasks#token"/>
public sealed class ServiceCallerVerifier(IOptions<ServiceCallerOptions> options, TimeProvider time, KeySets keySets)
{
    private const string Scheme = "Bearer ";
    private const int MaxTokenLength = 8192;

    private readonly SignedTokenVerificationOptions verification = Verification(options.Value, keySets);

    /// <summary>Verifies a request.</summary>
    /// <exception cref="ApiException">
    /// 403: the token is missing or invalid, or its service account is not accepted. 503: the issuer's key set is not available.
    /// </exception>
    public async Task VerifyAsync(HttpRequest request, CancellationToken ct)
    {
        var header = request.Headers.Authorization;
        if (header.Count != 1 || header[0] is not { } value || !value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            throw Forbidden("The token of a service account is required");
        var token = value[Scheme.Length..].Trim();
        if (token.Length > MaxTokenLength) throw Forbidden("The token is not valid for this function");

        Claims claims;
        try
        {
            claims = await JsonWebSignature.VerifySignedTokenAsync<Claims>(token, verification, ct);
        }
        catch (KeySetException)
        {
            throw new ApiException(StatusCodes.Status503ServiceUnavailable, "The token cannot be verified at the moment");
        }
        catch (Exception e) when (e is InvalidJwtException or JsonException or FormatException or ArgumentException
            or InvalidCastException or NullReferenceException)
        {
            // The library throws the last two if the algorithm in the header is for another type of key.
            throw Forbidden("The token is not valid for this function");
        }

        if (claims.ExpirationTimeSeconds is not { } seconds || seconds <= time.GetUtcNow().ToUnixTimeSeconds())
            throw Forbidden("The token is not valid for this function");
        if (!claims.EmailVerified || claims.Email is null || !options.Value.Emails.Contains(claims.Email, StringComparer.OrdinalIgnoreCase))
            throw Forbidden("The service account is not authorized");
    }

    /// <summary>Downloads the issuer's key set, so that the first call does not wait for it. A failure is logged only.</summary>
    public Task WarmUpAsync(CancellationToken ct) => keySets.WarmUpAsync(options.Value.JwksUrl, ct);

    private static SignedTokenVerificationOptions Verification(ServiceCallerOptions options, KeySets keySets) => new()
    {
        CertificatesUrl = options.JwksUrl,
        TrustedIssuers = { options.Issuer },
        TrustedAudiences = { options.Audience },
        IssuedAtClockTolerance = TimeSpan.FromMinutes(1),
        HttpClientFactory = keySets,
    };

    private static ApiException Forbidden(string message) => new(StatusCodes.Status403Forbidden, message);

    private sealed class Claims : JsonWebSignature.Payload
    {
        [JsonProperty("email")]
        public string? Email { get; set; }

        [JsonProperty("email_verified")]
        public bool EmailVerified { get; set; }
    }
}

/// <summary>Registration of <see cref="ServiceCallerVerifier"/>.</summary>
public static class ServiceCallerServices
{
    /// <summary>
    /// Registers the verifier for task and schedule endpoints, with options bound from <c>ServiceCallers</c>. Can be called more than once.
    /// </summary>
    public static IServiceCollection AddServiceCallers(this IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(ServiceCallerVerifier))) return services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<ServiceCallerOptions>().BindConfiguration("ServiceCallers").ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton<KeySets>();
        return services.AddSingleton<ServiceCallerVerifier>();
    }
}
