using System.Text.Json;

namespace Spotify.Local.Edge;

/// <summary>Errors in the Web API's format. Not cacheable, because a CDN in front would keep returning them.</summary>
internal static class EdgeErrors
{
    public static Task WriteAsync(HttpContext context, int status, string message)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.Headers.CacheControl = "no-store";
        response.ContentType = "application/json; charset=utf-8";
        var body = JsonSerializer.SerializeToUtf8Bytes(new ErrorBody(new Error(status, message)), EdgeErrorsJson.Default.ErrorBody);
        response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.BodyWriter.WriteAsync(body).AsTask();
    }

    internal sealed record ErrorBody(Error Error);

    internal sealed record Error(int Status, string Message);
}

[System.Text.Json.Serialization.JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[System.Text.Json.Serialization.JsonSerializable(typeof(EdgeErrors.ErrorBody))]
internal sealed partial class EdgeErrorsJson : System.Text.Json.Serialization.JsonSerializerContext;
