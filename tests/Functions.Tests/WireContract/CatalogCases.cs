using System.Net;
using Spotify.Domain;
using static Spotify.Fixtures.TestCatalog;

namespace Spotify.Functions.Tests.WireContract;

/// <summary>The cases of the catalog and search.</summary>
internal static class CatalogCases
{
    private static readonly string Missing = SpotifyId.FromName("missing");

    public static IEnumerable<ContractCase> All =>
    [
        .. Entity("album", "get-an-album", "get-multiple-albums", "albums", Sunrise.Id),
        .. Entity("artist", "get-an-artist", "get-multiple-artists", "artists", Beyonce.Id),
        .. Entity("audiobook", "get-an-audiobook", "get-multiple-audiobooks", "audiobooks", Book.Id),
        .. Entity("chapter", "get-a-chapter", "get-several-chapters", "chapters", Chapter.Id),
        .. Entity("episode", "get-an-episode", "get-multiple-episodes", "episodes", Pilot.Id),
        .. Entity("show", "get-a-show", "get-multiple-shows", "shows", Radio.Id),
        .. Entity("track", "get-track", "get-several-tracks", "tracks", Dawn.Id),
        new("track-elsewhere", "get-track", $"GET /v1/tracks/{Swedish.Id}", Sender: Sender.Bob),
        new("track-of-market", "get-track", $"GET /v1/tracks/{Swedish.Id}?market=SE", Sender: Sender.App),
        new("track-unknown-market", "get-track", $"GET /v1/tracks/{Dawn.Id}?market=XX", HttpStatusCode.BadRequest),
        new("album-tracks", "get-an-albums-tracks", $"GET /v1/albums/{Sunrise.Id}/tracks?limit=1&offset=1"),
        new("album-tracks-bad-limit", "get-an-albums-tracks", $"GET /v1/albums/{Sunrise.Id}/tracks?limit=0", HttpStatusCode.BadRequest),
        new("artist-albums", "get-an-artists-albums", $"GET /v1/artists/{Beyonce.Id}/albums"),
        new("artist-top-tracks", "get-an-artists-top-tracks", $"GET /v1/artists/{Beyonce.Id}/top-tracks"),
        new("show-episodes", "get-a-shows-episodes", $"GET /v1/shows/{Radio.Id}/episodes"),
        new("audiobook-chapters", "get-audiobook-chapters", $"GET /v1/audiobooks/{Book.Id}/chapters"),
        new("markets", "get-available-markets", "GET /v1/markets"),
        new("search", "search", "GET /v1/search?q=a&type=album,artist,playlist,track,show,episode,audiobook&limit=2"),
        new("search-fields", "search", "GET /v1/search?q=artist:beyonce%20year:2000-2030&type=album,track&limit=2&include_external=audio"),
        new("categories", "get-categories", "GET /v1/browse/categories?locale=sv_SE&limit=2&offset=1"),
        new("category", "get-a-category", "GET /v1/browse/categories/chill"),
        new("category-missing", "get-a-category", "GET /v1/browse/categories/nonsense", HttpStatusCode.NotFound),
        new("category-playlists", "get-a-categories-playlists", "GET /v1/browse/categories/chill/playlists?limit=1"),
        new("category-playlists-missing", "get-a-categories-playlists", "GET /v1/browse/categories/x/playlists", HttpStatusCode.NotFound),
        new("featured-playlists", "get-featured-playlists", "GET /v1/browse/featured-playlists"),
        new("featured-playlists-bad-limit", "get-featured-playlists", "GET /v1/browse/featured-playlists?limit=0",
            HttpStatusCode.BadRequest),
        new("new-releases", "get-new-releases", "GET /v1/browse/new-releases?limit=2"),
        new("genre-seeds", "get-recommendation-genres", "GET /v1/recommendations/available-genre-seeds"),
        new("search-without-query", "search", "GET /v1/search?type=album", HttpStatusCode.BadRequest),
    ];

    private static IEnumerable<ContractCase> Entity(string name, string one, string several, string collection, string id) =>
    [
        new(name, one, $"GET /v1/{collection}/{id}"),
        new($"{name}-missing", one, $"GET /v1/{collection}/{Missing}", HttpStatusCode.NotFound),
        new($"{name}-bad-id", one, $"GET /v1/{collection}/x", HttpStatusCode.BadRequest),
        new(collection, several, $"GET /v1/{collection}?ids={id}"),
        new($"{collection}-one-missing", several, $"GET /v1/{collection}?ids={id},{Missing}"),
        new($"{collection}-without-ids", several, $"GET /v1/{collection}", HttpStatusCode.BadRequest),
    ];
}
