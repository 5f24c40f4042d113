using System.Net;
using Google.Apis.Http;
using Google.Cloud.Storage.V1;

namespace Spotify.Google.Objects;

/// <summary>
/// Tries requests again that failed in passing, if sending them twice does no harm: reads; the start of an upload, of which a second leaves
/// the first unused; a chunk, whose place in the upload Cloud Storage knows; the deletion of one generation.
/// </summary>
internal sealed class StorageRetries(BucketOptions options, TimeProvider time, Random random) : IHttpUnsuccessfulResponseHandler, IHttpExceptionHandler
{
    /// <summary>Has a client try again, and leave deadlines to the caller.</summary>
    public static StorageClient AddTo(StorageClient client, BucketOptions options, TimeProvider time, Random random)
    {
        var http = client.Service.HttpClient;
        var retries = new StorageRetries(options, time, random);
        http.Timeout = Timeout.InfiniteTimeSpan;
        http.MessageHandler.NumTries = options.MaxTries;
        http.MessageHandler.AddUnsuccessfulResponseHandler(retries);
        http.MessageHandler.AddExceptionHandler(retries);
        return client;
    }

    public async Task<bool> HandleResponseAsync(HandleUnsuccessfulResponseArgs args)
    {
        if (!args.SupportsRetry || !IsPassing(args.Response.StatusCode) || !IsRepeatable(args.Request)) return false;
        await WaitAsync(args.CurrentFailedTry, args.CancellationToken);
        return true;
    }

    public async Task<bool> HandleExceptionAsync(HandleExceptionArgs args)
    {
        if (!args.SupportsRetry || args.CancellationToken.IsCancellationRequested || args.Exception is not (HttpRequestException or IOException) || !IsRepeatable(args.Request)) return false;
        await WaitAsync(args.CurrentFailedTry, args.CancellationToken);
        return true;
    }

    /// <summary>Waits before a try. https://cloud.google.com/storage/docs/retry-strategy#exponential-backoff</summary>
    /// <param name="failures">How many have failed, from 1.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task WaitAsync(int failures, CancellationToken ct)
    {
        var most = Math.Min(options.MinBackoff.TotalSeconds * Math.Pow(2, failures - 1), options.MaxBackoff.TotalSeconds);
        return Task.Delay(TimeSpan.FromSeconds(most * random.NextDouble()), time, ct);
    }

    private static bool IsPassing(HttpStatusCode status) =>
        status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or HttpStatusCode.InternalServerError
            or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    private static bool IsRepeatable(HttpRequestMessage request) => request.Method.Method switch
    {
        "GET" or "PUT" => true,
        "POST" => request.RequestUri!.Query.Contains("uploadType=resumable", StringComparison.Ordinal),
        "DELETE" => request.RequestUri!.Query.Contains("eneration", StringComparison.Ordinal),
        _ => false,
    };
}
