using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Spotify.Functions.PlayMarks;
using Spotify.Web.Tasks;

namespace Spotify.Functions.DailyAggregates;

/// <summary>Calculates the daily aggregates of the warehouse and deletes old events. Called by the scheduler.</summary>
public static class DailyAggregatesEndpoints
{
    /// <summary>The path of the endpoint.</summary>
    public const string Path = "/tasks/daily-aggregates";

    /// <summary>
    /// Registers the service, with options bound from <c>DailyAggregates</c> and <c>PlayMarks</c>. The host registers the warehouse.
    /// </summary>
    public static IServiceCollection AddDailyAggregates(this IServiceCollection services)
    {
        services.AddPlayMarker();
        services.TryAddSingleton<IValidateOptions<DailyAggregatesOptions>, DailyAggregatesOptionsValidator>();
        services.AddOptions<DailyAggregatesOptions>().BindConfiguration("DailyAggregates").ValidateOnStart();
        services.TryAddSingleton<DailyAggregator>();
        return services;
    }

    /// <summary>Maps the endpoint.</summary>
    public static IEndpointRouteBuilder MapDailyAggregates(this IEndpointRouteBuilder routes)
    {
        routes.MapScheduled(
                Path,
                DailyAggregatesJson.Default.DailyAggregatesObject,
                async (DailyAggregator aggregator, CancellationToken ct) =>
                {
                    var days = await aggregator.CalculateAsync(ct);
                    return new DailyAggregatesObject(days, await aggregator.DeleteOldAsync(ct));
                })
            .WithName("daily-aggregates").WithSummary("Calculate the daily aggregates of new days and of days with late events");
        return routes;
    }
}

/// <summary>The result of a call.</summary>
/// <param name="Days">The days that were calculated.</param>
/// <param name="Deleted">The number of old events that were deleted.</param>
internal sealed record DailyAggregatesObject(IReadOnlyList<DateOnly> Days, long Deleted);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(DailyAggregatesObject))]
internal sealed partial class DailyAggregatesJson : JsonSerializerContext;
