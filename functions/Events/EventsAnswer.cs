using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.Metadata;
using Spotify.Events;

namespace Spotify.Functions.Events;

/// <summary>The body of a request, for its description.</summary>
/// <param name="Events">The events, up to 500.</param>
internal sealed record EventsRequest(IReadOnlyList<ClientEvent> Events)
{
    /// <summary>The time when the client sends the request, by its own clock.</summary>
    public DateTimeOffset? SentAt { get; init; }
}

/// <summary>The result of a report: 202.</summary>
/// <param name="Accepted">The number of events that are durable.</param>
/// <param name="Rejected">The events that were not accepted, because they are invalid. Sending them again is useless.</param>
/// <param name="Dropped">The number of valid events that were dropped, because the system is overloaded.</param>
internal sealed record EventsAnswer(int Accepted, IReadOnlyList<RejectedEvent> Rejected, int Dropped) : IResult, IEndpointMetadataProvider
{
    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status202Accepted;
        httpContext.Response.ContentType = "application/json; charset=utf-8";
        using var writer = new Utf8JsonWriter(httpContext.Response.BodyWriter, new JsonWriterOptions { SkipValidation = true });
        EventsJson.Default.EventsAnswer.SerializeHandler!(writer, this);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) => builder.Metadata.Add(
        new ProducesResponseTypeMetadata(StatusCodes.Status202Accepted, typeof(EventsAnswer), ["application/json"]));
}

/// <summary>The JSON of the endpoint.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EventsRequest))]
[JsonSerializable(typeof(EventsAnswer))]
internal sealed partial class EventsJson : JsonSerializerContext;
