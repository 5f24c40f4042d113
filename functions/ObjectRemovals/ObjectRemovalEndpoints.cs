using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Web.Tasks;

namespace Spotify.Functions.ObjectRemovals;

/// <summary>Deletes objects that are no longer referenced. Called by the scheduler.</summary>
public static class ObjectRemovalEndpoints
{
    /// <summary>The path of the endpoint.</summary>
    public const string Path = "/tasks/object-removals";

    /// <summary>Registers the service.</summary>
    public static IServiceCollection AddObjectRemovals(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ObjectRemovalService>();
        return services;
    }

    /// <summary>Maps the endpoint.</summary>
    public static IEndpointRouteBuilder MapObjectRemovals(this IEndpointRouteBuilder routes)
    {
        routes.MapScheduled(
                Path,
                ObjectRemovalsJson.Default.ObjectRemovalsObject,
                async (ObjectRemovalService removals, CancellationToken ct) => new ObjectRemovalsObject(await removals.SweepAsync(ct)))
            .WithName("object-removals").WithSummary("Delete objects that are no longer referenced");
        return routes;
    }
}

/// <summary>The result of a sweep.</summary>
/// <param name="Removed">The number of deleted objects.</param>
internal sealed record ObjectRemovalsObject(int Removed);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ObjectRemovalsObject))]
internal sealed partial class ObjectRemovalsJson : JsonSerializerContext;
