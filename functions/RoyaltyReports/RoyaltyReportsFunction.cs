using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Web.Functions;
using Spotify.Web.Tasks;

namespace Spotify.Functions.RoyaltyReports;

/// <summary>The function <c>royalty-reports</c>.</summary>
public static class RoyaltyReportsFunction
{
    /// <summary>The path of the endpoint.</summary>
    public const string Path = "/tasks/royalty-reports";

    /// <summary>The definition.</summary>
    public static FunctionDefinition Definition { get; } = new("royalty-reports", Caller.Scheduler)
    {
        AddServices = services => services.AddRoyaltyReports(),
        MapRoutes = routes => routes.MapScheduled(
            Path, "Write the royalty reports of the last two months",
            async (RoyaltyReport report, CancellationToken ct) => new JsonObject
            {
                ["reports"] = new JsonArray([.. (await report.WriteAsync(ct)).Select(name => (JsonNode)name)]),
            }),
        Uses = new Resources { Warehouse = Access.Read, Objects = { [RoyaltyReport.Segment] = Access.Write } },
        // After the daily aggregates. On the 18th, the last late plays of the month before last have arrived.
        Schedules = [new Schedule("royalty-reports", Path, "0 6 3,18 * *")],
        Timeout = TimeSpan.FromMinutes(30),
    };

    /// <summary>Registers the service. Requires the warehouse and the object store.</summary>
    public static IServiceCollection AddRoyaltyReports(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<RoyaltyReport>();
        return services;
    }
}
