namespace Spotify.Web;

/// <summary>A request that is answered with an error: <c>{"error":{"status","message"}}</c>, and a <c>reason</c> where one is defined.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="message">What is wrong and where, for the client's developer.</param>
/// <param name="reason">A constant that programs can tell apart, such as <c>PREMIUM_REQUIRED</c>; null where the status says it all.</param>
public sealed class ApiException(int status, string message, string? reason = null) : Exception(message)
{
    /// <summary>The HTTP status.</summary>
    public int Status => status;

    /// <summary>The constant that programs can tell apart.</summary>
    public string? Reason => reason;

    /// <summary>400: the request is wrong, and the message says where.</summary>
    public static ApiException BadRequest(string message) => new(StatusCodes.Status400BadRequest, message);

    /// <summary>404: nothing is there that the caller may know of.</summary>
    public static ApiException NotFound(string message = "Resource not found") => new(StatusCodes.Status404NotFound, message);
}
