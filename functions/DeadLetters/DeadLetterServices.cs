using Spotify.Web.Messaging;

namespace Spotify.Functions.DeadLetters;

/// <summary>Adds the archive of dead letters to a host.</summary>
public static class DeadLetterServices
{
    /// <summary>Adds the consumer and what it needs.</summary>
    public static IServiceCollection AddDeadLetters(this IServiceCollection services) =>
        services.AddMetrics().AddSingleton<DeadLetterMetrics>().AddConsumer<DeadLetterArchive>(DeadLetterArchive.Subscription);
}
