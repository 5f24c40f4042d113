namespace Spotify.Functions.Playback.Cdn;

/// <summary>How a CDN has done lately.</summary>
/// <param name="IsHealthy">Whether it may be chosen.</param>
/// <param name="Availability">
/// 1 less the share of its clients that failed, not counting as many as stay below the floor, so that a few cannot move its score; 0 to 1.
/// </param>
/// <param name="FailingClients">How many clients reported failures, each counting at most 1 and half as much after every half-life.</param>
/// <param name="Clients">How many clients were given URLs of it, counted likewise.</param>
public readonly record struct CdnHealthState(bool IsHealthy, double Availability, double FailingClients, double Clients);
