using Spotify.Domain.Signing;

namespace Spotify.Functions.Playback.Cdn;

/// <summary>The CDNs, and the parameters of their health checks.</summary>
public sealed record CdnOptions
{
    private static readonly CdnDefinition[] OwnEdge =
    [
        new() { Name = "edge" },
        new() { Name = "edge-partner", Format = PartnerCdnSigner.FormatName },
    ];

    /// <summary>
    /// The CDNs. Earlier ones are preferred if scores are equal. Empty for the edge at the request's own URL, which accepts both formats.
    /// </summary>
    public IReadOnlyList<CdnDefinition> Cdns { get; init; } = [];

    /// <summary>The time after which the weight of a failure or a grant has halved; above 0.</summary>
    public TimeSpan HalfLife { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// The minimum number of clients that must fail within a half-life before a CDN becomes unhealthy; 2 or more, so that one client cannot
    /// decide.
    /// </summary>
    public int MinReporters { get; init; } = 3;

    /// <summary>
    /// The share of a CDN's clients that must fail for it to become unhealthy; above <see cref="HealthyShare"/>, at most 1.
    /// </summary>
    public double UnhealthyShare { get; init; } = 0.2;

    /// <summary>The share of failing clients below which an unhealthy CDN becomes healthy; above 0.</summary>
    public double HealthyShare { get; init; } = 0.05;

    /// <summary>How long after the expiry of a URL a failure can be reported; 0 or more.</summary>
    public TimeSpan ReportGrace { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The maximum number of clients tracked for each CDN; the least recent ones are dropped; 100 or more.</summary>
    public int MaxClients { get; init; } = 20_000;

    /// <summary>The configured CDNs, or the edge if there are none.</summary>
    public IReadOnlyList<CdnDefinition> All => Cdns.Count == 0 ? OwnEdge : Cdns;
}
