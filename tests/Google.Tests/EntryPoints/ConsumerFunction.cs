using Microsoft.Extensions.DependencyInjection;
using Spotify.Domain.Ports;
using Spotify.Google.EntryPoints;
using Spotify.Web.Functions;
using Spotify.Web.Messages;

namespace Spotify.Google.Tests.EntryPoints;

/// <summary>A function that passes the messages of a subscription to a consumer of the test.</summary>
internal sealed class ConsumerFunction(Subscription subscription, IMessageConsumer<ReadOnlyMemory<byte>> consumer)
    : MessageEntryPoint(new FunctionDefinition(subscription.Name, Caller.Subscription)
    {
        AddServices = services => services.AddSingleton(consumer),
        Consumer = MessageConsumer.OfBytes<IMessageConsumer<ReadOnlyMemory<byte>>>(subscription),
        Timeout = subscription.AckDeadline,
    });
