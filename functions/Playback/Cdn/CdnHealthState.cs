namespace Spotify.Functions.Playback.Cdn;

/// <summary>The health of a CDN.</summary>
/// <param name="IsHealthy">Whether the CDN can be chosen.</param>
/// <param name="Availability">
/// 1 minus the share of clients that failed, 0 to 1. While the CDN is healthy, failures below the minimum number of reporters are not
/// counted, so that a few clients cannot change its score.
/// </param>
/// <param name="FailingClients">The number of clients that reported failures. Each counts at most 1, halved with every half-life.</param>
/// <param name="Clients">The number of clients that received URLs of the CDN, counted in the same way.</param>
public readonly record struct CdnHealthState(bool IsHealthy, double Availability, double FailingClients, double Clients);
