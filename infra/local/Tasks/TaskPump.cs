using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Spotify.Domain.Ports;
using Spotify.Local.Identity;
using Spotify.Local.Queues;
using Spotify.Web.Tasks;

namespace Spotify.Local.Tasks;

/// <summary>
/// Dispatches the tasks of every queue that the host maps a function for, as Cloud Tasks does: a POST to the host itself, with a service's
/// token. It begins when the host answers requests and ends before it stops to.
/// </summary>
internal sealed class TaskPump(
    QueueFile file, EndpointDataSource endpoints, IServer server, IHostApplicationLifetime lifetime, TokenIssuer issuer, TimeProvider time, ILogger<TaskPump> logger)
    : BackgroundService
{
    // What one machine does at once, however much a queue of the cloud may.
    private const int MaxConcurrency = 64;

    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false }) { Timeout = Timeout.InfiniteTimeSpan };
    private (string Value, DateTimeOffset RenewAt) token;

    /// <inheritdoc/>
    public override void Dispose()
    {
        http.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        try
        {
            await started.Task.WaitAsync(stopping.Token);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        var queues = endpoints.Endpoints.Select(endpoint => endpoint.Metadata.GetMetadata<Queue>()).OfType<Queue>().Distinct().ToList();
        if (queues.Count == 0) return;
        var address = OwnAddress(server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());
        await Task.WhenAll(queues.Select(queue => RunAsync(queue, new Uri(address, queue.Path), stopping.Token)));
    }

    /// <summary>Where a host that listens at an address reaches itself.</summary>
    internal static Uri OwnAddress(string listening)
    {
        var address = BindingAddress.Parse(listening);
        var host = address.Host is "*" or "+" || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any)))
            ? "localhost"
            : address.Host;
        return new Uri(string.Create(CultureInfo.InvariantCulture, $"{address.Scheme}://{host}:{address.Port}"));
    }

    private async Task RunAsync(Queue queue, Uri target, CancellationToken ct)
    {
        using var loop = new DeliveryLoop(
            file,
            new Consumption(Deliveries.ConsumerOf(queue), queue.Name, (delivery, dispatching) => DispatchAsync(queue, target, delivery, dispatching))
            {
                Deadline = queue.Deadline,
                MinBackoff = queue.MinBackoff,
                MaxBackoff = queue.MaxBackoff,
                MaxAttempts = queue.MaxDispatches,
                Concurrency = (int)Math.Min((long)queue.MaxConcurrentDispatches * queue.Shards, MaxConcurrency),
                Pace = new Pace(queue.MaxDispatchesPerSecond * queue.Shards),
            },
            time,
            logger);
        await loop.RunAsync(ct);
    }

    private async Task DispatchAsync(Queue queue, Uri target, Delivery delivery, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, target)
        {
            Content = new ReadOnlyMemoryContent(delivery.Message.Body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
            Headers =
            {
                { TaskEndpoints.QueueNameHeader, queue.Name },
                { TaskEndpoints.TaskNameHeader, delivery.Message.Id },
                { TaskEndpoints.RetryCountHeader, (delivery.Attempt - 1).ToString(CultureInfo.InvariantCulture) },
            },
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token());
        using var response = await http.SendAsync(request, ct);
        if (!response.IsSuccessStatusCode)
            throw new HttpRequestException(string.Create(CultureInfo.InvariantCulture, $"{queue.Path} answered {(int)response.StatusCode}."), null, response.StatusCode);
    }

    // Two that make one at once make two, and both are good.
    private string Token()
    {
        var (now, known) = (time.GetUtcNow(), token);
        if (known.Value is not null && now < known.RenewAt) return known.Value;
        var made = issuer.IssueService(TokenIssuer.ServiceEmail);
        token = (made, now + (TokenIssuer.Lifetime / 2));
        return made;
    }
}
