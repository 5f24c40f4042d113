namespace Spotify.Recommendations.Mixes;

/// <summary>
/// The clusters of a listener's taste, by spherical k-means of their most weighted tracks. The number of clusters is the one with the best
/// silhouette (Rousseeuw, 1987). Deterministic: depends neither on the order of the tracks nor on chance.
/// </summary>
/// <remarks>
/// Clusters are stable from day to day in two ways. Clusters that start from the previous mixes are preferred to others, unless those are
/// better by more than <see cref="ClusterOptions.Hysteresis"/>. And a cluster has the number of the previous mix that it resembles most.
/// Other clusters have free numbers, the greatest first.
/// </remarks>
public sealed class TasteClusters
{
    private readonly ClusterOptions options;
    private readonly List<LikedTrack> tracks = [];
    private readonly UnitVectors points;
    private readonly UnitVectors previous;
    private readonly List<int> previousNumbers = [];
    private readonly float[] weights;
    private readonly SphericalKMeans means;

    private TasteClusters(
        TasteVectors vectors, IEnumerable<LikedTrack> liked, IReadOnlyList<IReadOnlyList<UInt128>> previousMixes, ClusterOptions options)
    {
        this.options = options;
        points = new UnitVectors(vectors.Dimensions);
        foreach (var track in liked.Where(track => track.Weight > 0 && float.IsFinite(track.Weight))
            .GroupBy(track => track.Id, (id, same) => new LikedTrack(id, same.Max(track => track.Weight)))
            .OrderByDescending(track => track.Weight).ThenBy(track => track.Id))
        {
            if (tracks.Count == options.MaxTracks) break;
            if (!vectors.TryWrite(track.Id, points.Add())) points.RemoveLast();
            else tracks.Add(track);
        }

        // The fourth root, because counts of plays have a heavy tail.
        weights = [.. tracks.Select(track => MathF.Sqrt(MathF.Sqrt(track.Weight)))];
        means = new SphericalKMeans(points, weights);
        previous = new UnitVectors(vectors.Dimensions);
        var vector = new float[vectors.Dimensions];
        for (var number = 1; number <= Math.Min(previousMixes.Count, options.MaxClusters); number++)
        {
            var center = previous.Add();
            foreach (var track in previousMixes[number - 1])
                if (vectors.TryWrite(track, vector)) Factors.Kernels.AddScaled(center, 1, vector);
            if (TasteVectors.Normalize(center)) previousNumbers.Add(number);
            else previous.RemoveLast();
        }
    }

