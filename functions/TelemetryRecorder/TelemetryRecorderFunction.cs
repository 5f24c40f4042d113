using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Domain.Ports;
using Spotify.Events;
using Spotify.Web.Functions;
using Spotify.Web.Messages;

namespace Spotify.Functions.TelemetryRecorder;

/// <summary>The function <c>telemetry-recorder</c>.</summary>
public static class TelemetryRecorderFunction
{
    /// <summary>The definition.</summary>
    public static FunctionDefinition Definition { get; } = new("telemetry-recorder", Caller.Subscription)
    {
        AddServices = services => services.TryAddSingleton<TelemetryRecorder>(),
        Consumer = MessageConsumer.Of<TelemetryRecorder, EventBatch>(
            new Subscription("telemetry-recorder", Topic.TelemetryEvents), EventJson.Default.EventBatch),
        Uses = new Resources { Warehouse = Access.Write },
        Timeout = TimeSpan.FromMinutes(1),
    };
}
