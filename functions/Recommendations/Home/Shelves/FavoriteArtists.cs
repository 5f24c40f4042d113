using Spotify.Domain;
using Spotify.Web.Identity;

namespace Spotify.Functions.Recommendations.Home.Shelves;

/// <summary>The artists whom the listener plays most, then those who are followed.</summary>
internal sealed class FavoriteArtists : IShelfSource
{
    /// <inheritdoc/>
    public Scopes Scopes => Scopes.UserTopRead;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PlannedShelf>> PlanAsync(ShelfRequest request, CancellationToken ct)
    {
        if (await request.History() is not { } history) return [];
        var artists = history.TopArtists.Select(top => top.Artist).Concat(history.FollowedArtists);
        return PlannedShelf.Of(
            "favorite-artists", "Your favorite artists",
            artists.Select(artist => new SpotifyUri(EntityType.Artist, SpotifyId.Format(artist))), isRecommended: true);
    }
}
