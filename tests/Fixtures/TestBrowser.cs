using System.Collections.Concurrent;

namespace Spotify.Fixtures;

/// <summary>
/// A browser, which keeps cookies and shows redirects instead of following them. Cookies must be for HTTPS and one host, and are sent to
/// this machine nevertheless, as browsers do.
/// </summary>
public sealed class TestBrowser : DelegatingHandler
{
    // Tests send requests at the same time.
    private readonly ConcurrentDictionary<string, string> cookies = [];

    public TestBrowser() : base(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
    {
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!cookies.IsEmpty)
            request.Headers.Add("Cookie", string.Join("; ", cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        var response = await base.SendAsync(request, cancellationToken);
        if (!response.Headers.TryGetValues("Set-Cookie", out var set)) return response;
        foreach (var cookie in set)
        {
            Assert.StartsWith("__Host-", cookie, StringComparison.Ordinal);
            Assert.Contains("; secure", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("; path=/;", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("; httponly", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("domain=", cookie, StringComparison.OrdinalIgnoreCase);
            var pair = cookie[..cookie.IndexOf(';')].Split('=', 2);
            if (cookie.Contains("expires=Thu, 01 Jan 1970", StringComparison.Ordinal)) cookies.TryRemove(pair[0], out _);
            else cookies[pair[0]] = pair[1];
        }

        return response;
    }
}
