using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Spotify.Domain.Ports;

namespace Spotify.Web.Messages;

/// <summary>Parses the bodies of messages and tasks.</summary>
internal static class JsonMessage
{
    /// <summary>Parses a body.</summary>
    /// <exception cref="PoisonMessageException">The body is not JSON of the expected format, which no retry changes.</exception>
    public static TBody Parse<TBody>(ReadOnlyMemory<byte> body, JsonTypeInfo<TBody> json) where TBody : class
    {
        try
        {
            return JsonSerializer.Deserialize(body.Span, json) ?? throw new PoisonMessageException("The body is null.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string has half of a surrogate pair.
            throw new PoisonMessageException($"The body does not have the expected format: {e.Message}", e);
        }
    }
}
