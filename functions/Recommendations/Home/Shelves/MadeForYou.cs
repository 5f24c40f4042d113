using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Playlists;
using Spotify.Domain.Ports;
using Spotify.Web.Identity;

namespace Spotify.Functions.Recommendations.Home.Shelves;

/// <summary>The generated playlists of the listener, in the order of the surfaces.</summary>
internal sealed class MadeForYou(IDatabase database) : IShelfSource
{
    private static readonly Statement Generated = new(
        """
        SELECT GeneratedPlaylists.Surface, GeneratedPlaylists.PlaylistId FROM GeneratedPlaylists
        JOIN Playlists ON Playlists.PlaylistId = GeneratedPlaylists.PlaylistId
        WHERE GeneratedPlaylists.UserId = @user AND Playlists.Items > 0 ORDER BY GeneratedPlaylists.Surface
        """,
        ("user", ColumnType.String));

    // Radios have surfaces of their own, but a listener starts them from a track or an artist.
    private static readonly Dictionary<string, int> Order =
        Surface.DailyMixes.Concat([Surface.DiscoverWeekly, Surface.ReleaseRadar, Surface.OnRepeat]).Index()
            .ToDictionary(entry => entry.Item.Id, entry => entry.Index, StringComparer.Ordinal);

    /// <inheritdoc/>
    public Scopes Scopes => Scopes.PlaylistReadPrivate;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PlannedShelf>> PlanAsync(ShelfRequest request, CancellationToken ct)
    {
        var parameters = new Parameters { { "user", request.UserId } };
        var playlists = await database.QueryAsync(Generated, parameters, null, ct)
            .Select(row => (Surface: row.String("Surface"), Id: row.String("PlaylistId"))).ToListAsync(ct);
        return PlannedShelf.Of("made-for-you", "Made for you", playlists
            .Where(playlist => Order.ContainsKey(playlist.Surface)).OrderBy(playlist => Order[playlist.Surface])
            .Select(playlist => new SpotifyUri(EntityType.Playlist, playlist.Id)));
    }
}
