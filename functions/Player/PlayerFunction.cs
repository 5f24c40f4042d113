using Spotify.Catalog;
using Spotify.Catalog.Contexts;
using Spotify.Functions.Player.Live;
using Spotify.Functions.PlayerAutoplay;
using Spotify.Web.Functions;

namespace Spotify.Functions.Player;

/// <summary>The function <c>player</c>: what listeners play on all their devices.</summary>
public static class PlayerFunction
{
    /// <summary>The definition.</summary>
    public static FunctionDefinition Definition { get; } = new("player", Caller.Listeners)
    {
        AddServices = services => services.AddCatalog().AddContexts().AddAutoplayQueue().AddPlayer(),
        MapRoutes = routes => routes.MapPlayer(),
        // The database is written for resume points.
        Uses = new Resources
        {
            Database = Access.Write,
            LiveDocuments = Access.Write,
            LiveTokens = true,
            Enqueues = [PlayerAutoplayFunction.Tasks],
        },
        PersonalDocuments = PlayerPersonalData.Documents,
    };
}
