using System.Net;
using Google.Apis.Http;
using Google.Cloud.Storage.V1;
using Spotify.Hosting;
using Spotify.Hosting.Objects;

namespace Spotify.Google.Objects;

/// <summary>
/// A handler that retries requests after transient errors, if they are safe to repeat: reads, the start of an upload (a second start leaves
/// the first unused), a chunk (Cloud Storage knows its position in the upload), and the deletion of one generation.
/// </summary>
internal sealed class StorageRetries(Backoff backoff) : IHttpUnsuccessfulResponseHandler, IHttpExceptionHandler
{
    /// <summary>Configures the retries of a client and removes its timeout, because callers set deadlines.</summary>
    public static StorageClient AddTo(StorageClient client, BucketOptions options, TimeProvider time, Random random)
    {
        var http = client.Service.HttpClient;
        var retries = new StorageRetries(new Backoff(options.MinBackoff, options.MaxBackoff, time, random));
        http.Timeout = Timeout.InfiniteTimeSpan;
        http.MessageHandler.NumTries = options.MaxTries;
        http.MessageHandler.AddUnsuccessfulResponseHandler(retries);
        http.MessageHandler.AddExceptionHandler(retries);
        return client;
    }

    /// <inheritdoc/>
    public async Task<bool> HandleResponseAsync(HandleUnsuccessfulResponseArgs args)
    {
        if (!args.SupportsRetry || !IsTransient(args.Response.StatusCode) || !IsRepeatable(args.Request)) return false;
        await backoff.WaitAsync(args.CurrentFailedTry, args.CancellationToken);
        return true;
    }

    /// <inheritdoc/>
    public async Task<bool> HandleExceptionAsync(HandleExceptionArgs args)
    {
        if (!args.SupportsRetry || args.CancellationToken.IsCancellationRequested) return false;
        if (args.Exception is not (HttpRequestException or IOException) || !IsRepeatable(args.Request)) return false;
        await backoff.WaitAsync(args.CurrentFailedTry, args.CancellationToken);
        return true;
    }

    private static bool IsTransient(HttpStatusCode status) =>
        status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or HttpStatusCode.InternalServerError
            or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    private static bool IsRepeatable(HttpRequestMessage request) => request.Method.Method switch
    {
        "GET" or "PUT" => true,
        "POST" => request.RequestUri!.Query.Contains("uploadType=resumable", StringComparison.Ordinal),
        // Matches "generation" and "ifGenerationMatch".
        "DELETE" => request.RequestUri!.Query.Contains("eneration", StringComparison.Ordinal),
        _ => false,
    };
}
