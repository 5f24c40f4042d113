using System.Net;
using Google.Apis.Http;
using Spotify.Web.Identity.Issuing;

namespace Spotify.Local.Identity;

/// <summary>Answers the token verifier's requests for the key set of this machine's issuer without a network.</summary>
internal sealed class OwnKeySet(ITokenKeys keys) : Google.Apis.Http.IHttpClientFactory
{
    /// <summary>
    /// Returns the address of the key set. Contains the id of a key, because the verifying library caches key sets by address.
    /// </summary>
    public static string UrlOf(ITokenKeys keys) => $"{LocalIdentity.Issuer}/{keys.All[0].PublicKey.Kid}/jwks.json";

    /// <inheritdoc/>
    public ConfigurableHttpClient CreateHttpClient(CreateHttpClientArgs args) => new(new ConfigurableMessageHandler(new Handler(keys)));

    private sealed class Handler(ITokenKeys keys) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(request.RequestUri?.AbsoluteUri.StartsWith(LocalIdentity.Issuer, StringComparison.Ordinal) == true
                ? new HttpResponseMessage(HttpStatusCode.OK)
                {
                    Content = new StringContent(PublicKeySet.Json(keys)), RequestMessage = request,
                }
                : new HttpResponseMessage(HttpStatusCode.NotFound) { RequestMessage = request });
    }
}
