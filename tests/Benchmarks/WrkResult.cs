using System.Text.Json.Serialization;

namespace Spotify.Benchmarks;

/// <summary>What wrk measured in one run.</summary>
/// <param name="Requests">Answers received.</param>
/// <param name="Bytes">Bytes received.</param>
/// <param name="Microseconds">How long it took.</param>
/// <param name="Errors">Answers of status 400 and above, failed connections, reads, writes and timeouts.</param>
/// <param name="P50">The median latency, in microseconds.</param>
/// <param name="P99">The latency that 99 of 100 requests stay below, in microseconds.</param>
internal sealed record WrkResult(long Requests, long Bytes, long Microseconds, long Errors, double P50, double P99)
{
    [JsonIgnore]
    public double RequestsPerSecond => Requests * 1e6 / Microseconds;

    [JsonIgnore]
    public double BytesPerSecond => Bytes * 1e6 / Microseconds;
}
