using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Spotify.Catalog;
using Spotify.Domain.Catalog;
using Spotify.Web.Identity;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Functions.Catalog;

/// <summary>The endpoints for catalog entities, the lists of albums, artists, shows and audiobooks, and markets.</summary>
public static class CatalogEndpoints
{
    /// <summary>Maps the endpoints.</summary>
    public static IEndpointRouteBuilder MapCatalog(this IEndpointRouteBuilder routes)
    {
        var albums = routes.MapGroup("/v1/albums").WithTags("Albums").RequireNoScope();
        albums.MapGet("/{id}", GetAlbum).WithName("get-an-album").WithSummary("Get Album");
        albums.MapGet("/", GetAlbums).WithName("get-multiple-albums").WithSummary("Get Several Albums");
        albums.MapGet("/{id}/tracks", GetAlbumTracks).WithName("get-an-albums-tracks").WithSummary("Get Album Tracks");

        var artists = routes.MapGroup("/v1/artists").WithTags("Artists").RequireNoScope();
        artists.MapGet("/{id}", GetArtist).WithName("get-an-artist").WithSummary("Get Artist");
        artists.MapGet("/", GetArtists).WithName("get-multiple-artists").WithSummary("Get Several Artists");
        artists.MapGet("/{id}/albums", GetArtistAlbums).WithName("get-an-artists-albums").WithSummary("Get Artist's Albums");
        artists.MapGet("/{id}/top-tracks", GetTopTracks).WithName("get-an-artists-top-tracks").WithSummary("Get Artist's Top Tracks");

        var tracks = routes.MapGroup("/v1/tracks").WithTags("Tracks").RequireNoScope();
        tracks.MapGet("/{id}", GetTrack).WithName("get-track").WithSummary("Get Track");
        tracks.MapGet("/", GetTracks).WithName("get-several-tracks").WithSummary("Get Several Tracks");

        var shows = routes.MapGroup("/v1/shows").WithTags("Shows");
        shows.MapGet("/{id}", GetShow).WithName("get-a-show").WithSummary("Get Show").RequireScopes(Scopes.UserReadPlaybackPosition);
        shows.MapGet("/", GetShows).WithName("get-multiple-shows").WithSummary("Get Several Shows").RequireNoScope();
        shows.MapGet("/{id}/episodes", GetShowEpisodes).WithName("get-a-shows-episodes").WithSummary("Get Show Episodes")
            .RequireScopes(Scopes.UserReadPlaybackPosition);

        var episodes = routes.MapGroup("/v1/episodes").WithTags("Episodes").RequireScopes(Scopes.UserReadPlaybackPosition);
        episodes.MapGet("/{id}", GetEpisode).WithName("get-an-episode").WithSummary("Get Episode");
        episodes.MapGet("/", GetEpisodes).WithName("get-multiple-episodes").WithSummary("Get Several Episodes");

        var audiobooks = routes.MapGroup("/v1/audiobooks").WithTags("Audiobooks").RequireNoScope();
        audiobooks.MapGet("/{id}", GetAudiobook).WithName("get-an-audiobook").WithSummary("Get an Audiobook");
        audiobooks.MapGet("/", GetAudiobooks).WithName("get-multiple-audiobooks").WithSummary("Get Several Audiobooks");
        audiobooks.MapGet("/{id}/chapters", GetAudiobookChapters).WithName("get-audiobook-chapters").WithSummary("Get Audiobook Chapters");

        var chapters = routes.MapGroup("/v1/chapters").WithTags("Chapters").RequireNoScope();
        chapters.MapGet("/{id}", GetChapter).WithName("get-a-chapter").WithSummary("Get a Chapter");
        chapters.MapGet("/", GetChapters).WithName("get-several-chapters").WithSummary("Get Several Chapters");

        routes.MapGet("/v1/markets", () => TypedResults.Ok(new MarketList(Markets.All)))
            .WithTags("Markets").WithName("get-available-markets").WithSummary("Get Available Markets")
            .RequireNoScope();
        return routes;
    }

    private static async Task<Ok<AlbumObject>> GetAlbum(string id, Viewer viewer, CatalogService catalog, CancellationToken ct) =>
        TypedResults.Ok(CatalogService.One(await catalog.AlbumsAsync([RequestIds.One(id)], viewer, ct)));

    private static async Task<Ok<AlbumList>> GetAlbums(string? ids, Viewer viewer, CatalogService catalog, CancellationToken ct) =>
        TypedResults.Ok(new AlbumList(await catalog.AlbumsAsync(RequestIds.Several(ids, max: 20), viewer, ct)));

    private static async Task<Ok<PagingObject<SimplifiedTrackObject>>> GetAlbumTracks(
        string id, PageRequest page, Viewer viewer, CatalogService catalog, CancellationToken ct) =>
        TypedResults.Ok(await catalog.AlbumTracksAsync(RequestIds.One(id), page, viewer, ct));

