using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Web.Tasks;

namespace Spotify.Functions.RoyaltyReports;

/// <summary>Writes the royalty reports. Called by the scheduler.</summary>
public static class RoyaltyReportsEndpoints
{
    /// <summary>The path of the endpoint.</summary>
    public const string Path = "/tasks/royalty-reports";

    /// <summary>Registers the service. The host registers the warehouse and the object store.</summary>
    public static IServiceCollection AddRoyaltyReports(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<RoyaltyReport>();
        return services;
    }

    /// <summary>Maps the endpoint.</summary>
    public static IEndpointRouteBuilder MapRoyaltyReports(this IEndpointRouteBuilder routes)
    {
        routes.MapScheduled(
                Path,
                RoyaltyReportsJson.Default.RoyaltyReportsObject,
                async (RoyaltyReport report, CancellationToken ct) => new RoyaltyReportsObject(await report.WriteAsync(ct)))
            .WithName("royalty-reports").WithSummary("Write the royalty reports of the last two months");
        return routes;
    }
}

/// <summary>The result of a call.</summary>
/// <param name="Reports">The names of the objects that were written.</param>
internal sealed record RoyaltyReportsObject(IReadOnlyList<string> Reports);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(RoyaltyReportsObject))]
internal sealed partial class RoyaltyReportsJson : JsonSerializerContext;
