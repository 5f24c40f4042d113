using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Spotify.Web.Tasks;

namespace Spotify.Functions.PlayMarks;

/// <summary>Marks the plays of bots. Called by the scheduler.</summary>
public static class PlayMarksEndpoints
{
    /// <summary>The path of the endpoint.</summary>
    public const string Path = "/tasks/play-marks";

    /// <summary>Registers <see cref="PlayMarker"/>, with options bound from <c>PlayMarks</c>. The host registers the warehouse.</summary>
    public static IServiceCollection AddPlayMarker(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IValidateOptions<PlayMarkOptions>, PlayMarkOptionsValidator>();
        services.AddOptions<PlayMarkOptions>().BindConfiguration("PlayMarks").ValidateOnStart();
        services.TryAddSingleton<PlayMarker>();
        return services;
    }

    /// <summary>Registers the services of the endpoint. The host registers the warehouse and the database.</summary>
    public static IServiceCollection AddPlayMarks(this IServiceCollection services)
    {
        services.AddPlayMarker();
        services.TryAddSingleton<SuspectListeners>();
        return services;
    }

    /// <summary>Maps the endpoint.</summary>
    public static IEndpointRouteBuilder MapPlayMarks(this IEndpointRouteBuilder routes)
    {
        routes.MapScheduled(
                Path,
                PlayMarksJson.Default.PlayMarksObject,
                async (SuspectListeners suspects, CancellationToken ct) =>
                {
                    var marks = await suspects.MarkRecentAsync(ct);
                    return new PlayMarksObject(marks, await suspects.UpdateAsync(ct));
                })
            .WithName("play-marks").WithSummary("Mark plays that break a rule for valid plays");
        return routes;
    }
}

/// <summary>The result of a call.</summary>
/// <param name="Marks">The number of new marks.</param>
/// <param name="Suspects">The number of listeners whose plays are not counted for a while.</param>
internal sealed record PlayMarksObject(long Marks, int Suspects);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PlayMarksObject))]
internal sealed partial class PlayMarksJson : JsonSerializerContext;
