using Microsoft.Extensions.Options;

namespace Spotify.Functions.Playback.Cdn;

/// <summary>
/// The health of the CDNs, from what clients report. Clients are counted, not reports: whatever one client does, it weighs at most 1,
/// falling by half with every half-life since its last report; so do those who were given URLs. A CDN becomes unhealthy once
/// <see cref="CdnOptions.MinReporters"/> clients failed within a half-life and the failing ones are more than
/// <see cref="CdnOptions.UnhealthyShare"/> of its clients. From then on nobody is sent there, so the clients at that moment stay the
/// measure, and the failures fade unless others with older URLs still report: below <see cref="CdnOptions.HealthyShare"/>, or below a
/// quarter of the floor, all is forgotten and the CDN gets another chance. If it still fails, as few clients as the floor asks for find
/// out. Thread-safe; every instance of the function judges by what it sees itself.
/// </summary>
public sealed class CdnHealth
{
    private readonly CdnOptions options;
    private readonly TimeProvider clock;
    private readonly long start;
    private readonly Dictionary<string, Record> records;

    /// <summary>Health of the CDNs configured, all well at first.</summary>
    public CdnHealth(IOptions<CdnOptions> options, TimeProvider clock)
    {
        this.options = options.Value;
        this.clock = clock;
        start = clock.GetTimestamp();
        records = this.options.All.ToDictionary(cdn => cdn.Name, _ => new Record(this.options), StringComparer.Ordinal);
    }

    /// <summary>Notes that a client was given a URL of a CDN.</summary>
    /// <exception cref="KeyNotFoundException">There is no such CDN.</exception>
    public void RecordGrant(string cdn, string userId) => records[cdn].Note(userId, failed: false, Now);

    /// <summary>Notes that a client failed to fetch from a CDN. Once per client and half-life counts in full; more often only renews that.</summary>
    /// <exception cref="KeyNotFoundException">There is no such CDN.</exception>
    public void RecordFailure(string cdn, string userId) => records[cdn].Note(userId, failed: true, Now);

    /// <summary>How a CDN is doing.</summary>
    /// <exception cref="KeyNotFoundException">There is no such CDN.</exception>
    public CdnHealthState StateOf(string cdn) => records[cdn].State(Now);

    /// <summary>The time, in half-lives since the start.</summary>
    private double Now => clock.GetElapsedTime(start) / options.HalfLife;

    /// <summary>When a client was last given a URL, and when it last failed, in half-lives; minus infinity: never.</summary>
    private record struct Client(double Granted, double Failed)
    {
        public readonly double LastSeen => Math.Max(Granted, Failed);
    }

    private sealed class Record(CdnOptions options)
    {
        private readonly Lock gate = new();
        private readonly Dictionary<string, Client> clients = new(StringComparer.Ordinal);

        // Sums of the clients' weights, as of a time; kept so that reading them costs nothing.
        private double granted;
        private double failed;
        private double summedAt;

        // How many clients there were when the CDN was found unhealthy; null while it is healthy.
        private double? clientsAtFall;

        public void Note(string userId, bool failed, double now)
        {
            lock (gate)
            {
                Evaluate(now);
                var client = clients.GetValueOrDefault(userId, new Client(double.NegativeInfinity, double.NegativeInfinity));

                // Who fails was given a URL, be it by another instance.
                var next = failed ? new Client(Math.Max(client.Granted, now), now) : client with { Granted = now };
                granted += Weight(next.Granted, now) - Weight(client.Granted, now);
                this.failed += Weight(next.Failed, now) - Weight(client.Failed, now);
                clients[userId] = next;
                if (clients.Count > options.MaxClients) ForgetLeastRecent(now);
                Evaluate(now);
            }
        }

        public CdnHealthState State(double now)
        {
            lock (gate)
            {
                Evaluate(now);
                var counted = clientsAtFall is null ? Math.Max(0, failed - (options.MinReporters - 1)) : failed;
                var share = counted / Math.Max(1, clientsAtFall ?? granted);
                return new CdnHealthState(clientsAtFall is null, Math.Clamp(1 - share, 0, 1), failed, granted);
            }
        }

        private static double Weight(double at, double now) => Math.Min(1, Math.Exp(Math.Log(2) * (at - now)));

        private void Evaluate(double now)
        {
            if (now > summedAt)
            {
                var fading = Weight(summedAt, now);
                granted *= fading;
                failed *= fading;
                summedAt = now;
            }

            if (clientsAtFall is { } then)
            {
                if (failed >= options.HealthyShare * then && failed >= options.MinReporters / 4.0) return;
                clients.Clear();
                granted = failed = 0;
                clientsAtFall = null;
            }
            else if (failed > options.UnhealthyShare * granted && FailedLately(now) >= options.MinReporters)
            {
                clientsAtFall = Math.Max(granted, failed);
            }
        }

        /// <summary>How many clients failed within the last half-life, up to the floor.</summary>
        private int FailedLately(double now)
        {
            if (failed < options.MinReporters / 2.0) return 0;
            return clients.Values.Where(client => client.Failed >= now - 1).Take(options.MinReporters).Count();
        }

        /// <summary>
        /// Drops the older half. The sums lose what those weighed, so the shares are those among the clients of late. Sorting every so
        /// often costs each client next to nothing, and however many come, the table does not grow.
        /// </summary>
        private void ForgetLeastRecent(double now)
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
