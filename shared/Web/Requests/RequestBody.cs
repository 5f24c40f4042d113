using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Spotify.Web.Requests;

/// <summary>
/// A request's body as it came, whatever its Content-Type says: existing clients are careless with that. It is read once, whoever
/// asks for it.
/// </summary>
public sealed class RequestBody(ReadOnlyMemory<byte> bytes)
{
    /// <summary>The bytes; empty where there is no body.</summary>
    public ReadOnlyMemory<byte> Bytes => bytes;

    /// <summary>Binds endpoint parameters.</summary>
    public static async ValueTask<RequestBody?> BindAsync(HttpContext context)
    {
        if (context.Features.Get<RequestBody>() is { } known) return known;
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        var body = new RequestBody(buffer.ToArray());
        context.Features.Set(body);
        return body;
    }

    /// <summary>The JSON value of the body; null where there is none, or where it is <c>null</c>.</summary>
    /// <exception cref="ApiException">400: it is not JSON, or not of that form.</exception>
    public T? Json<T>(JsonTypeInfo<T> type) where T : class
    {
        if (bytes.IsEmpty) return null;
        try
        {
            return JsonSerializer.Deserialize(bytes.Span, type);
        }
        catch (JsonException e)
        {
            throw ApiException.BadRequest($"Error parsing JSON at {e.Path ?? "$"}");
        }
        catch (InvalidOperationException)
        {
            // A string with half of a surrogate pair.
            throw ApiException.BadRequest("Error parsing JSON: a string is not valid Unicode");
        }
    }
}
