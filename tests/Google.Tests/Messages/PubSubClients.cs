using System.Diagnostics.Metrics;
using Google.Cloud.PubSub.V1;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Spotify.Fixtures;
using Spotify.Google.Messages;
using Spotify.Hosting.Messages;

namespace Spotify.Google.Tests.Messages;

/// <summary>A factory of clients of the emulator.</summary>
internal static class PubSubClients
{
    public static PubSubMessageBus Bus(string project, PubSubEmulator emulator, TimeSpan? deadline = null) =>
        Bus(project, emulator.Host, deadline);

    public static PubSubMessageBus Bus(string project, string host, TimeSpan? deadline = null) => new(
        Options.Create(new PubSubOptions
        {
            Project = project, EmulatorHost = host, Deadline = deadline ?? TimeSpan.FromSeconds(30),
        }),
        new Credentials(),
        TimeProvider.System,
        new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>());

    public static PublisherServiceApiClient Publisher(PubSubEmulator emulator) =>
        new PublisherServiceApiClientBuilder { Endpoint = emulator.Host, ChannelCredentials = ChannelCredentials.Insecure }.Build();

    public static SubscriberServiceApiClient Subscriber(PubSubEmulator emulator) =>
        new SubscriberServiceApiClientBuilder { Endpoint = emulator.Host, ChannelCredentials = ChannelCredentials.Insecure }.Build();
}
