using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Spotify.Functions.Playlists;
using Spotify.Recommendations.Prompts;
using Spotify.Recommendations.Seeds;
using Spotify.Web.Idempotency;
using Spotify.Web.Identity;
using Spotify.Web.RateLimits;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Functions.Recommendations.Prompts;

/// <summary>The endpoint for playlists from written prompts.</summary>
public static class PromptEndpoints
{
    /// <summary>
    /// Registers the services. Requires <c>AddCatalog</c>, <c>AddPlaylistReading</c>, <c>AddRecommenders</c>, <c>AddListenerHistories</c>,
    /// <c>AddGeneratedPlaylists</c> and <c>AddPopularChoices</c>.
    /// </summary>
    public static IServiceCollection AddPrompts(this IServiceCollection services)
    {
        services.AddWireJson(PromptJson.Default);
        services.TryAddSingleton<PlaylistService>();
        services.TryAddSingleton<ArtistLookup>();
        services.TryAddSingleton<PromptTracks>();
        services.TryAddSingleton<PromptedPlaylists>();
        return services;
    }

    /// <summary>Maps the endpoint.</summary>
    public static IEndpointRouteBuilder MapPrompts(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/me/playlists/prompted", Create).WithTags("Playlists")
            .WithName("create-prompted-playlist").WithSummary("Create a Playlist from a Prompt in English")
            .WithRateLimit(RateLimitCategory.PlaylistChanges).RequireScopes(PlaylistScopes.Modify)
            .WithBody<PromptRequest>().WithMetadata(IdempotencyKey.Parameter).Produces<PlaylistObject>(StatusCodes.Status201Created);
        return routes;
    }

    private static async Task<ContentHttpResult> Create(
        RequestBody body,
        IdempotencyKey? idempotencyKey,
        Viewer viewer,
        PromptedPlaylists playlists,
        IOptions<JsonOptions> json,
        CancellationToken ct)
    {
        var request = body.Json(PromptJson.Default.PromptRequest) ?? new PromptRequest();
        var type = (JsonTypeInfo<PlaylistObject>)json.Value.SerializerOptions.GetTypeInfo(typeof(PlaylistObject));
        var created = await playlists.CreateAsync(request, viewer, idempotencyKey, type, ct);
        return TypedResults.Text(created, "application/json; charset=utf-8", statusCode: StatusCodes.Status201Created);
    }
}

/// <summary>A request for a playlist from a prompt.</summary>
/// <param name="Prompt">The prompt, 1 to 500 characters.</param>
/// <param name="Name">The name; null for the prompt.</param>
/// <param name="Public">Whether the playlist is public; null for a private one.</param>
/// <param name="Limit">The number of tracks, 1 to 100; null for 30.</param>
public sealed record PromptRequest(string? Prompt = null, string? Name = null, bool? Public = null, int? Limit = null);

/// <summary>The meaning of a prompt.</summary>
/// <param name="Text">The prompt.</param>
/// <param name="Genres">The genres; a track has one of them.</param>
/// <param name="ExcludedGenres">The genres that no track has.</param>
/// <param name="Artists">The names of the artists.</param>
/// <param name="ExcludedArtists">The names of the artists whose tracks are left out.</param>
/// <param name="FromYear">The first year of release; left out for no limit.</param>
/// <param name="ToYear">The last year of release; left out for no limit.</param>
/// <param name="Attributes">The attributes, named as the parameters of recommendations: <c>max_energy</c>, <c>target_tempo</c>.</param>
/// <param name="Ignored">The words that are not understood.</param>
public sealed record PromptObject(
    string Text,
    IReadOnlyList<string> Genres,
    IReadOnlyList<string> ExcludedGenres,
    IReadOnlyList<string> Artists,
    IReadOnlyList<string> ExcludedArtists,
    int? FromYear,
    int? ToYear,
    IReadOnlyDictionary<string, float> Attributes,
    IReadOnlyList<string> Ignored)
{
    /// <summary>Returns the object for a prompt.</summary>
    public static PromptObject Of(string text, Prompt prompt) => new(
        text, prompt.Genres, prompt.ExcludedGenres, prompt.Artists, prompt.ExcludedArtists, prompt.FromYear, prompt.ToYear,
        prompt.Attributes.SelectMany(Parameters).ToDictionary(StringComparer.Ordinal), prompt.Ignored);

    private static IEnumerable<KeyValuePair<string, float>> Parameters(AttributeRange range)
    {
        var name = JsonNamingPolicy.SnakeCaseLower.ConvertName(range.Attribute.ToString());
        if (range.Min is { } min) yield return new($"min_{name}", min);
        if (range.Max is { } max) yield return new($"max_{name}", max);
        if (range.Target is { } target) yield return new($"target_{name}", target);
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.Strict)]
[JsonSerializable(typeof(PromptRequest))]
[JsonSerializable(typeof(PromptObject))]
[JsonSerializable(typeof(PromptedPlaylists.Created))]
internal sealed partial class PromptJson : JsonSerializerContext;
