using System.Globalization;
using Spotify.Domain;
using Spotify.Functions.PlaylistGenerator.Surfaces;
using Spotify.Functions.Search.Browse;
using Spotify.Web.Identity;

namespace Spotify.Functions.Recommendations.Home.Shelves;

/// <summary>The tracks that are played most in the country: those of the chart of the last day, then those that are popular.</summary>
internal sealed class PopularInCountry(PopularChoices popular, BrowseLists lists) : IShelfSource
{
    /// <inheritdoc/>
    public Scopes Scopes => Scopes.None;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PlannedShelf>> PlanAsync(ShelfRequest request, CancellationToken ct)
    {
        var market = request.Viewer.Market;
        var tracks = market is null
            ? await lists.PopularTracksAsync(null, ct)
            : (await popular.InMarketAsync(market, ct)).Select(item => SpotifyId.Format(item.Track));
        return PlannedShelf.Of(
            "popular", market is null ? "Popular" : $"Popular in {CountryName(market)}",
            tracks.Select(track => new SpotifyUri(EntityType.Track, track)), isRecommended: true);
    }

    // Kosovo has a code that is not in the standard.
    private static string CountryName(string market) => market == "XK" ? "Kosovo" : new RegionInfo(market).EnglishName;
}
