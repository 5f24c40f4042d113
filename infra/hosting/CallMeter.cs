using System.Diagnostics.Metrics;
using Spotify.Domain.Data;

namespace Spotify.Hosting;

/// <summary>
/// A meter of the calls that an adapter makes: the histogram <c>{meter name in lower case}.call.duration</c> in seconds, with the tags
/// <c>operation</c> and <c>outcome</c> (one of <see cref="CallOutcome"/>).
/// </summary>
/// <param name="meters">Creates the meter.</param>
/// <param name="time">The clock.</param>
/// <param name="name">The meter's name, such as <c>Spotify.Spanner</c>.</param>
public sealed class CallMeter(IMeterFactory meters, TimeProvider time, string name)
{
    private readonly Histogram<double> duration = meters.Create(name).CreateHistogram<double>(
        name.ToLowerInvariant() + ".call.duration", "s", "Duration of a call, by operation and outcome.");

    /// <summary>Measures a call. The outcome follows from the exception that it throws.</summary>
    /// <param name="operation">The operation, from a small fixed set.</param>
    /// <param name="call">The call. Throws the exceptions of the port, not those of the client library.</param>
    /// <param name="outcomeOf">Returns the outcome for a result; <see cref="CallOutcome.Ok"/> if null.</param>
    public async Task<T> MeasureAsync<T>(string operation, Func<Task<T>> call, Func<T, string>? outcomeOf = null)
    {
        var start = time.GetTimestamp();
        var outcome = CallOutcome.Error;
        try
        {
            var result = await call();
            outcome = outcomeOf?.Invoke(result) ?? CallOutcome.Ok;
            return result;
        }
        catch (Exception e)
        {
            outcome = CallOutcome.Of(e);
            throw;
        }
        finally
        {
            duration.Record(time.GetElapsedTime(start).TotalSeconds, new("operation", operation), new("outcome", outcome));
        }
    }
}

/// <summary>The values of the tag <c>outcome</c>.</summary>
public static class CallOutcome
{
    /// <summary>The call succeeded.</summary>
    public const string Ok = "ok";

    /// <summary>The item to create already exists.</summary>
    public const string Exists = "exists";

    /// <summary>Another write changed the item first.</summary>
    public const string Conflict = "conflict";

    /// <summary>The item to read or change does not exist.</summary>
    public const string NotFound = "not_found";

    /// <summary>The service rejected the call because of its arguments or of the stored data.</summary>
    public const string Rejected = "rejected";

    /// <summary>The deadline passed, or the service could not be reached in time.</summary>
    public const string Timeout = "timeout";

    /// <summary>The caller canceled.</summary>
    public const string Canceled = "canceled";

    /// <summary>Any other failure.</summary>
    public const string Error = "error";

    /// <summary>Returns the outcome of a call that threw an exception.</summary>
    public static string Of(Exception exception) => exception switch
    {
        OperationCanceledException => Canceled,
        TimeoutException => Timeout,
        RowExistsException => Exists,
        RowMissingException or FileNotFoundException => NotFound,
        ConstraintException or ArgumentException => Rejected,
        _ => Error,
    };
}
