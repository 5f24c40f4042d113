namespace Spotify.Web.Requests;

/// <summary>A parameter that a binder or a handler reads from the request itself, for the OpenAPI description.</summary>
/// <param name="Name">The name of the query parameter or header.</param>
/// <param name="Type">The type of the value.</param>
/// <param name="Description">The values allowed and the default.</param>
/// <param name="InHeader">Whether the parameter is a header.</param>
public sealed record RequestParameter(string Name, Type Type, string Description, bool InHeader = false);

/// <summary>
/// The body that a handler reads from the request itself, for the OpenAPI description. <see cref="RequestBody"/> ignores Content-Type, so
/// <c>Accepts</c> cannot be used: routing would answer other types with 415.
/// </summary>
/// <param name="Type">The type of the body.</param>
/// <param name="ContentType">The media type.</param>
public sealed record RequestContent(Type Type, string ContentType);

/// <summary>Describes requests that handlers read themselves.</summary>
public static class RequestDescription
{
    /// <summary>Describes the body of requests.</summary>
    /// <typeparam name="T">The type of the body.</typeparam>
    public static RouteHandlerBuilder WithBody<T>(this RouteHandlerBuilder endpoint, string contentType = "application/json") =>
        endpoint.WithMetadata(new RequestContent(typeof(T), contentType));
}
