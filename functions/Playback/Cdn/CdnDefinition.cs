using Spotify.Domain.Signing;

namespace Spotify.Functions.Playback.Cdn;

/// <summary>The configuration of a CDN that serves audio.</summary>
public sealed record CdnDefinition
{
    /// <summary>The name, in logs and metrics.</summary>
    public string Name { get; init; } = "";

    /// <summary>
    /// Scheme and authority of its URLs, such as <c>https://audio.example</c>. Null for those of the request, which is served by the edge
    /// of the same machine.
    /// </summary>
    public string? BaseUrl { get; init; }

    /// <summary>The format of signed URLs: <c>cloud-cdn</c> or <c>partner</c>.</summary>
    public string Format { get; init; } = CloudCdnSigner.FormatName;

    /// <summary>The name of the key that signs its URLs. Null for the current key of the key ring.</summary>
    public string? KeyName { get; init; }

    /// <summary>The typical time to the first byte, in milliseconds; above 0.</summary>
    public double LatencyMs { get; init; } = 50;

    /// <summary>The latency in markets (ISO 3166-1 alpha-2) where it differs, in milliseconds.</summary>
    public Dictionary<string, double> LatencyMsByMarket { get; init; } = [];

    /// <summary>The cost per gigabyte, 0 or more. All CDNs must use the same currency.</summary>
    public double CostPerGb { get; init; }

    /// <summary>Returns the latency in a market, in milliseconds.</summary>
    public double LatencyIn(string? market) =>
        market is not null && LatencyMsByMarket.TryGetValue(market, out var latency) ? latency : LatencyMs;
}
