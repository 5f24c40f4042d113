using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using Spotify.Web;
using Spotify.Web.Requests;

namespace Spotify.Functions.Listening.Charts;

/// <summary>The spans of charts.</summary>
public enum ChartWindow
{
    /// <summary>The last 5 to 10 minutes.</summary>
    FiveMinutes,

    /// <summary>The last 60 to 65 minutes.</summary>
    Hour,

    /// <summary>The last 24 to 25 hours.</summary>
    Day,
}

/// <summary>A chart that a request asks for.</summary>
/// <param name="Window">The span.</param>
/// <param name="IsTrending">Whether tracks are ranked by growth instead of plays.</param>
/// <param name="Market">The parameter <c>market</c>; null for that of the listener.</param>
/// <param name="IsWorldwide">Whether the chart is that of all markets.</param>
/// <param name="Page">The page.</param>
public sealed record ChartRequest(ChartWindow Window, bool IsTrending, string? Market, bool IsWorldwide, PageRequest Page)
    : IEndpointParameterMetadataProvider
{
    /// <summary>The parameter <c>window</c>.</summary>
    public string WindowName => Window switch
    {
        ChartWindow.FiveMinutes => "5m",
        ChartWindow.Hour => "1h",
        _ => "24h",
    };

    /// <summary>The parameter <c>type</c>.</summary>
    public string TypeName => IsTrending ? "trending" : "top";

    /// <summary>Binds endpoint parameters. <see cref="Viewer"/> checks that the market is known.</summary>
    /// <exception cref="ApiException">400: a value is unknown or out of range.</exception>
    public static async ValueTask<ChartRequest?> BindAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var window = query["window"].ToString() switch
        {
            "5m" => ChartWindow.FiveMinutes,
            "1h" => ChartWindow.Hour,
            "" or "24h" => ChartWindow.Day,
            _ => throw ApiException.BadRequest("Invalid window: 5m, 1h or 24h is wanted"),
        };
        var isTrending = query["type"].ToString() switch
        {
            "" or "top" => false,
            "trending" => true,
            _ => throw ApiException.BadRequest("Invalid type: top or trending is wanted"),
        };
        var isWorldwide = query["worldwide"].ToString() switch
        {
            "" or "false" => false,
            "true" => true,
            _ => throw ApiException.BadRequest("Invalid worldwide: true or false is wanted"),
        };
        var market = query["market"].ToString() is { Length: > 0 } text and not "from_token" ? text : null;
        return new ChartRequest(window, isTrending, market, isWorldwide, await PageRequest.BindAsync(context));
    }

    /// <inheritdoc/>
    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        PageRequest.PopulateMetadata(parameter, builder);
        builder.Metadata.Add(new RequestParameter("window", typeof(string), "The span: 5m, 1h or 24h. The default is 24h."));
        builder.Metadata.Add(new RequestParameter(
            "type", typeof(string), "top (the most plays, the default) or trending (the most significant growth)."));
        builder.Metadata.Add(new RequestParameter("worldwide", typeof(bool), "Whether the chart is that of all markets."));
    }
}
