using System.Diagnostics.Metrics;

namespace Spotify.Functions.CdnWarming;

/// <summary>The metrics of CDN warming.</summary>
public sealed class CdnWarmingMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Spotify.CdnWarming";

    private readonly Counter<long> objects;
    private readonly Counter<long> bytes;

    /// <summary>Creates the metrics.</summary>
    public CdnWarmingMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        objects = meter.CreateCounter<long>("spotify.cdn_warming.objects", "{object}", "Warmed objects, by CDN and outcome.");
        bytes = meter.CreateCounter<long>("spotify.cdn_warming.bytes", "By", "Bytes fetched, by CDN.");
    }

    internal void Fetched(string cdn, long length)
    {
        objects.Add(1, new("cdn", cdn), new("outcome", "fetched"));
        bytes.Add(length, new KeyValuePair<string, object?>("cdn", cdn));
    }

    internal void Failed(string cdn) => objects.Add(1, new("cdn", cdn), new("outcome", "failed"));
}
