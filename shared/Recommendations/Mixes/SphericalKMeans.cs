using Spotify.Recommendations.Factors;

namespace Spotify.Recommendations.Mixes;

/// <summary>
/// Spherical k-means of weighted unit vectors (Dhillon and Modha, "Concept decompositions for large sparse text data using clustering",
/// 2001) with the starting points of k-means++ (Arthur and Vassilvitskii, 2007).
/// </summary>
/// <param name="points">The vectors.</param>
/// <param name="weights">The weight of each, more than 0.</param>
internal sealed class SphericalKMeans(UnitVectors points, float[] weights)
{
    private const int MaxRounds = 30;

    /// <summary>Clusters the points around random starting points.</summary>
    /// <returns>The cluster of each point, and the weighted sum of the cosines to the centers, which should be large.</returns>
    public (int[] Clusters, double Fit) Run(int clusters, Random random)
    {
        var centers = new UnitVectors(points.Dimensions);
        var nearest = new float[points.Count];
        Array.Fill(nearest, 1);
        for (var i = 0; i < clusters; i++)
        {
            var next = points[Draw(nearest, random)];
            next.CopyTo(centers.Add());
            for (var j = 0; j < points.Count; j++) nearest[j] = Math.Min(nearest[j], Math.Max(0, 1 - points.Cosine(j, centers[i])));
        }

        return Run(centers);
    }

    /// <summary>Clusters the points around starting points, which are moved to the centers of the clusters.</summary>
    public (int[] Clusters, double Fit) Run(UnitVectors centers)
    {
        var clusters = new int[points.Count];
        Array.Fill(clusters, -1);
        for (var round = 0; ; round++)
        {
            var (changed, fit) = (false, 0d);
            for (var i = 0; i < points.Count; i++)
            {
                var (cluster, cosine) = NearestTo(points[i], centers);
                changed |= clusters[i] != cluster;
                clusters[i] = cluster;
                fit += weights[i] * cosine;
            }

            if (!changed || round == MaxRounds) return (clusters, fit);
            for (var i = 0; i < centers.Count; i++) CenterOf(clusters, i, centers[i]);
        }
    }

    /// <summary>Writes the center of a cluster. Writes nothing if the cluster is empty.</summary>
    public void CenterOf(int[] clusters, int cluster, Span<float> center)
    {
        if (!clusters.Contains(cluster)) return;
        center.Clear();
        for (var i = 0; i < clusters.Length; i++)
            if (clusters[i] == cluster) Kernels.AddScaled(center, weights[i], points[i]);
        TasteVectors.Normalize(center);
    }

    /// <summary>Returns the nearest center of a vector, and the cosine.</summary>
    public static (int Center, float Cosine) NearestTo(ReadOnlySpan<float> vector, UnitVectors centers)
    {
        var (best, most) = (0, float.NegativeInfinity);
        for (var i = 0; i < centers.Count; i++)
            if (centers.Cosine(i, vector) is var cosine && cosine > most) (best, most) = (i, cosine);
        return (best, most);
    }

    // Draws a point by its weight and its distance from the nearest center.
    private int Draw(float[] distances, Random random)
    {
        var sum = 0d;
        for (var i = 0; i < distances.Length; i++) sum += weights[i] * distances[i];
        var drawn = random.NextDouble() * sum;
        for (var i = 0; i < distances.Length; i++)
            if ((drawn -= weights[i] * distances[i]) < 0) return i;
        return distances.Length - 1;
    }
}
