using System.Globalization;
using System.Net;
using Grpc.Core;
using Google.Api.Gax;
using Google.Cloud.PubSub.V1;
using Google.Protobuf.WellKnownTypes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
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

    // A server that answers every call with RESOURCE_EXHAUSTED, as Pub/Sub does beyond a quota.
    protected override async Task<Func<Task>> OverloadAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(
            kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        var server = builder.Build();
        server.Run(context =>
        {
            context.Response.ContentType = "application/grpc";
            context.Response.Headers["grpc-status"] = ((int)StatusCode.ResourceExhausted).ToString(CultureInfo.InvariantCulture);
            return Task.CompletedTask;
        });
        await server.StartAsync();
        var working = bus;
        bus = PubSubClients.Bus(project, new Uri(server.Urls.Single()).Authority, TimeSpan.FromSeconds(1));
        return async () =>
        {
            bus = working;
            await server.DisposeAsync();
        };
    }

    protected override Task PassAsync(TimeSpan time) => Task.CompletedTask;
}
