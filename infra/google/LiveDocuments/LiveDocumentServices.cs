using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Domain.Ports;
using Spotify.Hosting;
using Spotify.Hosting.LiveDocuments;

namespace Spotify.Google.LiveDocuments;

/// <summary>Registration of live documents and of the tokens to listen to them. Every method can be called more than once.</summary>
public static class LiveDocumentServices
{
    /// <summary>Adds <see cref="IPlayerStates"/> with <see cref="LiveDocumentOptions"/>.</summary>
    public static IServiceCollection AddFirestore(this IServiceCollection services)
    {
        services.TryAddSingleton<Credentials>();
        return services
            .AddAdapterOptions<LiveDocumentOptions, LiveDocumentOptionsValidator>(
                LiveDocumentOptions.Section,
                (options, configuration) => options.EmulatorHost = configuration[LiveDocumentOptions.EmulatorVariable])
            .AddAdapter<IPlayerStates, FirestorePlayerStates>((states, ct) => states.OpenAsync(ct));
    }

    /// <summary>Adds <see cref="ILiveTokens"/> with <see cref="LiveTokenOptions"/>.</summary>
    public static IServiceCollection AddLiveTokens(this IServiceCollection services)
    {
        services.TryAddSingleton<Credentials>();
        return services
            .AddAdapterOptions<LiveTokenOptions, LiveTokenOptionsValidator>(LiveTokenOptions.Section)
            .AddAdapter<ILiveTokens, IdentityPlatformLiveTokens>((tokens, ct) => tokens.OpenAsync(ct));
    }
}
