using Spotify.Web.Functions;
using Spotify.Web.PersonalData;

namespace Spotify.Functions.Recommendations;

/// <summary>The function <c>recommendations</c>: how tracks sound.</summary>
public static class RecommendationsFunction
{
    /// <summary>The definition.</summary>
    public static FunctionDefinition Definition { get; } = new("recommendations", Caller.Listeners)
    {
        AddServices = services => services.AddAudioFeatures(),
        MapRoutes = routes => routes.MapAudioFeatures(),
        Uses = new Resources { Database = Access.Read, Objects = { ["tracks"] = Access.Read } },
        PersonalData =
        [
            new PersonalRows("ActiveListeners", "UserId"),
            new PersonalRows("GeneratedPlaylists", "UserId"),
            new PersonalRows("NotInterested", "UserId") { PageSize = 1000 },
        ],
    };
}
