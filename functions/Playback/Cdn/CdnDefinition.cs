using Spotify.Domain.Signing;

namespace Spotify.Functions.Playback.Cdn;

/// <summary>A CDN that serves the audio, as configured.</summary>
public sealed record CdnDefinition
{
    /// <summary>Its name, in logs and metrics.</summary>
    public string Name { get; init; } = "";

    /// <summary>Scheme and authority of its URLs, such as <c>https://audio.example</c>. Null: those of the request, which the edge of the same machine answers.</summary>
    public string? BaseUrl { get; init; }

    /// <summary>The format of its signed URLs: <c>cloud-cdn</c> or <c>partner</c>.</summary>
    public string Format { get; init; } = CloudCdnSigner.FormatName;

    /// <summary>The key that signs its URLs. Null: the one that the key ring says.</summary>
    public string? KeyName { get; init; }

    /// <summary>What a client typically waits for the first byte, in milliseconds; above 0.</summary>
    public double LatencyMs { get; init; } = 50;

    /// <summary>The same by market (ISO 3166-1 alpha-2), where it differs.</summary>
    public Dictionary<string, double> LatencyMsByMarket { get; init; } = [];

    /// <summary>What a gigabyte costs, in any one currency; 0 or more.</summary>
    public double CostPerGb { get; init; }

    /// <summary>The latency in a market, in milliseconds.</summary>
    public double LatencyIn(string? market) => market is not null && LatencyMsByMarket.TryGetValue(market, out var latency) ? latency : LatencyMs;
}
