using Grpc.Core;
using Google.Api.Gax;
using Google.Cloud.PubSub.V1;
using Google.Protobuf.WellKnownTypes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Spotify.Contracts;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Google.EntryPoints;
using Spotify.Google.Messages;
using Spotify.Google.Tests.EntryPoints;
using Subscription = Spotify.Domain.Ports.Subscription;
using Topic = Spotify.Domain.Ports.Topic;

namespace Spotify.Google.Tests.Messages;

/// <summary>The message-bus contract on Pub/Sub's emulator, which pushes to entry points as they are deployed.</summary>
public sealed class PubSubMessageBusTests : MessageBusContract, IAsyncLifetime
{
    private readonly string project = "test-" + Guid.NewGuid().ToString("n")[..20];
    private readonly TestIssuer issuer = new();
    private readonly List<TestFunction> functions = [];
    private PubSubEmulator emulator = null!;
    private PubSubMessageBus bus = null!;

    protected override IMessageBus Bus => bus;

    public async Task InitializeAsync()
    {
        Skip.If(PubSubEmulator.Missing is not null, PubSubEmulator.Missing);
        emulator = await PubSubEmulator.GetAsync();
        bus = PubSubClients.Bus(project, emulator);
        await bus.OpenAsync(default);
    }

    public async Task DisposeAsync()
    {
        foreach (var function in functions) await function.DisposeAsync();
        issuer.Dispose();
    }

    protected override async Task DeclareAsync(Topic topic)
    {
        try
        {
            await PubSubClients.Publisher(emulator).CreateTopicAsync(TopicName.FromProjectTopic(project, topic.Name));
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.AlreadyExists)
        {
        }
    }

    protected override async Task SubscribeAsync(Subscription subscription, IMessageConsumer<ReadOnlyMemory<byte>> consumer)
    {
        await DeclareAsync(subscription.Topic);
        await DeclareAsync(Topic.DeadLetters);
        var deliveries = new DeliveryCounter();
        var function = await TestFunction.StartAsync(
            new ConsumerFunction(subscription, consumer),
            issuer,
            services => services.Replace(ServiceDescriptor.Singleton<IMessageBus>(bus)),
            before: app => app.Use(next => context =>
            {
                // Pub/Sub sends a token; its emulator does not.
                context.Request.Headers.Authorization = issuer.Service().ToString();
                return deliveries.CountAsync(context, next);
            }));
        functions.Add(function);
        await PubSubClients.Subscriber(emulator).CreateSubscriptionAsync(new global::Google.Cloud.PubSub.V1.Subscription
        {
            SubscriptionName = SubscriptionName.FromProjectSubscription(project, subscription.Name),
            TopicAsTopicName = TopicName.FromProjectTopic(project, subscription.Topic.Name),
            AckDeadlineSeconds = (int)subscription.AckDeadline.TotalSeconds,
            PushConfig = new PushConfig { PushEndpoint = function.Http.BaseAddress!.AbsoluteUri },
            RetryPolicy = new RetryPolicy
            {
                MinimumBackoff = Duration.FromTimeSpan(subscription.MinBackoff),
                MaximumBackoff = Duration.FromTimeSpan(subscription.MaxBackoff),
            },
        });
    }

    protected override Task PassAsync(TimeSpan time) => Task.CompletedTask;
}
