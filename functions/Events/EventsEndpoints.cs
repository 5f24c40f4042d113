using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Web.Identity;
using Spotify.Web.RateLimits;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Functions.Events;

/// <summary>The endpoint to which apps report events.</summary>
public static class EventsEndpoints
{
    /// <summary>Registers the services. The host registers the message bus.</summary>
    public static IServiceCollection AddEvents(this IServiceCollection services)
    {
        services.AddMetrics();
        services.AddWireJson(EventsJson.Default);
        services.TryAddSingleton<EventMetrics>();
        services.TryAddSingleton<TelemetryPublisher>();
        services.TryAddSingleton<EventService>();
        return services;
    }

    /// <summary>Maps the endpoint.</summary>
    public static IEndpointRouteBuilder MapEvents(this IEndpointRouteBuilder routes)
    {
        // Events change the history and the recommendations of the listener, which only apps that play may do.
        routes.MapPost("/v1/events", Report).WithTags("Events").WithName("report-events").WithSummary("Report up to 500 events")
            .RequireScopes(Scopes.Streaming).WithRateLimit(RateLimitCategory.Events)
            .WithBodyLimit(EventsBody.MaxLength).WithBody<EventsRequest>()
            .WithMetadata(new RequestParameter("Content-Encoding", typeof(string), "gzip or br. The default is none.", InHeader: true));
        return routes;
    }

    private static async Task<EventsAnswer> Report(CurrentUser user, HttpContext context, EventService events, CancellationToken ct)
    {
        using var body = await EventsBody.ReadAsync(context.Request, ct);
        return await events.AcceptAsync(user.Caller, body, ct);
    }
}
