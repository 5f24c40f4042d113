using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using Spotify.Domain.Ports;
using Spotify.Events;

namespace Spotify.Functions.Events;

/// <summary>
/// A publisher of telemetry that drops it under overload, so that playback events have the bus to themselves: when the bus pushes back or
/// is slow, when too many messages wait for it, and for some seconds after several failures.
/// </summary>
public sealed partial class TelemetryPublisher
{
    /// <summary>The maximum number of messages that wait for the bus.</summary>
    public const int MaxWaiting = 256;

    /// <summary>The time after which a request no longer waits for its telemetry.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(500);

    private readonly IMessageBus bus;
    private readonly TimeProvider time;
    private readonly ILogger<TelemetryPublisher> logger;
    private readonly ResiliencePipeline circuit;
    private int waiting;

    /// <summary>Creates a publisher.</summary>
    public TelemetryPublisher(IMessageBus bus, TimeProvider time, ILogger<TelemetryPublisher> logger)
    {
        (this.bus, this.time, this.logger) = (bus, time, logger);
        circuit = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                FailureRatio = 0.5,
                MinimumThroughput = 5,
                SamplingDuration = TimeSpan.FromSeconds(10),
                BreakDuration = TimeSpan.FromSeconds(5),
                ShouldHandle = new PredicateBuilder().Handle<Exception>(e => e is not OperationCanceledException),
            })
            .Build();
    }

    /// <summary>Publishes a message and disposes it.</summary>
    /// <returns>False if the message was dropped.</returns>
    public async Task<bool> TryPublishAsync(EventMessage message, CancellationToken ct)
    {
        if (Interlocked.Increment(ref waiting) > MaxWaiting)
        {
            Release(message);
            return false;
        }

        try
        {
            await circuit.ExecuteAsync(
                static (call, ct) => new ValueTask(call.self.SendAsync(call.message, ct)), (self: this, message), ct);
            return true;
        }
        catch (BrokenCircuitException)
        {
            Release(message);
            return false;
        }
        catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            LogDropped(e);
            return false;
        }
    }

    private async Task SendAsync(EventMessage message, CancellationToken ct)
    {
        var timeout = new CancellationTokenSource(Timeout, time);
        var elapsed = timeout.Token;
        var publishing = PublishAsync(message, timeout, ct);
        try
        {
            await publishing.WaitAsync(elapsed);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new TimeoutException($"Publishing to {Topic.TelemetryEvents.Name} takes too long.");
        }
    }

    // Goes on after the timeout if the bus cannot cancel it, and keeps the message and its place until then.
    private async Task PublishAsync(EventMessage message, CancellationTokenSource timeout, CancellationToken ct)
    {
        using var canceled = CancellationTokenSource.CreateLinkedTokenSource(ct, timeout.Token);
        try
        {
            await bus.PublishAsync(Topic.TelemetryEvents, [new Message(message.Body)], canceled.Token);
        }
        finally
        {
            Release(message);
            timeout.Dispose();
        }
    }

    private void Release(EventMessage message)
    {
        message.Dispose();
        Interlocked.Decrement(ref waiting);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Telemetry was dropped.")]
    private partial void LogDropped(Exception cause);
}
