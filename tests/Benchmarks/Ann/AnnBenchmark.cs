using System.Diagnostics;
using System.Globalization;
using Spotify.Recommendations.Neighbours;
using Spotify.Recommendations.Vectors;

namespace Spotify.Benchmarks.Ann;

/// <summary>
/// The neighbour index: build time, size, and queries per second with their recall for several numbers of candidates, in floats and 8-bit
/// numbers, and exact search, in alternating runs, so that other load on the machine affects all of them.
/// </summary>
internal static class AnnBenchmark
{
    private static readonly int[] CandidateCounts = [10, 15, 20, 30, 40, 60, 80, 120, 160, 240];
    private static readonly double[] Recalls = [0.95, 0.99];

    public static int Run(string[] args)
    {
        var arguments = new Arguments(args, "--vectors", "--dimensions", "--queries", "--rounds", "--threads");
        var (count, dimensions) = (arguments.Number("--vectors", 1_000_000), arguments.Number("--dimensions", 128));
        var (rounds, threads) = (arguments.Number("--rounds", 5), arguments.Number("--threads", Environment.ProcessorCount));
        var data = AnnData.Create(count, dimensions, arguments.Number("--queries", 1000), threads);
        Print($"{count} vectors of {dimensions} dimensions, {data.QueryCount} queries on {threads} threads, {rounds} rounds");
        using var floats = Build(data, VectorFormat.Float32, threads);
        using var bytes = Build(data, VectorFormat.Int8, threads);
        var (numbers, whole) = ((double)floats.Vectors.Size / bytes.Vectors.Size, (double)bytes.Size / floats.Size);
        Print($"8-bit/float: numbers 1/{numbers:0.00}, whole index {whole:0.000}");

        var exact = new List<double>();
        var (ofFloats, ofBytes) = (Measurements("float"), Measurements("8-bit"));
        // The first round is a warm-up and is not counted.
        for (var round = 0; round <= rounds; round++)
        {
            var rate = ExactRate(data, floats.Vectors, threads);
            if (round > 0) exact.Add(rate);
            foreach (var (one, other) in ofFloats.Zip(ofBytes))
            {
                one.Run(data, floats, threads, round > 0);
                other.Run(data, bytes, threads, round > 0);
            }
        }

        Print($"exact: {Rate(exact)} queries/s per thread");
        foreach (var measurement in ofFloats.Concat(ofBytes)) Console.WriteLine(measurement);
        foreach (var measurements in new[] { ofFloats, ofBytes })
        {
            foreach (var recall in Recalls)
            {
                var rates = Enumerable.Range(0, rounds).Select(round => Interpolate(measurements, round, recall)).ToList();
                var ratio = Statistics.Of(rates.Zip(exact, (rate, slow) => rate / slow));
                var times = $"{ratio.Median:0} times exact search ({ratio.Minimum:0} to {ratio.Maximum:0})";
                Print($"{measurements[0].Name} at recall@{AnnData.Neighbors} {recall}: {Rate(rates)} queries/s per thread, {times}");
            }
        }

        var loss = ofFloats.Zip(ofBytes, (one, other) => one.Recall - other.Recall).Max();
        Print($"8-bit: recall lower by at most {loss:0.0000} for the same ef");
        return 0;
    }

    private static Measurement[] Measurements(string name) => [.. CandidateCounts.Select(ef => new Measurement(name, ef))];

    private static NeighbourIndex Build(AnnData data, VectorFormat format, int threads)
    {
        var start = Stopwatch.GetTimestamp();
        var index = NeighbourIndex.Build(
            data.Vectors, data.Dimensions, new NeighbourOptions { Format = format }, threads, progress: null, CancellationToken.None);
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var (whole, numbers) = ((double)index.Size / index.Vectors.Count, (double)index.Vectors.Size / index.Vectors.Count);
        Print($"{format}: built in {seconds:0.0} s, {whole:0.0} bytes per vector, {numbers:0.0} of them for numbers");
        return index;
    }

    private static double ExactRate(AnnData data, VectorTable vectors, int threads)
    {
        const int queries = 10;
        var start = Stopwatch.GetTimestamp();
        OnThreads(threads, () =>
        {
            var best = new (float Similarity, int Row)[AnnData.Neighbors];
            for (var query = 0; query < queries; query++)
                AnnData.SearchExactly(vectors, data.Queries.AsSpan(query % data.QueryCount * data.Dimensions, data.Dimensions), best);
        });
        return queries / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static void OnThreads(int threads, Action run)
    {
        var all = Enumerable.Range(0, threads).Select(_ => new Thread(() => run())).ToList();
        all.ForEach(thread => thread.Start());
        all.ForEach(thread => thread.Join());
    }

    // Queries per second between the numbers of candidates just below and above the recall; 0 if it is never reached.
    private static double Interpolate(Measurement[] measurements, int round, double recall)
    {
        var above = Array.FindIndex(measurements, measurement => measurement.Recall >= recall);
        if (above <= 0) return above == 0 ? measurements[0].Rates[round] : 0;
        var (low, high) = (measurements[above - 1], measurements[above]);
        var share = (recall - low.Recall) / (high.Recall - low.Recall);
        return low.Rates[round] + share * (high.Rates[round] - low.Rates[round]);
    }

    private static string Rate(IEnumerable<double> values)
    {
        var rate = Statistics.Of(values);
        return string.Create(CultureInfo.InvariantCulture, $"{rate.Median:0.#} ({rate.Minimum:0.#} to {rate.Maximum:0.#})");
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private sealed class Measurement(string name, int ef)
    {
        public string Name => name;

        public double Recall { get; private set; }

        public List<double> Rates { get; } = [];

        public void Run(AnnData data, NeighbourIndex index, int threads, bool isCounted)
        {
            var hits = 0;
            var start = Stopwatch.GetTimestamp();
            OnThreads(threads, () =>
            {
                var (results, own) = (new Neighbour[AnnData.Neighbors], 0);
                for (var query = 0; query < data.QueryCount; query++)
                {
                    index.Search(data.Queries.AsSpan(query * data.Dimensions, data.Dimensions), results.Length, ef, null, results);
                    var nearest = data.Nearest.AsSpan(query * AnnData.Neighbors, AnnData.Neighbors);
                    foreach (var result in results)
                    {
                        if (nearest.Contains(result.Row)) own++;
                    }
                }

                hits = own;
            });
            if (isCounted) Rates.Add(data.QueryCount / Stopwatch.GetElapsedTime(start).TotalSeconds);
            Recall = (double)hits / data.Nearest.Length;
        }

        public override string ToString() =>
            string.Create(CultureInfo.InvariantCulture, $"{name}, ef {ef}: recall {Recall:0.0000}, {Rate(Rates)} queries/s per thread");
    }
}
