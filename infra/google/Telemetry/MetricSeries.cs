using System.Diagnostics.Metrics;
using System.Text.Json;

namespace Spotify.Google.Telemetry;

/// <summary>The measurements of one instrument with one set of tags. It takes one caller at a time.</summary>
internal abstract class MetricSeries
{
    private KeyValuePair<string, object?>[] tags = [];

    /// <summary>Whether anything was measured since the last line.</summary>
    public bool HasNews { get; protected set; }

    protected abstract string Kind { get; }

    /// <summary>An empty series for an instrument.</summary>
    public static MetricSeries Of(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var name = instrument.GetType().Name;
        MetricSeries series = name.StartsWith("Histogram", StringComparison.Ordinal) ? new HistogramSeries()
            : name.StartsWith("Counter", StringComparison.Ordinal) ? new SumSeries("counter", startsAnew: true)
            : name.StartsWith("UpDownCounter", StringComparison.Ordinal) ? new SumSeries("gauge", startsAnew: false)
            : new LastSeries();
        series.tags = tags.ToArray();
        return series;
    }

    public abstract void Record(double value);

    /// <summary>Writes the fields of a line, and begins anew.</summary>
    public void WriteAndReset(Utf8JsonWriter writer, Instrument instrument)
    {
        writer.WriteString("metric", instrument.Name);
        writer.WriteString("kind", Kind);
        if (instrument.Unit is not null) writer.WriteString("unit", instrument.Unit);
        WriteValues(writer);
        writer.WriteStartObject("tags");
        foreach (var (name, value) in tags) writer.WriteValue(name, value);
        writer.WriteEndObject();
        HasNews = false;
    }

    protected abstract void WriteValues(Utf8JsonWriter writer);

    private sealed class SumSeries(string kind, bool startsAnew) : MetricSeries
    {
        private double sum;

        protected override string Kind => kind;

        public override void Record(double value) => (sum, HasNews) = (sum + value, true);

        protected override void WriteValues(Utf8JsonWriter writer)
        {
            writer.WriteNumber("value", sum);
            if (startsAnew) sum = 0;
        }
    }

    private sealed class LastSeries : MetricSeries
    {
        private double last;

        protected override string Kind => "gauge";

        public override void Record(double value) => (last, HasNews) = (value, true);

        protected override void WriteValues(Utf8JsonWriter writer) => writer.WriteNumber("value", last);
    }

    /// <summary>Quantiles come from buckets that grow by 5 %, so that they are within 2.5 %.</summary>
    private sealed class HistogramSeries : MetricSeries
    {
        private const double Growth = 1.05;
        private const int NotPositive = int.MinValue;

        private readonly SortedDictionary<int, long> buckets = [];
        private long count;
        private double sum;
        private double least = double.MaxValue;
        private double greatest = double.MinValue;

        protected override string Kind => "histogram";

        public override void Record(double value)
        {
            var bucket = value > 0 ? (int)Math.Floor(Math.Log(value, Growth)) : NotPositive;
            buckets[bucket] = buckets.GetValueOrDefault(bucket) + 1;
            (count, sum, least, greatest, HasNews) = (count + 1, sum + value, Math.Min(least, value), Math.Max(greatest, value), true);
        }

        protected override void WriteValues(Utf8JsonWriter writer)
        {
            writer.WriteNumber("count", count);
            writer.WriteNumber("sum", sum);
            writer.WriteNumber("min", least);
            writer.WriteNumber("max", greatest);
            writer.WriteNumber("p50", Quantile(0.5));
            writer.WriteNumber("p95", Quantile(0.95));
            writer.WriteNumber("p99", Quantile(0.99));
            buckets.Clear();
            (count, sum, least, greatest) = (0, 0, double.MaxValue, double.MinValue);
        }

        private double Quantile(double share)
        {
            var rank = Math.Max(1, (long)Math.Ceiling(share * count));
            foreach (var (bucket, inBucket) in buckets)
                if ((rank -= inBucket) <= 0) return Math.Clamp(bucket == NotPositive ? least : Math.Pow(Growth, bucket + 0.5), least, greatest);
            return greatest;
        }
    }
}
