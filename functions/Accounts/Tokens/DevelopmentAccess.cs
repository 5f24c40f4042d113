using System.Net;
using Microsoft.Extensions.Options;
using Spotify.Web;

namespace Spotify.Functions.Accounts.Tokens;

/// <summary>The rule that only callers on this machine get development tokens, and only if they are on.</summary>
public sealed class DevelopmentAccess(IOptions<AccountsOptions> options, IOptions<PublicUrlOptions> urls)
{
    private static readonly string[] ProxyHeaders = ["Forwarded", "Via", "X-Real-IP", "True-Client-IP", "X-Client-IP"];

    /// <summary>Returns why a caller gets no development token; null if it gets one.</summary>
    public string? Problem(HttpContext context)
    {
        if (!options.Value.DevelopmentTokens)
            return "Development tokens are off: sign in at /authorize, or start the server with --dev-tokens";
        return IsFromThisMachine(context) ? null : "Development tokens are given to callers on this machine alone: sign in at /authorize";
    }

    // Rejects requests that a proxy, or another site's page in a browser on this machine, makes for somebody else. A public URL means
    // that the host serves others. Proxies that send no header of their own mostly use HTTP/1.0, which no client uses any more.
    private bool IsFromThisMachine(HttpContext context)
    {
        var headers = context.Request.Headers;
        return context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
            && (urls.Value.PublicUrl is not { } url || Loopback.IsName(new Uri(url).Host))
            && !HttpProtocol.IsHttp10(context.Request.Protocol)
            && !headers.Keys.Any(IsProxyHeader)
            && Loopback.IsName(context.Request.Host.Host)
            && (headers.Origin.Count == 0
                || (Uri.TryCreate(headers.Origin, UriKind.Absolute, out var origin) && Loopback.IsName(origin.Host)));
    }

    private static bool IsProxyHeader(string header) =>
        ProxyHeaders.Contains(header, StringComparer.OrdinalIgnoreCase)
        || header.StartsWith("X-Forwarded", StringComparison.OrdinalIgnoreCase)
        || header.StartsWith("CF-", StringComparison.OrdinalIgnoreCase);
}

/// <summary>The names of this machine that lead nowhere else.</summary>
internal static class Loopback
{
    /// <summary>Returns whether a host name is <c>localhost</c> or a loopback address.</summary>
    public static bool IsName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
