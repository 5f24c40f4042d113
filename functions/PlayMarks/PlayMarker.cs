using Microsoft.Extensions.Options;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;

namespace Spotify.Functions.PlayMarks;

/// <summary>
/// Marks plays that break a rule for valid plays. Marked plays stay in the listener's history, but not in the view <c>valid_plays</c>.
/// </summary>
public sealed class PlayMarker(IWarehouse warehouse, IOptions<PlayMarkOptions> options, TimeProvider time)
{
    /// <summary>Marks the plays of a day. Plays that are marked already are not marked again.</summary>
    /// <returns>The number of new marks.</returns>
    public async Task<long> MarkAsync(DateOnly date, CancellationToken ct)
    {
        var limits = options.Value;
        var marks = 0L;
        marks += await RunAsync(PlayMarkRules.HoursPerDay, ("maxMs", limits.MaxHoursPerDay * 3_600_000L));
        marks += await RunAsync(PlayMarkRules.PlaysPerHour, ("maxPlays", limits.MaxPlaysPerHour));
        marks += await RunAsync(PlayMarkRules.ShortPlaysOfTrack, ("maxPlays", limits.MaxShortPlaysOfTrack));
        marks += await RunAsync(PlayMarkRules.ShortPlaysOfArtist, ("maxPlays", limits.MaxShortPlaysOfArtist));
        marks += await RunAsync(
            PlayMarkRules.ListenersOfDevice,
            ("maxListeners", limits.MaxListenersOfDevice), ("maxPlaysPerTrack", limits.MaxPlaysPerTrackOfDevice));
        return marks;

        Task<long> RunAsync(WarehouseStatement rule, params (string Name, long Value)[] values)
        {
            var parameters = new Parameters { { "date", date }, { "now", time.GetUtcNow() } };
            foreach (var (name, value) in values) parameters.Add(name, value);
            return warehouse.ExecuteAsync(rule, parameters, ct);
        }
    }
}
