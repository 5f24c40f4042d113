using System.Net;
using Spotify.Domain;
using static Spotify.Fixtures.TestCatalog;

namespace Spotify.Functions.Tests.WireContract;

/// <summary>The cases of recommendations and related artists, without a model.</summary>
internal static class RecommendationCases
{
    private const string Recommendations = "get-recommendations";
    private const string RelatedArtists = "get-an-artists-related-artists";

    public static IEnumerable<ContractCase> All =>
    [
        new("recommendations", Recommendations,
            $"GET /v1/recommendations?seed_tracks={Dawn.Id}&seed_artists={Zebra.Id}&seed_genres=pop&limit=3"),
        new("recommendations-app", Recommendations,
            $"GET /v1/recommendations?seed_artists={Beyonce.Id}&market=US&limit=1", Sender: Sender.App),
        new("recommendations-tuned", Recommendations, $"GET /v1/recommendations?seed_artists={Zebra.Id}&min_energy=0.8&target_tempo=100"),
        new("recommendations-unknown-seed", Recommendations, $"GET /v1/recommendations?seed_tracks={SpotifyId.FromName("missing")}"),
        new("recommendations-without-seeds", Recommendations, "GET /v1/recommendations", HttpStatusCode.BadRequest),
        new("recommendations-bad-value", Recommendations, "GET /v1/recommendations?seed_genres=pop&min_key=12", HttpStatusCode.BadRequest),
        new("related-artists", RelatedArtists, $"GET /v1/artists/{Zebra.Id}/related-artists"),
        new("related-artists-missing", RelatedArtists,
            $"GET /v1/artists/{SpotifyId.FromName("missing")}/related-artists", HttpStatusCode.NotFound),
        new("related-artists-bad-id", RelatedArtists, "GET /v1/artists/x/related-artists", HttpStatusCode.BadRequest),
    ];
}
