using Spotify.Domain.Signing;

namespace Spotify.Functions.Playback.Cdn;

/// <summary>The CDNs, and how their health is judged.</summary>
public sealed record CdnOptions
{
    private static readonly CdnDefinition[] OwnEdge = [new() { Name = "edge" }, new() { Name = "edge-partner", Format = PartnerCdnSigner.FormatName }];

    /// <summary>The CDNs; where scores are equal, earlier ones are preferred. None: the edge under the request's own address, which takes both formats.</summary>
    public IReadOnlyList<CdnDefinition> Cdns { get; init; } = [];

    /// <summary>The time in which a failure, or a grant, comes to count half; above 0.</summary>
    public TimeSpan HalfLife { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How many clients must have failed within a half-life before a CDN can be called unhealthy: the floor that no one client can break; 2 or more.</summary>
    public int MinReporters { get; init; } = 3;

    /// <summary>The share of a CDN's clients that must fail for it to be called unhealthy; above <see cref="HealthyShare"/>, at most 1.</summary>
    public double UnhealthyShare { get; init; } = 0.2;

    /// <summary>The share below which it is given another chance; above 0.</summary>
    public double HealthyShare { get; init; } = 0.05;

    /// <summary>How long after a URL's expiry its failure may still be reported; 0 or more.</summary>
    public TimeSpan ReportGrace { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How many clients are remembered for each CDN: the least recent are forgotten; 100 or more.</summary>
    public int MaxClients { get; init; } = 20_000;

    /// <summary>The CDNs that there are, the configured ones or the edge.</summary>
    public IReadOnlyList<CdnDefinition> All => Cdns.Count == 0 ? OwnEdge : Cdns;
}
