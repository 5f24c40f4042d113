namespace Spotify.Web;

/// <summary>An error response: <c>{"error":{"status","message"}}</c>, with a <c>reason</c> if one is defined.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="message">The problem and its location, for the developer of the client.</param>
/// <param name="reason">A constant for programs, such as <c>PREMIUM_REQUIRED</c>; null if the status is sufficient.</param>
public sealed class ApiException(int status, string message, string? reason = null) : Exception(message)
{
    /// <summary>The HTTP status.</summary>
    public int Status => status;

    /// <summary>A constant for programs; null if the status is sufficient.</summary>
    public string? Reason => reason;

    /// <summary>The value of <c>WWW-Authenticate</c>; null for none.</summary>
    public string? Challenge { get; init; }

    /// <summary>When to try again, in whole seconds; null if trying again is not advised.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Creates a 400 error.</summary>
    public static ApiException BadRequest(string message) => new(StatusCodes.Status400BadRequest, message);

    /// <summary>Creates a 404 error, for resources that do not exist or that the caller may not see.</summary>
    public static ApiException NotFound(string message = "Resource not found") => new(StatusCodes.Status404NotFound, message);
}
