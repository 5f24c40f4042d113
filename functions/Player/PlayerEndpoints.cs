using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Spotify.Functions.Player.Commands;
using Spotify.Functions.Player.Devices;
using Spotify.Functions.Player.Live;
using Spotify.Functions.Player.Plans;
using Spotify.Functions.Player.State;
using Spotify.Web.RateLimits;

namespace Spotify.Functions.Player;

/// <summary>The endpoints of players.</summary>
public static class PlayerEndpoints
{
    /// <summary>Registers the services. Requires <c>AddCatalog</c>, <c>AddContexts</c> and
    /// <c>AddAutoplayQueue</c>. The host registers the live documents.</summary>
    public static IServiceCollection AddPlayer(this IServiceCollection services)
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PlayerOptions>, PlayerOptionsValidator>());
        services.AddOptions<PlayerOptions>().BindConfiguration("Player").ValidateOnStart();
        services.TryAddSingleton<PlayerMetrics>();
        services.TryAddSingleton<PlayerStore>();
        services.TryAddSingleton<FreeLimits>();
        return services.AddConnectedDevices().AddPlaybackState().AddCommands().AddPlayerLive();
    }

    /// <summary>Maps the endpoints.</summary>
    public static IEndpointRouteBuilder MapPlayer(this IEndpointRouteBuilder routes)
    {
        var player = routes.MapGroup("/v1/me/player").WithTags("Player").WithRateLimit(RateLimitCategory.PlayerState);
        player.MapPlaybackState();
        player.MapConnectedDevices();
        player.MapCommands();
        player.MapPlayerLive();
        return routes;
    }
}
