using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Spotify.Web.Identity;

/// <summary>
/// A verifier that a request comes from an authorized service, by the OIDC token that Cloud Tasks and Cloud Scheduler send.
/// </summary>
/// <seealso href="https://cloud.google.com/tasks/docs/creating-http-target-tasks#token"/>
public sealed class ServiceCallerVerifier
{
    /// <summary>The <c>typ</c> of the tokens.</summary>
    public const string Type = "JWT";

    private readonly string[] emails;
    private readonly KeySet keys;
    private readonly TokenVerifier tokens;

    /// <summary>Creates a verifier.</summary>
    /// <param name="options">The services to accept.</param>
    /// <param name="time">The clock.</param>
    /// <param name="source">Downloads the issuer's keys.</param>
    /// <param name="logger">Logs failed downloads.</param>
    public ServiceCallerVerifier(
        IOptions<ServiceCallerOptions> options, TimeProvider time, IKeySetSource source, ILogger<KeySet> logger)
    {
        var accepted = options.Value;
        emails = accepted.Emails;
        keys = new KeySet(accepted.JwksUrl, source, time, logger);
        tokens = new TokenVerifier(accepted.Issuer, accepted.Audience, accepted.Algorithm, Type, keys, time);
    }

    /// <summary>Verifies a request.</summary>
    /// <exception cref="ApiException">
    /// 403: the token is missing or invalid, or its service account is not accepted. 503: the issuer's key set is not available.
    /// </exception>
    public async Task VerifyAsync(HttpRequest request, CancellationToken ct)
    {
        var token = TokenVerifier.Of(request) ?? throw Forbidden("The token of a service account is required");
        ServiceTokenClaims claims;
        try
        {
            claims = await tokens.VerifyAsync(token, TokenJson.Default.ServiceTokenClaims, ct);
        }
        catch (KeySetException)
        {
            throw new ApiException(StatusCodes.Status503ServiceUnavailable, "The token cannot be verified at the moment");
        }
        catch (InvalidTokenException)
        {
            throw Forbidden("The token is not valid for this function");
        }

        if (!claims.EmailVerified || !emails.Contains(claims.Email, StringComparer.OrdinalIgnoreCase))
            throw Forbidden("The service account is not authorized");
    }

    /// <summary>Downloads the issuer's key set, so that the first call does not wait for it. A failure is logged only.</summary>
    public Task WarmUpAsync(CancellationToken ct) => keys.WarmUpAsync(ct);

    private static ApiException Forbidden(string message) => new(StatusCodes.Status403Forbidden, message);
}

/// <summary>The claims of a service's token.</summary>
internal sealed record ServiceTokenClaims : TokenClaims
{
    /// <summary>The e-mail address of the service account.</summary>
    public string? Email { get; init; }

    /// <summary>Whether the address is verified.</summary>
    public bool EmailVerified { get; init; }
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
        services.TryAddSingleton<IKeySetSource, HttpKeySetSource>();
        return services.AddSingleton<ServiceCallerVerifier>();
    }
}
