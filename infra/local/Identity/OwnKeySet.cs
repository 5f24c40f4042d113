using System.Net;
using Google.Apis.Http;

namespace Spotify.Local.Identity;

/// <summary>Answers the token verifier's requests for the key set of this machine's issuer without a network.</summary>
internal sealed class OwnKeySet(TokenIssuer issuer) : Google.Apis.Http.IHttpClientFactory
{
    /// <inheritdoc/>
    public ConfigurableHttpClient CreateHttpClient(CreateHttpClientArgs args) => new(new ConfigurableMessageHandler(new Handler(issuer)));

    private sealed class Handler(TokenIssuer issuer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(request.RequestUri?.AbsoluteUri == issuer.JwksUrl
                ? new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(issuer.JsonWebKeySet), RequestMessage = request }
                : new HttpResponseMessage(HttpStatusCode.NotFound) { RequestMessage = request });
    }
}