    private static async Task<Ok<ArtistObject>> GetArtist(string id, Viewer viewer, CatalogService catalog, CancellationToken ct) =>
        TypedResults.Ok(CatalogService.One(await catalog.ArtistsAsync([RequestIds.One(id)], viewer, ct)));

    private static async Task<Ok<ArtistList>> GetArtists(string? ids, Viewer viewer, CatalogService catalog, CancellationToken ct) =>
        TypedResults.Ok(new ArtistList(await catalog.ArtistsAsync(RequestIds.Several(ids), viewer, ct)));

    private static async Task<Ok<PagingObject<SimplifiedAlbumObject>>> GetArtistAlbums(
        string id,
        [FromQuery(Name = "include_groups")] string? includeGroups,
        PageRequest page,
        Viewer viewer,
        CatalogService catalog,
        CancellationToken ct) =>
        TypedResults.Ok(await catalog.ArtistAlbumsAsync(RequestIds.One(id), includeGroups, page, viewer, ct));

    private static async Task<Ok<TrackList>> GetTopTracks(string id, Viewer viewer, CatalogService catalog, CancellationToken ct) =>
        TypedResults.Ok(new TrackList(await catalog.TopTracksAsync(RequestIds.One(id), viewer, ct)));

    private static async Task<Ok<TrackObject>> GetTrack(string id, Viewer viewer, CatalogService catalog, CancellationToken ct) =>
        TypedResults.Ok(CatalogService.One(await catalog.TracksAsync([RequestIds.One(id)], viewer, ct)));

    private static async Task<Ok<TrackList>> GetTracks(string? ids, Viewer viewer, CatalogService catalog, CancellationToken ct) =>
        TypedResults.Ok(new TrackList(await catalog.TracksAsync(RequestIds.Several(ids), viewer, ct)));

    private static async Task<Ok<ShowObject>> GetShow(string id, Viewer viewer, CatalogService catalog, CancellationToken ct) =>
        TypedResults.Ok(await catalog.ShowAsync(RequestIds.One(id), viewer, ct));

    private static async Task<Ok<ShowList>> GetShows(string? ids, Viewer viewer, CatalogService catalog, CancellationToken ct) =>
        TypedResults.Ok(new ShowList(await catalog.ShowsAsync(RequestIds.Several(ids), viewer, ct)));

    private static async Task<Ok<PagingObject<SimplifiedEpisodeObject>>> GetShowEpisodes(
        string id, PageRequest page, Viewer viewer, CatalogService catalog, CancellationToken ct) =>
        TypedResults.Ok(await catalog.ShowEpisodesAsync(RequestIds.One(id), page, viewer, ct));

    private static async Task<Ok<EpisodeObject>> GetEpisode(string id, Viewer viewer, CatalogService catalog, CancellationToken ct) =>
        TypedResults.Ok(CatalogService.One(await catalog.EpisodesAsync([RequestIds.One(id)], viewer, ct)));

    private static async Task<Ok<EpisodeList>> GetEpisodes(string? ids, Viewer viewer, CatalogService catalog, CancellationToken ct) =>
        TypedResults.Ok(new EpisodeList(await catalog.EpisodesAsync(RequestIds.Several(ids), viewer, ct)));

    private static async Task<Ok<AudiobookObject>> GetAudiobook(string id, Viewer viewer, CatalogService catalog, CancellationToken ct) =>
        TypedResults.Ok(CatalogService.One(await catalog.AudiobooksAsync([RequestIds.One(id)], viewer, ct)));

    private static async Task<Ok<AudiobookList>> GetAudiobooks(string? ids, Viewer viewer, CatalogService catalog, CancellationToken ct) =>
        TypedResults.Ok(new AudiobookList(await catalog.AudiobooksAsync(RequestIds.Several(ids), viewer, ct)));

    private static async Task<Ok<PagingObject<SimplifiedChapterObject>>> GetAudiobookChapters(
        string id, PageRequest page, Viewer viewer, CatalogService catalog, CancellationToken ct) =>
        TypedResults.Ok(await catalog.AudiobookChaptersAsync(RequestIds.One(id), page, viewer, ct));

    private static async Task<Ok<ChapterObject>> GetChapter(string id, Viewer viewer, CatalogService catalog, CancellationToken ct) =>
        TypedResults.Ok(CatalogService.One(await catalog.ChaptersAsync([RequestIds.One(id)], viewer, ct)));

    private static async Task<Ok<ChapterList>> GetChapters(string? ids, Viewer viewer, CatalogService catalog, CancellationToken ct) =>
        TypedResults.Ok(new ChapterList(await catalog.ChaptersAsync(RequestIds.Several(ids), viewer, ct)));
}
