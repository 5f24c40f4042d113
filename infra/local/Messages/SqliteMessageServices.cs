using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Domain.Ports;
using Spotify.Local.Queues;

namespace Spotify.Local.Messages;

/// <summary>Registration of <see cref="SqliteMessageBus"/>.</summary>
public static class SqliteMessageServices
{
    /// <summary>
    /// Adds <see cref="IMessageBus"/> and the delivery of its messages. Requires a <see cref="QueueFile"/>. Can be called more than once.
    /// </summary>
    public static IServiceCollection AddSqliteMessages(this IServiceCollection services)
    {
        services.TryAddSingleton(new BacklogLimits());
        services.TryAddSingleton<IMessageBus, SqliteMessageBus>();
        return services.AddHostedService<MessagePump>();
    }
}
