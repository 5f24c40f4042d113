using System.Diagnostics;
using Spotify.Domain.Catalog;
using Spotify.Recommendations.Factors;
using Spotify.Recommendations.Items;
using Spotify.Recommendations.Neighbours;
using Spotify.Recommendations.Publishing;
using Spotify.Recommendations.Ranking;
using Spotify.Recommendations.Tracks;
using Spotify.Recommendations.Training;
using Spotify.Recommendations.Vectors;

namespace Spotify.Benchmarks.Generate;

/// <summary>
/// A generated model: tracks in clusters, with factors, content and sound around those of their cluster, and plays by a power law. Its
/// files are memory-mapped, as those of a trained model. A directory that the user names is kept, because building a large one takes
/// minutes.
/// </summary>
internal sealed class GeneratedModel : IDisposable
{
    public const int Dimensions = 128;
    public const int TracksPerCluster = 1_000;

    private const int TracksPerArtist = 10;
    private const int CoveredByItems = 8_000;
    private const int Neighbours = 200;
    private const int Genres = 400;
    private const int Threads = 2;

    private static readonly DateTimeOffset LastAdded = new(2026, 5, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly string directory;
    private readonly bool isTemporary;
    private readonly int[][] clusters;
    private readonly int[] clusterOf;
    private readonly float[] plays;
    private readonly OpenModel open;

    /// <summary>Opens the model of a directory, or builds it there.</summary>
    /// <param name="directory">The directory; empty for a temporary one.</param>
    /// <param name="tracks">The number of tracks.</param>
    public GeneratedModel(string directory, int tracks)
    {
        isTemporary = directory.Length == 0;
        this.directory = isTemporary ? Directory.CreateTempSubdirectory("generate-").FullName
            : System.IO.Path.Combine(directory, $"generate-{tracks}");
        (clusterOf, plays) = (new int[tracks], new float[tracks]);
        clusters = Cluster(tracks);
        var manifest = System.IO.Path.Combine(this.directory, "manifest.json");
        if (!File.Exists(manifest))
        {
            Directory.CreateDirectory(this.directory);
            File.WriteAllBytes(manifest + ".new", Build().ToJson());
            File.Move(manifest + ".new", manifest);
        }

        open = ModelFiles.Open(this.directory, ModelManifest.Parse(File.ReadAllBytes(manifest), manifest));
    }

    /// <summary>The model.</summary>
    public TrainedModel Model => open.Model;

    /// <summary>The clusters: the rows of their tracks, the most played first.</summary>
    public IReadOnlyList<int[]> Clusters => clusters;

    /// <summary>The directory of the files.</summary>
    public string Path => directory;

    /// <summary>The manifest.</summary>
    public ModelManifest Manifest => open.Manifest;

    /// <summary>The size of the files in bytes.</summary>
    public long Size => open.Manifest.Size;

    /// <summary>Returns the id of an artist of a cluster.</summary>
    /// <param name="cluster">The number of the cluster.</param>
    /// <param name="number">A number from 0, which may be greater than the number of artists.</param>
    public static UInt128 ArtistId(int cluster, int number) =>
        (UInt128)((ulong)cluster << 32 | (uint)(number % (TracksPerCluster / TracksPerArtist)));

    /// <summary>Returns the id of a track.</summary>
    public static UInt128 Id(int row) => new((ulong)row * 0x9E3779B97F4A7C15, (ulong)row);

    public void Dispose()
    {
        open.Dispose();
        if (isTemporary) Directory.Delete(directory, recursive: true);
    }

    private static ulong Hash(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    private int[][] Cluster(int tracks)
    {
        var lists = Enumerable.Range(0, Math.Max(tracks / TracksPerCluster, 1)).Select(_ => new List<int>()).ToArray();
        for (var row = 0; row < tracks; row++)
        {
            clusterOf[row] = (int)(Hash((ulong)row + 1) % (ulong)lists.Length);
            lists[clusterOf[row]].Add(row);
        }

        for (var cluster = 0; cluster < lists.Length; cluster++)
        {
            for (var rank = 0; rank < lists[cluster].Count; rank++)
                plays[lists[cluster][rank]] = 100_000 / MathF.Pow(rank + 1, 0.9f) / (1 + (cluster % 7));
        }

        return Array.ConvertAll(lists, list => list.ToArray());
    }

    private ModelManifest Build()
    {
        var watch = Stopwatch.StartNew();
        var (tracks, popular) = Tracks();
        var vectors = Vectors(seed: 1, noise: 0.7f, byPlays: true);
        using var model = new TrainedModel
        {
            Tracks = tracks,
            Popular = popular,
            Factors = FactorModel.Create(new FactorOptions { Factors = Dimensions }, vectors, Threads),
            FactorIndex = Index(vectors, Similarity.InnerProduct),
            Items = Items(),
            ContentIndex = Index(Vectors(seed: 2, noise: 0.5f, byPlays: false), Similarity.Cosine),
            AudioIndex = Index(Vectors(seed: 3, noise: 0.9f, byPlays: false), Similarity.Cosine),
            Ensemble = new EnsembleOptions(),
        };
        var manifest = new ModelManifest
        {
            Version = ModelVersion.Name(LastAdded, "00000000"),
            CreatedAt = LastAdded,
            Counts = new ModelCounts(tracks.Count, 0, 0, 0, tracks.Count),
            Settings = new ModelSettings(Dimensions, 0, 1, Threads),
            Ensemble = model.Ensemble,
            Measurements = new ModelMeasurements(null, 0, 0),
            Files = ModelFiles.Write(model, directory, null, default),
        };
        Console.WriteLine($"model built in {watch.Elapsed.TotalSeconds:0} s");
        return manifest;
    }

    private (TrackTable Tracks, PopularTracks Popular) Tracks()
    {
        var (builder, popular) = (new TrackTableBuilder(), new PopularTracksBuilder());
        var most = MathF.Log(1 + plays.Max());
        var markets = Markets.All.Take(60).ToArray();
        for (var row = 0; row < plays.Length; row++)
        {
            var (hash, cluster) = (Hash((ulong)row + 77), clusterOf[row]);
            var artist = ArtistId(cluster, (int)(hash & int.MaxValue));
            builder.Add(new TrackDescription(Id(row))
            {
                Artists = [artist],
                Album = artist,
                Genres = [$"genre {cluster % Genres}", $"style {cluster % 37}"],
                Rights = new Rights(hash % 20 == 0 ? MarketSet.Of(markets[..(int)(hash % 59)]) : MarketSet.Everywhere, null, null),
                Explicit = hash % 10 == 1,
                Year = 1970 + (int)(hash % 56),
                Popularity = MathF.Log(1 + plays[row]) / most,
                Attributes = [(TrackAttribute.Tempo, 70 + (hash % 100)), (TrackAttribute.Energy, (hash >> 8) % 1000 * 0.001f)],
                AddedAt = LastAdded.AddDays(-(double)(hash % 1_000)),
            });
            if (plays[row] < 1_000) continue;
            for (var i = 0; i < 4; i++)
                popular.Add(row, markets[(int)((hash + (ulong)(i * 7)) % 60)], LastAdded.AddHours(hash % 24), plays[row]);
        }

        return (builder.Build(), popular.Build());
    }

    private float[] Vectors(int seed, float noise, bool byPlays)
    {
        var vectors = new float[checked(plays.Length * Dimensions)];
        Parallel.For(0, plays.Length, new ParallelOptions { MaxDegreeOfParallelism = Threads }, row =>
        {
            var (center, own) = (Hash((ulong)((seed * 100_000_000L) + clusterOf[row])), Hash((ulong)((seed * 1_000_000_000L) + row)));
            var vector = vectors.AsSpan(row * Dimensions, Dimensions);
            var scale = byPlays ? MathF.Log(2 + plays[row]) / 40 : 1;
            foreach (ref var number in vector) number = scale * (Normal(ref center) + (noise * Normal(ref own)));
        });
        return vectors;
    }

    // The sum of four uniform numbers.
    private static float Normal(ref ulong state)
    {
        var bits = Hash(state += 0x9E3779B97F4A7C15);
        var sum = (bits & 0xFFFF) + (bits >> 16 & 0xFFFF) + (bits >> 32 & 0xFFFF) + (bits >> 48);
        return ((float)sum / 65536 - 2) * 1.7f;
    }

    private static NeighbourIndex Index(float[] vectors, Similarity similarity)
    {
        var options = new NeighbourOptions { Similarity = similarity, Format = VectorFormat.Int8 };
        return NeighbourIndex.Build(vectors, Dimensions, options, Threads, null, default);
    }

    // Each of the most played tracks influences tracks of its own cluster first, then others.
    private ItemModel Items()
    {
        var covered = Enumerable.Range(0, plays.Length).OrderByDescending(row => plays[row]).Take(CoveredByItems).Order().ToArray();
        var byCluster = covered.ToLookup(row => clusterOf[row]);
        var (starts, neighbours, influences) = (new int[plays.Length + 1], new List<int>(), new List<float>());
        var next = 0;
        for (var row = 0; row < plays.Length; row++)
        {
            if (next < covered.Length && covered[next] == row)
            {
                next++;
                var near = byCluster[clusterOf[row]].Where(other => other != row).ToHashSet();
                for (var i = 0; near.Count < Math.Min(Neighbours, covered.Length - 1); i++)
                {
                    var other = covered[(int)(Hash((ulong)((row * 1_000L) + i)) % (ulong)covered.Length)];
                    if (other != row) near.Add(other);
                }

                foreach (var other in near.Take(Neighbours).Order())
                {
                    neighbours.Add(other);
                    influences.Add(clusterOf[other] == clusterOf[row] ? 0.1f : 0.005f);
                }
            }

            starts[row + 1] = neighbours.Count;
        }

        return new ItemModel(new ItemModelOptions(), starts, neighbours.ToArray(), influences.ToArray());
    }
}
