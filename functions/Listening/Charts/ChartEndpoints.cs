using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Events.Sketches;
using Spotify.Functions.ChartUpdater;
using Spotify.Functions.Library;
using Spotify.Web.Identity;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Functions.Listening.Charts;

/// <summary>The endpoints for charts and live listeners.</summary>
internal static class ChartEndpoints
{
    /// <summary>Registers the services, with options bound from <c>Charts</c>. Requires <c>AddCatalog</c>.</summary>
    public static IServiceCollection AddCharts(this IServiceCollection services)
    {
        services.AddWireJson(ChartJson.Default);
        services.AddChartOptions();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ChartReader>();
        return services;
    }

    /// <summary>Maps the endpoints.</summary>
    public static IEndpointRouteBuilder MapCharts(this IEndpointRouteBuilder routes)
    {
        var charts = routes.MapGroup("/v1/charts").WithTags("Charts").RequireNoScope();
        charts.MapGet("/", GetChart).WithName("get-chart").WithSummary("Get the Tracks That Are Played Most or Are Trending Now");
        charts.MapGet("/live", GetLive).WithName("get-live-listeners").WithSummary("Get the Number of Live Listeners of Tracks")
            .WithList("ids");
        return routes;
    }

    private static async Task<Ok<ChartObject>> GetChart(
        ChartRequest request, Viewer viewer, ChartReader charts, CatalogService catalog, CancellationToken ct)
    {
        var market = request.IsWorldwide ? null : request.Market ?? viewer.Market;
        var (reading, live) = (charts.ReadAsync(market, request.Window, request.IsTrending, ct), charts.LiveAsync(ct));
        var chart = await reading;
        var page = chart.Entries.Index().Skip(request.Page.Offset).Take(request.Page.Limit).ToList();
        var tracks = await catalog.TracksAsync([.. page.Select(entry => SpotifyId.Format(entry.Item.Track))], viewer, ct);
        var listeners = await live;
        var entries = page.Zip(tracks).Where(pair => pair.Second is not null).Select(pair => new ChartEntryObject(
            pair.First.Index + 1, pair.First.Item.Plays, listeners.Estimate(pair.First.Item.Track), pair.First.Item.Change,
            pair.First.Item.Growth, pair.Second!));
        var path = $"/v1/charts?window={request.WindowName}&type={request.TypeName}"
            + (request.IsWorldwide ? "&worldwide=true" : request.Market is { } given ? $"&market={given}" : "");
        return TypedResults.Ok(new ChartObject(
            market, request.WindowName, request.TypeName, ApiTime.Format(chart.UpdatedAt), chart.Plays, chart.MaxError,
            new CatalogWire(viewer).Page<ChartEntryObject>(path, [.. entries], request.Page, chart.Entries.Count)));
    }

    private static async Task<Ok<LiveListenersObject>> GetLive(HttpContext context, ChartReader charts, CancellationToken ct)
    {
        var ids = RequestIds.Several(context.Request.Query["ids"]);
        var live = await charts.LiveAsync(ct);
        return TypedResults.Ok(new LiveListenersObject(
            (long)Math.Ceiling(Math.E / CountMin.Width * Math.Max(0, live.Total)),
            [.. ids.Select(id => new LiveTrackObject(id, SpotifyId.TryParse(id, out var track) ? live.Estimate(track) : 0))]));
    }
}

/// <summary>A chart.</summary>
/// <param name="Market">The market; left out for all markets.</param>
/// <param name="Window">The span: <c>5m</c>, <c>1h</c> or <c>24h</c>.</param>
/// <param name="Type"><c>top</c> or <c>trending</c>.</param>
/// <param name="UpdatedAt">When the chart was made.</param>
/// <param name="TotalPlays">The number of plays of all tracks in the span.</param>
/// <param name="MaxError">The maximum number by which the plays of an entry are too low.</param>
/// <param name="Entries">A page of the entries.</param>
internal sealed record ChartObject(
    string? Market, string Window, string Type, string UpdatedAt, long TotalPlays, long MaxError, PagingObject<ChartEntryObject> Entries);

/// <summary>A track in a chart.</summary>
/// <param name="Rank">The rank, from 1.</param>
/// <param name="Plays">The number of plays in the span.</param>
/// <param name="LiveListeners">The number of listeners in all markets who play it now.</param>
/// <param name="Change">How many ranks it has gained since the span before; left out if it is new, and in trends.</param>
/// <param name="Growth">In trends: the plays divided by those that were to be expected; left out if none were.</param>
/// <param name="Track">The track.</param>
internal sealed record ChartEntryObject(int Rank, long Plays, long LiveListeners, int? Change, double? Growth, TrackObject Track);

/// <summary>The numbers of live listeners of tracks.</summary>
/// <param name="MaxError">The number by which a number is too high at most, with a probability of 98 %.</param>
/// <param name="Tracks">The tracks, in the order of the request.</param>
internal sealed record LiveListenersObject(long MaxError, IReadOnlyList<LiveTrackObject> Tracks);

/// <summary>A track and its number of live listeners.</summary>
internal sealed record LiveTrackObject(string Id, long LiveListeners);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ChartObject))]
[JsonSerializable(typeof(LiveListenersObject))]
internal sealed partial class ChartJson : JsonSerializerContext;
