using System.Diagnostics.Metrics;
using System.Text.Json;

namespace Spotify.Hosting.Telemetry;

/// <summary>The measurements of one instrument with one set of tags. Not thread-safe.</summary>
internal abstract class MetricSeries
{
    private KeyValuePair<string, object?>[] tags = [];

    /// <summary>Whether there are measurements since the last line.</summary>
    public bool HasNewValues { get; protected set; }

    protected abstract string Kind { get; }

    /// <summary>Creates an empty series for an instrument.</summary>
    public static MetricSeries Of(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var name = instrument.GetType().Name;
        MetricSeries series = name.StartsWith("Histogram", StringComparison.Ordinal) ? new HistogramSeries()
            : name.StartsWith("Counter", StringComparison.Ordinal) ? new SumSeries("counter", resets: true)
            : name.StartsWith("UpDownCounter", StringComparison.Ordinal) ? new SumSeries("gauge", resets: false)
            : new LastSeries();
        series.tags = tags.ToArray();
        return series;
    }

    public abstract void Record(double value);

    /// <summary>Writes the fields of a line and resets the series.</summary>
    public void WriteAndReset(Utf8JsonWriter writer, Instrument instrument)
    {
        writer.WriteString("metric", instrument.Name);
        writer.WriteString("kind", Kind);
        if (instrument.Unit is not null) writer.WriteString("unit", instrument.Unit);
        WriteValues(writer);
        writer.WriteStartObject("tags");
        foreach (var (name, value) in tags) writer.WriteValue(name, value);
        writer.WriteEndObject();
        HasNewValues = false;
    }

    protected abstract void WriteValues(Utf8JsonWriter writer);

    private sealed class SumSeries(string kind, bool resets) : MetricSeries
    {
        private double sum;

        protected override string Kind => kind;

        public override void Record(double value) => (sum, HasNewValues) = (sum + value, true);

        protected override void WriteValues(Utf8JsonWriter writer)
        {
            writer.WriteNumber("value", sum);
            if (resets) sum = 0;
        }
    }

    private sealed class LastSeries : MetricSeries
    {
        private double last;

        protected override string Kind => "gauge";

        public override void Record(double value) => (last, HasNewValues) = (value, true);

        protected override void WriteValues(Utf8JsonWriter writer) => writer.WriteNumber("value", last);
    }

    /// <summary>A histogram whose buckets grow by 5 %, so that the error of quantiles is at most 2.5 %.</summary>
    private sealed class HistogramSeries : MetricSeries
    {
        private const double Growth = 1.05;
        private const int NotPositive = int.MinValue;

        private readonly SortedDictionary<int, long> buckets = [];
        private long count;
        private double sum;
        private double min = double.MaxValue;
        private double max = double.MinValue;

        protected override string Kind => "histogram";

        public override void Record(double value)
        {
            var bucket = value > 0 ? (int)Math.Floor(Math.Log(value, Growth)) : NotPositive;
            buckets[bucket] = buckets.GetValueOrDefault(bucket) + 1;
            (count, sum, min, max, HasNewValues) = (count + 1, sum + value, Math.Min(min, value), Math.Max(max, value), true);
        }

        protected override void WriteValues(Utf8JsonWriter writer)
        {
            writer.WriteNumber("count", count);
            writer.WriteNumber("sum", sum);
            writer.WriteNumber("min", min);
            writer.WriteNumber("max", max);
            writer.WriteNumber("p50", Quantile(0.5));
            writer.WriteNumber("p95", Quantile(0.95));
            writer.WriteNumber("p99", Quantile(0.99));
            buckets.Clear();
            (count, sum, min, max) = (0, 0, double.MaxValue, double.MinValue);
        }

        private double Quantile(double share)
        {
            var rank = Math.Max(1, (long)Math.Ceiling(share * count));
            foreach (var (bucket, inBucket) in buckets)
                if ((rank -= inBucket) <= 0) return Math.Clamp(bucket == NotPositive ? min : Math.Pow(Growth, bucket + 0.5), min, max);
            return max;
        }
    }
}
