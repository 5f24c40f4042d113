using System.Text.Json.Serialization;

namespace Spotify.Events;

/// <summary>The JSON of the messages of the event path.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(EventBatch))]
[JsonSerializable(typeof(TasteUpdate))]
public sealed partial class EventJson : JsonSerializerContext;
