using System.Text.Json;

namespace Spotify.Web.Requests;

/// <summary>Bodies whose form depends on the client, which have to be looked at before they can be read.</summary>
public static class JsonBody
{
    /// <summary>The body as JSON, whatever it is said to be: existing clients leave out <c>Content-Type</c>. Null if there is none.</summary>
    /// <exception cref="ApiException">400: it is not JSON.</exception>
    public static async Task<JsonElement?> ReadAsync(HttpContext context)
    {
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        if (buffer.Length == 0) return null;
        try
        {
            using var document = JsonDocument.Parse(buffer.GetBuffer().AsMemory(0, (int)buffer.Length));
            ReadStrings(document.RootElement);
            return document.RootElement.Clone();
        }
        catch (InvalidOperationException)
        {
            throw ApiException.BadRequest("Error parsing JSON: the body has text that is not Unicode");
        }
        catch (JsonException e)
        {
            throw ApiException.BadRequest($"Error parsing JSON at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}");
        }
    }

    // Lone surrogates and bad UTF-8 are found when a string is read, and not before.
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
