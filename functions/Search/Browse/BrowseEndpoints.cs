using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Spotify.Web.Identity;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Functions.Search.Browse;

/// <summary>The endpoints of the browse pages.</summary>
public static class BrowseEndpoints
{
    /// <summary>Registers the browse services. Requires <c>AddCatalog</c>, <c>AddPlaylistReading</c> and <c>AddSearch</c>.</summary>
    public static IServiceCollection AddBrowse(this IServiceCollection services)
    {
        services.AddWireJson(BrowseJson.Default);
        services.AddBrowseLists();
        services.TryAddSingleton<BrowseService>();
        return services;
    }

    /// <summary>Registers the lists of a market. Requires <c>AddCatalog</c> and <c>AddPlaylistReading</c>.</summary>
    public static IServiceCollection AddBrowseLists(this IServiceCollection services)
    {
        services.AddEditorialPlaylists();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<BrowseLists>();
        return services;
    }

    /// <summary>Registers the reader of the categories of editorial playlists. Requires <c>AddPlaylistReading</c>.</summary>
    public static IServiceCollection AddEditorialPlaylists(this IServiceCollection services)
    {
        // Options that are bound twice have each category twice.
        if (services.Any(service => service.ServiceType == typeof(EditorialPlaylists))) return services;
        services.AddOptions<BrowseOptions>().BindConfiguration("Browse").ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<BrowseOptions>, BrowseOptionsValidator>());
        services.TryAddSingleton<BrowseCache>();
        services.TryAddSingleton<EditorialPlaylists>();
        return services;
    }

    /// <summary>Maps the endpoints.</summary>
    public static IEndpointRouteBuilder MapBrowse(this IEndpointRouteBuilder routes)
    {
        var browse = routes.MapGroup("/v1/browse").WithTags("Browse").RequireNoScope();
        browse.MapGet("/categories", Categories).WithName("get-categories").WithSummary("Get Several Browse Categories");
        browse.MapGet("/categories/{category_id}", Category).WithName("get-a-category").WithSummary("Get Single Browse Category");
        browse.MapGet("/categories/{category_id}/playlists", PlaylistsOfCategory)
            .WithName("get-a-categories-playlists").WithSummary("Get Category's Playlists");
        browse.MapGet("/featured-playlists", Featured).WithName("get-featured-playlists").WithSummary("Get Featured Playlists");
        browse.MapGet("/new-releases", NewReleases).WithName("get-new-releases").WithSummary("Get New Releases");
        browse.MapGet("/recently-added", RecentlyAdded).WithName("get-recently-added").WithSummary("Get Recently Added Albums");
        browse.MapGet("/popular-tracks", PopularTracks).WithName("get-popular-tracks").WithSummary("Get Popular Tracks of the Market");
        browse.MapGet("/popular-artists", PopularArtists).WithName("get-popular-artists").WithSummary("Get Popular Artists of the Market");
        routes.MapGet("/v1/recommendations/available-genre-seeds", Genres)
            .WithTags("Genres").WithName("get-recommendation-genres").WithSummary("Get Available Genre Seeds").RequireNoScope();
        return routes;
    }

    private static Ok<CategoryList> Categories(string? locale, PageRequest page, Viewer viewer, BrowseService browse) =>
        TypedResults.Ok(browse.Categories(locale, page, viewer));

    private static Ok<CategoryObject> Category(
        [FromRoute(Name = "category_id")] string categoryId, string? locale, Viewer viewer, BrowseService browse) =>
        TypedResults.Ok(browse.Category(categoryId, locale, viewer));

    private static async Task<Ok<PlaylistPage>> PlaylistsOfCategory(
        [FromRoute(Name = "category_id")] string categoryId, PageRequest page, Viewer viewer, BrowseService browse, CancellationToken ct) =>
        TypedResults.Ok(await browse.PlaylistsOfAsync(categoryId, page, viewer, ct));

    private static async Task<Ok<PlaylistPage>> Featured(PageRequest page, Viewer viewer, BrowseService browse, CancellationToken ct) =>
        TypedResults.Ok(await browse.FeaturedAsync(page, viewer, ct));

    private static async Task<Ok<AlbumPage>> NewReleases(PageRequest page, Viewer viewer, BrowseService browse, CancellationToken ct) =>
        TypedResults.Ok(await browse.NewReleasesAsync(page, viewer, ct));

    private static async Task<Ok<AlbumPage>> RecentlyAdded(PageRequest page, Viewer viewer, BrowseService browse, CancellationToken ct) =>
        TypedResults.Ok(await browse.RecentlyAddedAsync(page, viewer, ct));

    private static async Task<Ok<TrackPage>> PopularTracks(PageRequest page, Viewer viewer, BrowseService browse, CancellationToken ct) =>
        TypedResults.Ok(await browse.PopularTracksAsync(page, viewer, ct));

    private static async Task<Ok<ArtistPage>> PopularArtists(PageRequest page, Viewer viewer, BrowseService browse, CancellationToken ct) =>
        TypedResults.Ok(await browse.PopularArtistsAsync(page, viewer, ct));

    private static async Task<Ok<GenreList>> Genres(BrowseService browse, CancellationToken ct) =>
        TypedResults.Ok(await browse.GenresAsync(ct));
}

/// <summary>A category of playlists.</summary>
public sealed record CategoryObject(string Href, IReadOnlyList<ImageObject> Icons, string Id, string Name);

/// <summary>A page of categories.</summary>
public sealed record CategoryList(PagingObject<CategoryObject> Categories);

/// <summary>A page of playlists and its headline.</summary>
public sealed record PlaylistPage(string Message, PagingObject<SimplifiedPlaylistObject> Playlists);

/// <summary>A page of albums.</summary>
public sealed record AlbumPage(PagingObject<SimplifiedAlbumObject> Albums);

/// <summary>A page of tracks.</summary>
public sealed record TrackPage(PagingObject<TrackObject> Tracks);

/// <summary>A page of artists.</summary>
public sealed record ArtistPage(PagingObject<ArtistObject> Artists);

/// <summary>A list of genres.</summary>
public sealed record GenreList(IReadOnlyList<string> Genres);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CategoryList))]
[JsonSerializable(typeof(CategoryObject))]
[JsonSerializable(typeof(PlaylistPage))]
[JsonSerializable(typeof(AlbumPage))]
[JsonSerializable(typeof(TrackPage))]
[JsonSerializable(typeof(ArtistPage))]
[JsonSerializable(typeof(GenreList))]
internal sealed partial class BrowseJson : JsonSerializerContext;
