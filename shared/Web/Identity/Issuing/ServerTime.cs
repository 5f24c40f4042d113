using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Spotify.Web.Identity.Issuing;

/// <summary>
/// The time of the server as a JSON Web Signature with <c>iss</c> and <c>iat</c>. Devices keep the greatest that they have received, and
/// do not play downloads when their clock is earlier. Signs at most once per second.
/// </summary>
/// <param name="keys">The keys.</param>
/// <param name="options">The issuer.</param>
/// <param name="time">The clock.</param>
public sealed class ServerTime(ILicenseKeys keys, IOptions<AccessTokenOptions> options, TimeProvider time)
{
    /// <summary>The header of responses.</summary>
    public const string Header = "Server-Time";

    /// <summary>The <c>typ</c>.</summary>
    public const string Type = "server-time+jwt";

    private readonly JsonWebTokenHandler handler = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly Lock signing = new();
    private volatile Signed? newest;

    /// <summary>Returns the current time, in whole seconds.</summary>
    /// <exception cref="LicenseKeysUnavailableException">The keys cannot be read.</exception>
    public string Current
    {
        get
        {
            var second = time.GetUtcNow().ToUnixTimeSeconds();
            if (newest is { } signed && signed.Second == second) return signed.Text;
            lock (signing)
            {
                if (newest is { } other && other.Second == second) return other.Text;
                return (newest = new Signed(second, Sign(second))).Text;
            }
        }
    }

    private string Sign(long second) => handler.CreateToken(new SecurityTokenDescriptor
    {
        Issuer = options.Value.Issuer,
        IssuedAt = DateTimeOffset.FromUnixTimeSeconds(second).UtcDateTime,
        SigningCredentials = keys.Signing.Credentials,
        TokenType = Type,
    });

    private sealed record Signed(long Second, string Text);
}

/// <summary>
/// The middleware that adds <see cref="ServerTime.Header"/> to all responses of the function <c>licenses</c>, errors included. Comes before
/// the middleware that answers with errors.
/// </summary>
internal sealed class ServerTimeMiddleware(RequestDelegate next, ServerTime? time = null)
{
    // By path instead of endpoint, because errors such as 405 have no endpoint of the function.
    private static readonly PathString[] Paths = ["/v1/me/devices", "/v1/me/offline", "/.well-known/license-keys.json"];

    public Task InvokeAsync(HttpContext context)
    {
        if (time is not null && Array.Exists(Paths, path => IsIn(path, context.Request)))
            context.Response.OnStarting(AddAsync, context.Response);
        return next(context);
    }

    private static bool IsIn(PathString path, HttpRequest request) =>
        request.Path.StartsWithSegments(path, StringComparison.OrdinalIgnoreCase);

    private Task AddAsync(object response)
    {
        try
        {
            ((HttpResponse)response).Headers[ServerTime.Header] = time!.Current;
        }
        catch (LicenseKeysUnavailableException)
        {
            // The response says so, if it needs the keys.
        }

        return Task.CompletedTask;
    }
}
