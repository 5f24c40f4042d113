using System.Globalization;
using Spotify.Domain;
using Spotify.Functions.PlaylistGenerator.Surfaces;
using Spotify.Web.Identity;

namespace Spotify.Functions.Recommendations.Home.Shelves;

/// <summary>The popular tracks of the genre that the listener plays most.</summary>
internal sealed class PopularInGenre(PopularChoices popular) : IShelfSource
{
    /// <inheritdoc/>
    public Scopes Scopes => Scopes.UserTopRead;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PlannedShelf>> PlanAsync(ShelfRequest request, CancellationToken ct)
    {
        if (await request.History() is not { TopGenres: [var (genre, _), ..] } history) return [];
        var tracks = await popular.OfGenreAsync(genre, request.Viewer.Market ?? history.Country, ct);
        return PlannedShelf.Of(
            "popular-genre", $"Popular in {CultureInfo.InvariantCulture.TextInfo.ToTitleCase(genre)}",
            tracks.Select(item => new SpotifyUri(EntityType.Track, SpotifyId.Format(item.Track))), isRecommended: true);
    }
}
