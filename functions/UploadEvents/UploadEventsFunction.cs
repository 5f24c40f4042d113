using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Domain.Ports;
using Spotify.Functions.AudioIngest;
using Spotify.Web.Functions;
using Spotify.Web.Messages;

namespace Spotify.Functions.UploadEvents;

/// <summary>The function <c>upload-events</c>.</summary>
public static class UploadEventsFunction
{
    /// <summary>The definition.</summary>
    public static FunctionDefinition Definition { get; } = new("upload-events", Caller.Subscription)
    {
        AddServices = services => services.TryAddSingleton<UploadEventConsumer>(),
        Consumer = MessageConsumer.OfBytes<UploadEventConsumer>(new Subscription("upload-events", Topic.Uploads)),
        Uses = new Resources { Enqueues = [AudioIngestFunction.Definition.Queue!] },
        Timeout = TimeSpan.FromMinutes(1),
    };
}
