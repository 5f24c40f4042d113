using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Spotify.Domain.Ports;

namespace Spotify.Web.Messages;

/// <summary>A parser of the bodies of messages and tasks.</summary>
internal static class JsonMessage
{
    /// <summary>Parses a body.</summary>
    /// <exception cref="PoisonMessageException">The body is not JSON of the expected format, so that retrying is useless.</exception>
    public static TBody Parse<TBody>(ReadOnlyMemory<byte> body, JsonTypeInfo<TBody> json) where TBody : class
    {
        try
        {
            return JsonSerializer.Deserialize(body.Span, json) ?? throw new PoisonMessageException("The body is null.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string has a lone surrogate.
            throw new PoisonMessageException($"The body does not have the expected format: {e.Message}", e);
        }
    }
}
