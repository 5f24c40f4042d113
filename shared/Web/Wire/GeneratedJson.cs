using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.Metadata;

namespace Spotify.Web.Wire;

/// <summary>
/// A 200 response that is written by source-generated code, for endpoints whose cost matters. The serializer of other responses uses the
/// generated metadata only, because its options differ from those of the generated code.
/// </summary>
/// <param name="value">The body.</param>
/// <param name="type">The type in a context that has the format of <see cref="WireJson"/>.</param>
public sealed class GeneratedJson<T>(T value, JsonTypeInfo<T> type) : IResult, IEndpointMetadataProvider
{
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true,
    };

    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = "application/json; charset=utf-8";
        using var writer = new Utf8JsonWriter(response.BodyWriter, Options);
        type.SerializeHandler!(writer, value);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(T), ["application/json"]));
}
