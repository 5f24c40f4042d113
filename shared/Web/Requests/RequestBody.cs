using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Spotify.Web.Requests;

/// <summary>
/// The body of a request, read once and shared by everything that binds it. Content-Type is ignored because existing clients omit it or
/// send a wrong one.
/// </summary>
public sealed class RequestBody(ReadOnlyMemory<byte> bytes)
{
    // A client may announce more than it sends.
    private const long MaxFirstBuffer = 64 << 10;

    /// <summary>The raw bytes; empty if the request has no body.</summary>
    public ReadOnlyMemory<byte> Bytes => bytes;

    /// <summary>Binds endpoint parameters.</summary>
    public static async ValueTask<RequestBody?> BindAsync(HttpContext context) => await ReadAsync(context);

    /// <summary>Returns the body of a request.</summary>
    public static async Task<RequestBody> ReadAsync(HttpContext context)
    {
        if (context.Features.Get<RequestBody>() is { } known) return known;
        using var buffer = new MemoryStream((int)Math.Min(context.Request.ContentLength ?? 0, MaxFirstBuffer));
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        var body = new RequestBody(buffer.GetBuffer().AsMemory(0, (int)buffer.Length));
        context.Features.Set(body);
        return body;
    }

    /// <summary>Parses the body as one type of object. Returns null if there is no body or the body is <c>null</c>.</summary>
    /// <exception cref="ApiException">400: the body is not JSON, or does not match the type.</exception>
    public T? Json<T>(JsonTypeInfo<T> type) where T : class =>
        bytes.IsEmpty ? null : Parse(() => JsonSerializer.Deserialize(bytes.Span, type), e => e.Path ?? "$");

    /// <summary>
    /// Parses a body whose structure depends on the client, such as an array or an object with an array. Returns null if there is no body.
    /// </summary>
    /// <exception cref="ApiException">400: the body is not JSON.</exception>
    public JsonElement? Json() =>
        bytes.IsEmpty ? null : Parse(ParseElement, e => $"line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}");

    private JsonElement? ParseElement()
    {
        using var document = JsonDocument.Parse(bytes);
        ReadStrings(document.RootElement);
        return document.RootElement.Clone();
    }

    private static T Parse<T>(Func<T> parse, Func<JsonException, string> position)
    {
        try
        {
            return parse();
        }
        catch (JsonException e)
        {
            throw ApiException.BadRequest($"Error parsing JSON at {position(e)}");
        }
        catch (InvalidOperationException)
        {
            throw ApiException.BadRequest("Error parsing JSON: the body has text that is not Unicode");
        }
    }

    // JsonDocument decodes strings lazily: without this, a lone surrogate or invalid UTF-8 would throw later, outside of Parse.
    private static void ReadStrings(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                _ = element.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var entry in element.EnumerateArray()) ReadStrings(entry);
                break;
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject())
                {
                    _ = member.Name;
                    ReadStrings(member.Value);
                }

                break;
        }
    }
}
