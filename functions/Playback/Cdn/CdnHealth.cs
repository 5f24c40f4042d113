using Microsoft.Extensions.Options;

namespace Spotify.Functions.Playback.Cdn;

/// <summary>A tracker of the health of the CDNs, based on the failures that clients report.</summary>
/// <remarks>
/// <para>
/// Clients are counted, not reports: each client has a weight of at most 1, which halves with every half-life since its last report. The
/// clients that received URLs are counted in the same way.
/// </para>
/// <para>
/// A CDN becomes unhealthy when at least <see cref="CdnOptions.MinReporters"/> clients failed within a half-life and they are more than
/// <see cref="CdnOptions.UnhealthyShare"/> of its clients. An unhealthy CDN gets no new clients, so the number of clients at that moment is
/// kept for comparison, while the failures decay unless clients with older URLs report more. When they are below
/// <see cref="CdnOptions.HealthyShare"/> or below a quarter of the minimum, all counts are reset and the CDN is healthy again. If it still
/// fails, only about <see cref="CdnOptions.MinReporters"/> clients are affected.
/// </para>
/// <para>Thread-safe. Each instance of the function uses only the reports that it receives.</para>
/// </remarks>
public sealed class CdnHealth
{
    private readonly CdnOptions options;
    private readonly TimeProvider clock;
    private readonly long start;
    private readonly Dictionary<string, Record> records;

    /// <summary>Creates the tracker for the configured CDNs, which are healthy at first.</summary>
    public CdnHealth(IOptions<CdnOptions> options, TimeProvider clock)
    {
        this.options = options.Value;
        this.clock = clock;
        start = clock.GetTimestamp();
        records = this.options.All.ToDictionary(cdn => cdn.Name, _ => new Record(this.options), StringComparer.Ordinal);
    }

    /// <summary>Records that a client received a URL of a CDN.</summary>
    /// <exception cref="KeyNotFoundException">The CDN is not configured.</exception>
    public void RecordGrant(string cdn, string userId) => records[cdn].Add(userId, failed: false, Now);

    /// <summary>Records that a client failed to fetch from a CDN. Repeated failures of a client only renew its weight.</summary>
    /// <exception cref="KeyNotFoundException">The CDN is not configured.</exception>
    public void RecordFailure(string cdn, string userId) => records[cdn].Add(userId, failed: true, Now);

    /// <summary>Returns the health of a CDN.</summary>
    /// <exception cref="KeyNotFoundException">The CDN is not configured.</exception>
    public CdnHealthState StateOf(string cdn) => records[cdn].State(Now);

    /// <summary>The current time, in half-lives since the start.</summary>
    private double Now => clock.GetElapsedTime(start) / options.HalfLife;

    /// <summary>
    /// When a client last received a URL and when it last failed, in half-lives since the start; negative infinity for never.
    /// </summary>
    private record struct Client(double Granted, double Failed)
    {
        public readonly double LastSeen => Math.Max(Granted, Failed);
    }

    private sealed class Record(CdnOptions options)
    {
        private readonly Lock gate = new();
        private readonly Dictionary<string, Client> clients = new(StringComparer.Ordinal);

        // The sums of the clients' weights at a time, so that reading them takes constant time.
        private double granted;
        private double failed;
        private double summedAt;

        // The number of clients when the CDN became unhealthy; null while it is healthy.
        private double? clientsWhenUnhealthy;

        public void Add(string userId, bool failed, double now)
        {
            lock (gate)
            {
                Evaluate(now);
                var client = clients.GetValueOrDefault(userId, new Client(double.NegativeInfinity, double.NegativeInfinity));

                // A client that failed received a URL, perhaps from another instance.
                var next = failed ? new Client(Math.Max(client.Granted, now), now) : client with { Granted = now };
                granted += Weight(next.Granted, now) - Weight(client.Granted, now);
                this.failed += Weight(next.Failed, now) - Weight(client.Failed, now);
                clients[userId] = next;
                if (clients.Count > options.MaxClients) DropLeastRecent(now);
                Evaluate(now);
            }
        }

        public CdnHealthState State(double now)
        {
            lock (gate)
            {
                Evaluate(now);
                var counted = clientsWhenUnhealthy is null ? Math.Max(0, failed - (options.MinReporters - 1)) : failed;
                var share = counted / Math.Max(1, clientsWhenUnhealthy ?? granted);
                return new CdnHealthState(clientsWhenUnhealthy is null, Math.Clamp(1 - share, 0, 1), failed, granted);
            }
        }

        private static double Weight(double at, double now) => Math.Min(1, Math.Exp(Math.Log(2) * (at - now)));

        private void Evaluate(double now)
        {
            if (now > summedAt)
            {
                var decay = Weight(summedAt, now);
                granted *= decay;
                failed *= decay;
                summedAt = now;
            }

            if (clientsWhenUnhealthy is { } then)
            {
                if (failed >= options.HealthyShare * then && failed >= options.MinReporters / 4.0) return;
                clients.Clear();
                granted = failed = 0;
                clientsWhenUnhealthy = null;
            }
            else if (failed > options.UnhealthyShare * granted && RecentFailures(now) >= options.MinReporters)
            {
                clientsWhenUnhealthy = Math.Max(granted, failed);
            }
        }

        /// <summary>Returns the number of clients that failed within the last half-life, up to the minimum.</summary>
        private int RecentFailures(double now)
        {
            if (failed < options.MinReporters / 2.0) return 0;
            return clients.Values.Where(client => client.Failed >= now - 1).Take(options.MinReporters).Count();
        }

        /// <summary>
        /// Drops the least recently seen half of the clients and their weights, so that shares refer to recent clients and memory is
        /// bounded. Dropping half at a time keeps the amortized cost of sorting low.
        /// </summary>
        private void DropLeastRecent(double now)
        {
            var byAge = clients.ToArray();
            Array.Sort(byAge, (x, y) => x.Value.LastSeen.CompareTo(y.Value.LastSeen));
            clients.Clear();
            granted = failed = 0;
            foreach (var (userId, client) in byAge.AsSpan(byAge.Length / 2))
            {
                clients.Add(userId, client);
                granted += Weight(client.Granted, now);
                failed += Weight(client.Failed, now);
            }
        }
    }
}
