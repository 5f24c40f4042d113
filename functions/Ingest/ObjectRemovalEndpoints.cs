using System.Text.Json.Serialization;
using Spotify.Web.Identity;
using Spotify.Web.Tasks;

namespace Spotify.Functions.Ingest;

/// <summary>The sweep of old revisions, which a scheduler calls every few minutes.</summary>
public static class ObjectRemovalEndpoints
{
    /// <summary>Where it is called.</summary>
    public const string Path = "/tasks/object-removals";

    /// <summary>Adds what the endpoint needs.</summary>
    public static IServiceCollection AddObjectRemovals(this IServiceCollection services) => services.AddServiceCallers().AddSingleton<ObjectRemovals>();

    /// <summary>Maps the endpoint.</summary>
    public static IEndpointRouteBuilder MapObjectRemovals(this IEndpointRouteBuilder routes)
    {
        routes.MapScheduled(
                Path, ObjectRemovalsJson.Default.ObjectRemovalsObject,
                async (ObjectRemovals removals, CancellationToken ct) => new ObjectRemovalsObject(await removals.SweepAsync(ct)))
            .WithName("object-removals").WithSummary("Remove the objects of revisions that nothing names any more");
        return routes;
    }
}

/// <summary>What a sweep did.</summary>
/// <param name="Removed">How many objects were removed.</param>
internal sealed record ObjectRemovalsObject(int Removed);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ObjectRemovalsObject))]
internal sealed partial class ObjectRemovalsJson : JsonSerializerContext;
