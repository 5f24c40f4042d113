using Spotify.Catalog;
using Spotify.Functions.PlaylistGenerator;
using Spotify.Functions.Playlists;
using Spotify.Functions.Recommendations.Blend;
using Spotify.Functions.Recommendations.Home;
using Spotify.Functions.Recommendations.Prompts;
using Spotify.Functions.Recommendations.Radio;
using Spotify.Functions.Recommendations.Seeds;
using Spotify.Web.Functions;
using Spotify.Web.PersonalData;

namespace Spotify.Functions.Recommendations;

/// <summary>The function <c>recommendations</c>: audio features, recommendations, radios, blends, prompts and the home page.</summary>
public static class RecommendationsFunction
{
    /// <summary>The definition.</summary>
    public static FunctionDefinition Definition { get; } = new("recommendations", Caller.Listeners)
    {
        AddServices = services => services
            .AddCatalog().AddPlaylistReading().AddRecommenders().AddListenerHistories().AddGeneratedPlaylists().AddPopularChoices()
            .AddAudioFeatures().AddSeeds().AddRadio().AddHome().AddPrompts().AddBlends(),
        MapRoutes = routes => routes.MapAudioFeatures().MapSeeds().MapRadio().MapHome().MapPrompts().MapBlends(),
        Uses = new Resources
        {
            Database = Access.Write,
            SearchIndex = true,
            Objects = { ["tracks"] = Access.Read, ["models"] = Access.Read },
            Enqueues = [PlaylistGeneratorFunction.Definition.Queue!],
        },
        PersonalData =
        [
            .. BlendRows.PersonalData,
            new PersonalRows("ActiveListeners", "UserId"),
            new PersonalRows("GeneratedPlaylists", "UserId"),
            new PersonalRows("NotInterested", "UserId") { PageSize = 1000 },
        ],
    };
}