    /// <summary>Finds the clusters of a taste.</summary>
    /// <param name="vectors">The vectors of tracks. Tracks without a vector are in no cluster.</param>
    /// <param name="liked">The tracks that the listener likes, in any order. Those whose weight is not more than 0 are ignored.</param>
    /// <param name="previousMixes">The tracks of the previous mixes, that of mix 1 first. Empty lists for mixes that do not exist.</param>
    /// <param name="options">The settings.</param>
    /// <returns>The clusters, in the order of their numbers; none if there are too few tracks for one.</returns>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public static IReadOnlyList<TasteCluster> Find(
        TasteVectors vectors,
        IEnumerable<LikedTrack> liked,
        IReadOnlyList<IReadOnlyList<UInt128>> previousMixes,
        ClusterOptions options)
    {
        options.Validate();
        var taste = new TasteClusters(vectors, liked, previousMixes, options);
        return taste.tracks.Count < options.MinTracks ? [] : taste.Number(taste.Choose());
    }

    private int[] Choose()
    {
        var best = new int[points.Count];
        var most = options.MinSilhouette;
        if (previous.Count > 1)
        {
            var centers = new UnitVectors(previous.Dimensions);
            for (var i = 0; i < previous.Count; i++) previous[i].CopyTo(centers.Add());
            Compare(means.Run(centers).Clusters, options.Hysteresis);
        }
        else if (previous.Count == 1)
        {
            most += options.Hysteresis;
        }

        for (var count = 2; count <= Math.Min(options.MaxClusters, points.Count / options.MinTracks); count++)
        {
            var random = new Random(count);
            var (clusters, _) = Enumerable.Range(0, options.Starts).Select(_ => means.Run(count, random)).MaxBy(run => run.Fit);
            Compare(clusters, 0);
        }

        return best;

        void Compare(int[] clusters, double bonus)
        {
            Merge(clusters);
            if (Silhouette(clusters) + bonus is var quality && quality > most) (best, most) = (clusters, quality);
        }
    }

    // Distributes the tracks of clusters that are too small among the others, the smallest cluster first.
    private void Merge(int[] clusters)
    {
        while (true)
        {
            var sizes = clusters.CountBy(cluster => cluster).OrderBy(size => size.Value).ThenBy(size => size.Key).ToList();
            if (sizes.Count < 2 || sizes[0].Value >= options.MinTracks) return;
            var centers = new UnitVectors(points.Dimensions);
            foreach (var (cluster, _) in sizes[1..]) means.CenterOf(clusters, cluster, centers.Add());
            for (var i = 0; i < clusters.Length; i++)
            {
                if (clusters[i] == sizes[0].Key)
                    clusters[i] = sizes[1 + SphericalKMeans.NearestTo(points[i], centers).Center].Key;
            }
        }
    }

    // The mean over all tracks: 1 if each resembles its own cluster only, 0 if it is between two clusters.
    private double Silhouette(int[] clusters)
    {
        var numbers = clusters.Distinct().ToArray();
        if (numbers.Length < 2) return double.NegativeInfinity;
        // The sum of the vectors of a cluster gives the sum of the cosines to all of them.
        var sums = new float[numbers.Length][];
        var sizes = new int[numbers.Length];
        for (var i = 0; i < numbers.Length; i++)
        {
            sums[i] = new float[points.Dimensions];
            for (var j = 0; j < clusters.Length; j++)
            {
                if (clusters[j] != numbers[i]) continue;
                Factors.Kernels.AddScaled(sums[i], 1, points[j]);
                sizes[i]++;
            }
        }

        var total = 0d;
        for (var j = 0; j < clusters.Length; j++)
        {
            var (own, other) = (0d, double.PositiveInfinity);
            for (var i = 0; i < numbers.Length; i++)
            {
                var sum = points.Cosine(j, sums[i]);
                if (numbers[i] != clusters[j]) other = Math.Min(other, 1 - (sum / sizes[i]));
                else if (sizes[i] > 1) own = 1 - ((sum - 1) / (sizes[i] - 1));
            }

            total += (other - own) / Math.Max(Math.Max(own, other), 1e-6);
        }

        return total / clusters.Length;
    }

    private List<TasteCluster> Number(int[] clusters)
    {
        var found = clusters.Distinct()
            .OrderByDescending(cluster => Enumerable.Range(0, clusters.Length).Where(i => clusters[i] == cluster).Sum(i => weights[i]))
            .ToList();
        var cosines = new List<(int Cluster, int Number, float Cosine)>();
        var center = new float[points.Dimensions];
        foreach (var cluster in found)
        {
            means.CenterOf(clusters, cluster, center);
            for (var i = 0; i < previous.Count; i++) cosines.Add((cluster, previousNumbers[i], previous.Cosine(i, center)));
        }

        var numbers = new Dictionary<int, int>();
        foreach (var (cluster, number, cosine) in cosines.OrderByDescending(pair => pair.Cosine))
        {
            if (cosine >= options.SameMix && !numbers.ContainsKey(cluster) && !numbers.ContainsValue(number)) numbers.Add(cluster, number);
        }

        // Unused numbers come before the numbers of mixes that have ended.
        var free = new Queue<int>(Enumerable.Range(1, options.MaxClusters)
            .Where(number => !numbers.ContainsValue(number))
            .OrderBy(number => previousNumbers.Contains(number) ? 1 : 0));
        foreach (var cluster in found.Where(cluster => !numbers.ContainsKey(cluster))) numbers.Add(cluster, free.Dequeue());
        return [.. found
            .Select(cluster => new TasteCluster(numbers[cluster], [.. tracks.Where((_, i) => clusters[i] == cluster)]))
            .OrderBy(cluster => cluster.Number)];
    }
}
