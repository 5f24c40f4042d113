namespace Spotify.Web.Identity;

/// <summary>
/// The scopes that an endpoint requires: one of each group. Every endpoint under <c>/v1</c> declares them, or declares that it needs none.
/// </summary>
public sealed class RequiredScopes
{
    private readonly Scopes[] groups;

    internal RequiredScopes(params ReadOnlySpan<Scopes> groups)
    {
        this.groups = groups.ToArray();
        Challenge = ChallengeOf(groups);
    }

    /// <summary>The groups. A token needs at least one scope of each.</summary>
    public IReadOnlyList<Scopes> Groups => groups;

    /// <summary>The value of <c>WWW-Authenticate</c> for a token without the scopes (RFC 6750 §3).</summary>
    internal string Challenge { get; }

    /// <summary>Returns whether a token with the given scopes may call the endpoint.</summary>
    public bool AreIn(Scopes granted)
    {
        foreach (var group in groups)
            if ((granted & group) == Scopes.None) return false;
        return true;
    }

    internal static string ChallengeOf(params ReadOnlySpan<Scopes> groups)
    {
        var scopes = Scopes.None;
        foreach (var group in groups) scopes |= group;
        return $"Bearer realm=\"spotify\", error=\"insufficient_scope\", scope=\"{scopes.Format()}\"";
    }
}

/// <summary>Declares the scopes that endpoints require.</summary>
public static class RequiredScopesConventions
{
    /// <summary>
    /// Declares that an endpoint or a group of endpoints requires one scope of each group. Endpoints for which the scopes depend on the
    /// content of the request declare all alternatives, and call <see cref="Caller.Require"/> for the one that applies.
    /// </summary>
    public static TBuilder RequireScopes<TBuilder>(this TBuilder endpoint, params ReadOnlySpan<Scopes> groups)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new RequiredScopes(groups));

    /// <summary>Declares that an endpoint or a group of endpoints requires a token, but no scope.</summary>
    public static TBuilder RequireNoScope<TBuilder>(this TBuilder endpoint) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new RequiredScopes());
}

/// <summary>
/// Middleware that responds with 403 to tokens without the scopes that the endpoint requires. Runs after
/// <see cref="AccessTokenMiddleware"/>, and ignores requests without a caller.
/// </summary>
public sealed class RequiredScopesMiddleware(RequestDelegate next)
{
    internal const string Message = "Insufficient client scope";

    /// <summary>Handles a request.</summary>
    /// <exception cref="InvalidOperationException">The endpoint declares no scopes.</exception>
    public Task InvokeAsync(HttpContext context)
    {
        // Other kinds of endpoints respond with an error, such as 405.
        if (context.GetEndpoint() is not RouteEndpoint endpoint || context.Features.Get<Caller>() is not { } caller) return next(context);
        var required = endpoint.Metadata.GetMetadata<RequiredScopes>()
            ?? throw new InvalidOperationException($"{endpoint.DisplayName} declares no scopes: add RequireScopes or RequireNoScope.");
        if (required.AreIn(caller.Scopes)) return next(context);
        context.Response.Headers.WWWAuthenticate = required.Challenge;
        return ErrorHandling.WriteAsync(context, StatusCodes.Status403Forbidden, Message);
    }
}
