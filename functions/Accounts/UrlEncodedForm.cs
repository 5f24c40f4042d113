using Microsoft.Net.Http.Headers;
using Spotify.Web;

namespace Spotify.Functions.Accounts;

/// <summary>Reads forms. They are URL-encoded in UTF-8, as RFC 6749 requires and browsers send them.</summary>
internal static class UrlEncodedForm
{
    /// <summary>The content type.</summary>
    public const string Type = "application/x-www-form-urlencoded";

    /// <summary>Reads the form of a request for a page.</summary>
    /// <exception cref="ApiException">400: the body is no such form.</exception>
    /// <exception cref="BadHttpRequestException">413: the body is too long.</exception>
    public static async Task<IFormCollection> RequireAsync(HttpRequest request, CancellationToken ct)
    {
        try
        {
            return await ReadAsync(request, ct);
        }
        catch (InvalidDataException e)
        {
            throw ApiException.BadRequest(e.Message);
        }
    }

    /// <summary>Reads the form of a request.</summary>
    /// <exception cref="InvalidDataException">The body is no such form. The message says why.</exception>
    /// <exception cref="BadHttpRequestException">413: the body is too long.</exception>
    public static async Task<IFormCollection> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals(Type, StringComparison.OrdinalIgnoreCase)
            || (type.Charset.HasValue && HeaderUtilities.RemoveQuotes(type.Charset) is var charset
                && !charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)))
            throw new InvalidDataException($"The body must be {Type} in UTF-8");
        try
        {
            return await request.ReadFormAsync(ct);
        }
        catch (Exception e) when (e is InvalidDataException or IOException
            and not BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge })
        {
            throw new InvalidDataException("The form cannot be read", e);
        }
    }
}
