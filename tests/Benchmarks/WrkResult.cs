using System.Text.Json.Serialization;

namespace Spotify.Benchmarks;

/// <summary>The measurements of one run of wrk.</summary>
/// <param name="Requests">The number of responses.</param>
/// <param name="Bytes">Bytes received.</param>
/// <param name="Microseconds">The duration of the run.</param>
/// <param name="Errors">Responses with a status of 400 or above, failed connections, reads and writes, and timeouts.</param>
/// <param name="P50">The median latency, in microseconds.</param>
/// <param name="P99">The 99th percentile of the latency, in microseconds.</param>
internal sealed record WrkResult(long Requests, long Bytes, long Microseconds, long Errors, double P50, double P99)
{
    [JsonIgnore]
    public double RequestsPerSecond => Requests * 1e6 / Microseconds;

    [JsonIgnore]
    public double BytesPerSecond => Bytes * 1e6 / Microseconds;
}
