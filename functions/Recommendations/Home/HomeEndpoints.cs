using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Spotify.Functions.Recommendations.Home.Shelves;
using Spotify.Functions.WeeklyPlaylists;
using Spotify.Web.Identity;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Functions.Recommendations.Home;

/// <summary>The endpoints of the home page.</summary>
public static class HomeEndpoints
{
    private const string ContentLimit = "content_limit";

    /// <summary>
    /// Registers the services. Requires <c>AddCatalog</c>, <c>AddPlaylistReading</c>, <c>AddRecommenders</c>,
    /// <c>AddListenerHistories</c>, <c>AddPopularChoices</c>, and the task queue.
    /// </summary>
    public static IServiceCollection AddHome(this IServiceCollection services)
    {
        services.AddWireJson(HomeJson.Default);
        services.AddVisits();
        services.AddOptions<HomeOptions>().BindConfiguration("Home").ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<HomeOptions>, HomeOptionsValidator>());
        services.TryAddEnumerable(
        [
            ServiceDescriptor.Singleton<IShelfSource, MadeForYou>(),
            ServiceDescriptor.Singleton<IShelfSource, JumpBackIn>(),
            ServiceDescriptor.Singleton<IShelfSource, BecauseYouListened>(),
            ServiceDescriptor.Singleton<IShelfSource, NewReleases>(),
            ServiceDescriptor.Singleton<IShelfSource, FavoriteArtists>(),
            ServiceDescriptor.Singleton<IShelfSource, PopularInGenre>(),
            ServiceDescriptor.Singleton<IShelfSource, PopularInCountry>(),
        ]);
        services.TryAddSingleton<HomePlanner>();
        services.TryAddSingleton<ShelfContent>();
        services.TryAddSingleton<HomeService>();
        return services;
    }

    /// <summary>Maps the endpoints.</summary>
    public static IEndpointRouteBuilder MapHome(this IEndpointRouteBuilder routes)
    {
        var home = routes.MapGroup("/v1/views/home").WithTags("Views").RequireNoScope();
        home.MapGet("/", GetHome).WithName("get-home").WithSummary("Get the Shelves of the Home Page")
            .WithMetadata(new RequestParameter(
                ContentLimit, typeof(int),
                $"The maximum number of items of each shelf: 1 to {HomeService.MaxContentLimit}. "
                + $"The default is {HomeService.DefaultContentLimit}."));
        home.MapGet("/{shelf_id}", GetShelf).WithName("get-home-shelf").WithSummary("Get a Shelf of the Home Page");
        return routes;
    }

    private static async Task<Ok<PagingObject<ShelfObject>>> GetHome(
        HttpContext context, PageRequest page, Viewer viewer, HomeService home, Visits visits, CancellationToken ct)
    {
        var contentLimit = PageRequest.LimitOf(context, HomeService.MaxContentLimit, HomeService.DefaultContentLimit, ContentLimit);
        var visit = viewer.Caller.UserId is { } user ? visits.RecordAsync(user, ct) : Task.CompletedTask;
        var shelves = await home.PageAsync(page, contentLimit, viewer, ct);
        await visit;
        return TypedResults.Ok(shelves);
    }

    private static async Task<Ok<ShelfObject>> GetShelf(
        [Microsoft.AspNetCore.Mvc.FromRoute(Name = "shelf_id")] string shelfId,
        PageRequest page,
        Viewer viewer,
        HomeService home,
        CancellationToken ct) =>
        TypedResults.Ok(await home.ShelfAsync(shelfId, page, viewer, ct));
}

/// <summary>A shelf: a named list of playlists, albums, artists or tracks, each as in other lists of the Web API.</summary>
public sealed record ShelfObject(PagingObject<object> Content, string Href, string Id, string Name, string Type);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PagingObject<ShelfObject>))]
internal sealed partial class HomeJson : JsonSerializerContext;
