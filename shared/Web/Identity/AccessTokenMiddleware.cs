namespace Spotify.Web.Identity;

/// <summary>
/// Middleware that requires a valid bearer token (RFC 6750) for requests to the Web API (<c>/v1/…</c>), and sets the <see cref="Caller"/>.
/// </summary>
public sealed class AccessTokenMiddleware(RequestDelegate next, AccessTokenVerifier verifier, ListenerCountry country)
{
    private const string NoToken = "No token provided";

    /// <summary>Handles a request.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        if (!WebApi.IsApi(context.Request)) return next(context);

        if (TokenVerifier.Of(context.Request) is not { } token)
        {
            var isGiven = context.Request.Headers.Authorization.Count > 0;
            return RefuseAsync(context, isGiven ? "Only valid bearer authentication supported" : NoToken);
        }

        try
        {
            var verification = verifier.VerifyAsync(token, context.RequestAborted);
            if (!verification.IsCompletedSuccessfully) return AwaitAsync(context, verification);
            SetCaller(context, verification.Result);
        }
        catch (ApiException e) when (e.Status == StatusCodes.Status401Unauthorized)
        {
            return RefuseAsync(context, e.Message);
        }

        return next(context);
    }

    private async Task AwaitAsync(HttpContext context, ValueTask<Caller> verification)
    {
        try
        {
            SetCaller(context, await verification);
        }
        catch (ApiException e) when (e.Status == StatusCodes.Status401Unauthorized)
        {
            await RefuseAsync(context, e.Message);
            return;
        }

        await next(context);
    }

    private void SetCaller(HttpContext context, Caller caller) => context.Features.Set(
        caller is { UserId: not null, Country: null } ? caller with { Country = country.Of(context.Request) } : caller);

    private static Task RefuseAsync(HttpContext context, string message)
    {
        context.Response.Headers.WWWAuthenticate = message == NoToken
            ? "Bearer realm=\"spotify\""
            : "Bearer realm=\"spotify\", error=\"invalid_token\"";
        return ErrorHandling.WriteAsync(context, StatusCodes.Status401Unauthorized, message);
    }
}
