using System.Diagnostics.Metrics;
using Spotify.Audio;

namespace Spotify.Functions.Playback;

/// <summary>The metrics of playback authorization.</summary>
public sealed class PlaybackMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Spotify.Playback";

    private readonly Counter<long> granted;
    private readonly Counter<long> denied;
    private readonly Histogram<double> duration;

    /// <summary>Creates the metrics.</summary>
    public PlaybackMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        granted = meter.CreateCounter<long>(
            "spotify.playback.granted", "{grant}", "Authorized playback requests, by CDN, codec and quality.");
        denied = meter.CreateCounter<long>("spotify.playback.denied", "{denial}", "Denied playback requests, by reason.");
        duration = meter.CreateHistogram<double>("spotify.playback.authorization.duration", "s", "Time to authorize playback.");
    }

    internal void Granted(string cdn, AudioEncoding encoding, TimeSpan elapsed)
    {
        granted.Add(1, new("cdn", cdn), new("codec", encoding.Codec.WireName), new("quality", encoding.Quality.WireName));
        duration.Record(elapsed.TotalSeconds);
    }

    internal void Denied(string reason) => denied.Add(1, new KeyValuePair<string, object?>("reason", reason));
}
