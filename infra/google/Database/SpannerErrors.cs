using Google.Cloud.Spanner.Data;
using Grpc.Core;
using Spotify.Domain.Data;

namespace Spotify.Google.Database;

/// <summary>The translation of Spanner's errors to the exceptions of the port.</summary>
internal static class SpannerErrors
{
    /// <summary>Returns whether a call was canceled or ran out of time.</summary>
    public static bool IsStopped(Exception e) => e is OperationCanceledException
        or SpannerException { ErrorCode: ErrorCode.Cancelled or ErrorCode.DeadlineExceeded }
        or RpcException { StatusCode: StatusCode.Cancelled or StatusCode.DeadlineExceeded };

    /// <summary>Returns whether Spanner could not be reached.</summary>
    public static bool IsUnavailable(Exception e) =>
        e is SpannerException { ErrorCode: ErrorCode.Unavailable } or RpcException { StatusCode: StatusCode.Unavailable };

    /// <summary>
    /// Returns the exception of the port; the same exception if there is none. Only the message distinguishes a missing parent from a
    /// missing row, and a unique index from a key.
    /// </summary>
    public static Exception Translate(SpannerException e) => (e.ErrorCode, Detail(e)) switch
    {
        (ErrorCode.AlreadyExists, var detail) when !detail.Contains("violation", StringComparison.OrdinalIgnoreCase) =>
            new RowExistsException(detail, e),
        (ErrorCode.NotFound, var detail) when detail.Contains("Parent", StringComparison.Ordinal) => new ConstraintException(detail, e),
        (ErrorCode.NotFound, var detail) when detail.Contains("Row ", StringComparison.Ordinal) => new RowMissingException(detail, e),
        (ErrorCode.AlreadyExists or ErrorCode.FailedPrecondition or ErrorCode.OutOfRange, var detail) => new ConstraintException(detail, e),
        (ErrorCode.InvalidArgument, var detail) => new ArgumentException($"Spanner: {detail}", e),
        _ => e,
    };

    /// <summary>Returns the text of Spanner, without the wrapping of the client library.</summary>
    public static string Detail(Exception e) => e switch
    {
        SpannerException { RpcException: { } inner } => inner.Status.Detail,
        RpcException rpc => rpc.Status.Detail,
        _ => e.Message,
    };
}
