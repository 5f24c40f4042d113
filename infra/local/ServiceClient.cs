using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Spotify.Local.Https;
using Spotify.Local.Identity;
using Spotify.Web.Identity.Issuing;

namespace Spotify.Local;

/// <summary>
/// A client that calls the host's own endpoints with the token of a service account, as Cloud Tasks and Cloud Scheduler call functions in
/// the cloud.
/// </summary>
internal sealed class ServiceClient(
    IServer server, IHostApplicationLifetime lifetime, ServiceTokens tokens, TimeProvider time, ServerCertificate? certificate = null)
    : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = false,
        // The certificate need not be for the address at which the host reaches itself.
        SslOptions = { RemoteCertificateValidationCallback = (_, other, _, _) => certificate?.IsSame(other) == true },
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private (string Value, DateTimeOffset IssuedAt) token;

    /// <summary>Runs work from the time that the host answers requests until it begins to stop.</summary>
    public async Task WhileServingAsync(Func<CancellationToken, Task> work, CancellationToken ct)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(ct, lifetime.ApplicationStopping);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        try
        {
            await started.Task.WaitAsync(stopping.Token);
            await work(stopping.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
    }

    /// <summary>POSTs JSON to an endpoint.</summary>
    /// <param name="path">The path and query.</param>
    /// <param name="body">The body; empty for none.</param>
    /// <param name="ct">Cancels the call.</param>
    /// <param name="headers">Further headers.</param>
    /// <exception cref="HttpRequestException">The response is not 2xx, or the request failed.</exception>
    public async Task PostAsync(
        string path, ReadOnlyMemory<byte> body, CancellationToken ct, params IEnumerable<(string Name, string Value)> headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Address, path));
        if (!body.IsEmpty)
            request.Content = new ReadOnlyMemoryContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token());
        using var response = await http.SendAsync(request, ct);
        if (response.IsSuccessStatusCode) return;
        var message = string.Create(CultureInfo.InvariantCulture, $"{path} answered {(int)response.StatusCode}.");
        throw new HttpRequestException(message, null, response.StatusCode);
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    /// <summary>Returns the address at which a host reaches itself.</summary>
    /// <param name="listening">An address that the host listens on; may be a wildcard.</param>
    internal static Uri OwnAddress(string listening)
    {
        var address = BindingAddress.Parse(listening);
        var host = address.Host is "*" or "+" || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IsAny(ip))
            ? "localhost"
            : address.Host;
        return new Uri(string.Create(CultureInfo.InvariantCulture, $"{address.Scheme}://{host}:{address.Port}"));
    }

    private Uri Address => OwnAddress(
        server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.OrderBy(address => address.StartsWith("https:")).First());

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    // Concurrent callers may each issue a token; all of them are valid.
    private string Token()
    {
        var (now, known) = (time.GetUtcNow(), token);
        // A clock that was set back would make the token one of the future, which is not valid yet.
        if (known.Value is not null && now >= known.IssuedAt && now - known.IssuedAt < TokenIssuer.Lifetime / 2) return known.Value;
        var issued = tokens.Issue();
        token = (issued, now);
        return issued;
    }
}
