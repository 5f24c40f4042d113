using Spotify.Recommendations.Neighbours;
using Spotify.Recommendations.Vectors;

namespace Spotify.Recommendations.Tests.Neighbours;

public sealed class NeighbourIndexTests
{
    private const int Dimensions = 24;

    [Theory]
    [InlineData(VectorFormat.Float32, Similarity.Cosine)]
    [InlineData(VectorFormat.Float32, Similarity.InnerProduct)]
    [InlineData(VectorFormat.Int8, Similarity.Cosine)]
    [InlineData(VectorFormat.Int8, Similarity.InnerProduct)]
    public void FindsTheNearestOfClusteredVectors(VectorFormat format, Similarity similarity)
    {
        var vectors = TestVectors.Clustered(1, 8000, Dimensions, 100);
        using var index = Build(vectors, Dimensions, new() { Format = format, Similarity = similarity });

        var recall = TestVectors.Recall(index, vectors, TestVectors.Clustered(2, 50, Dimensions, 100), 10, 80);

        Assert.True(recall >= 0.97, $"{recall}");
    }

    [Fact]
    public void FindsTheGreatestInnerProductsOfVectorsOfVariedNorms()
    {
        var vectors = TestVectors.OfVariedNorms(1, 8000, Dimensions, 100);
        using var index = Build(vectors, Dimensions, new());

        var recall = TestVectors.Recall(index, vectors, TestVectors.Clustered(2, 50, Dimensions, 100), 10, 80);

        Assert.True(recall >= 0.97, $"{recall}");
    }

    [Fact]
    public void ThreadsDoNotChangeTheIndexAndSeedsDo()
    {
        var vectors = TestVectors.Clustered(1, 3000, Dimensions, 20);
        byte[] Save(int threads, int seed)
        {
            using var index = NeighbourIndex.Build(vectors, Dimensions, new() { Seed = seed }, threads, null, default);
            using var stream = new MemoryStream();
            index.Save(stream);
            return stream.ToArray();
        }

        var expected = Save(1, 1);
        Assert.Equal(expected, Save(1, 1));
        Assert.Equal(expected, Save(2, 1));
        Assert.Equal(expected, Save(5, 1));
        Assert.NotEqual(expected, Save(1, 2));
    }

    [Theory]
    [InlineData(VectorFormat.Float32)]
    [InlineData(VectorFormat.Int8)]
    public void SimilaritiesAreOrderedAndThoseOfTheVectors(VectorFormat format)
    {
        var vectors = TestVectors.Clustered(1, 3000, Dimensions, 20);
        using var index = Build(vectors, Dimensions, new() { Format = format });
        var query = TestVectors.Clustered(2, 1, Dimensions, 20);
        var results = new Neighbour[50];

        Assert.Equal(50, index.Search(query, 50, 50, null, results));

        foreach (var result in results) Assert.Equal(index.Vectors.Dot(result.Row, query), result.Similarity, 1e-5f);
        Assert.Equal(results.OrderByDescending(result => result.Similarity).ThenBy(result => result.Row), results);
        Assert.Equal(50, results.DistinctBy(result => result.Row).Count());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(17)]
    public void FindsAllRowsOfSmallIndexes(int count)
    {
        var vectors = TestVectors.Clustered(1, count, 3, 5);
        using var index = Build(vectors, 3, new());
        var results = new Neighbour[count];

        Assert.Equal(count, index.Search([1, 2, 3], 1000, 1, null, results));

        Assert.Equal(TestVectors.Nearest(vectors, [1, 2, 3], count, Similarity.InnerProduct), results.Select(result => result.Row));
        Assert.Equal(0, index.Search([1, 2, 3], 0, 10, null, []));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(33)]
    [InlineData(100)]
    public void AnyNumberOfDimensionsIsSearched(int dimensions)
    {
        var vectors = TestVectors.Clustered(1, 4000, dimensions, 50);
        foreach (var format in Enum.GetValues<VectorFormat>())
        {
            using var index = Build(vectors, dimensions, new() { Format = format, ConstructionCandidates = 60 });
            var recall = TestVectors.Recall(index, vectors, TestVectors.Clustered(2, 30, dimensions, 50), 10, 100);
            // In a few dimensions, the nearest vectors are closer than 8-bit numbers.
            Assert.True(recall >= (format == VectorFormat.Int8 && dimensions < 8 ? 0 : 0.95), $"{format} {recall}");
        }
    }

    [Theory]
    [InlineData(VectorFormat.Float32)]
    [InlineData(VectorFormat.Int8)]
    public void EqualVectorsAreFoundInTheOrderOfRows(VectorFormat format)
    {
        // Rows 3,000 to 12,999 are equal, and 13,000 to 13,999 are zero.
        var vectors = TestVectors.Clustered(1, 14_000, Dimensions, 30);
        var repeated = vectors.AsSpan(0, Dimensions).ToArray();
        for (var row = 3000; row < 13_000; row++) repeated.CopyTo(vectors, row * Dimensions);
        vectors.AsSpan(13_000 * Dimensions).Clear();
        using var index = Build(vectors, Dimensions, new() { Format = format, Similarity = Similarity.Cosine });
        var results = new Neighbour[300];

        Assert.Equal(300, index.Search(repeated, 300, 300, null, results));
        Assert.Equal([0, .. Enumerable.Range(3000, 299)], results.Select(result => result.Row));

        // The others are still found.
        var others = TestVectors.Clustered(2, 50, Dimensions, 30);
        var recall = TestVectors.Recall(index, vectors, others, 10, 80);
        Assert.True(recall >= 0.95, $"{recall}");
    }

    [Fact]
    public void OnlyEqualVectors()
    {
        using var index = Build([.. Enumerable.Repeat(0.5f, 10_000 * 4)], 4, new());
        var results = new Neighbour[5];

        Assert.Equal(5, index.Search([1, 1, 1, 1], 5, 10, null, results));

        Assert.Equal(Enumerable.Range(0, 5).Select(row => new Neighbour(row, 2)), results);
    }

    [Theory]
    [InlineData(Similarity.Cosine)]
    [InlineData(Similarity.InnerProduct)]
    public void AllRowsAreEquallySimilarToAQueryOfZeros(Similarity similarity)
    {
        using var index = Build(TestVectors.Clustered(1, 2000, 8, 5), 8, new() { Similarity = similarity });
        var results = new Neighbour[3];

        Assert.Equal(3, index.Search(new float[8], 3, 10, new TestFilter(row => row % 2 == 1), results));

        Assert.Equal([new(1, 0), new(3, 0), new(5, 0)], results);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.1)]
    [InlineData(0.01)]
    [InlineData(0.001)]
    public void FilteredSearchesFindTheNearestMatches(double share)
    {
        var vectors = TestVectors.Clustered(1, 10_000, Dimensions, 100);
        using var index = Build(vectors, Dimensions, new());
        bool Matches(int row) => (uint)(row * 0x9E37_79B9) < share * uint.MaxValue;

        var recall = TestVectors.Recall(index, vectors, TestVectors.Clustered(2, 50, Dimensions, 100), 10, 80, Matches);

        Assert.True(recall >= 0.96, $"{recall}");
    }

    [Fact]
    public void FiltersThatMatchFarFromTheQueryAreFilled()
    {
        var vectors = TestVectors.Clustered(1, 10_000, Dimensions, 2);
        using var index = Build(vectors, Dimensions, new());
        var query = vectors.AsSpan(0, Dimensions).ToArray();
        var near = TestVectors.Nearest(vectors, query, 9000, Similarity.InnerProduct).ToHashSet();

        var recall = TestVectors.Recall(index, vectors, query, 50, 100, row => !near.Contains(row));

        Assert.True(recall >= 0.95, $"{recall}");
    }

    [Fact]
    public void FiltersThatMatchLittleOrNothing()
    {
        var vectors = TestVectors.Clustered(1, 5000, Dimensions, 20);
        using var index = Build(vectors, Dimensions, new());
        var results = new Neighbour[10];

        Assert.Equal(0, index.Search(vectors.AsSpan(0, Dimensions), 10, 40, new TestFilter(_ => false), results));
        Assert.Equal(1, index.Search(vectors.AsSpan(0, Dimensions), 10, 40, new TestFilter(row => row == 4321), results));
        Assert.Equal(4321, results[0].Row);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(1e20f)]
    public void NumbersThatAreNotFiniteOrTooLargeAreRejected(float number)
    {
        Assert.Throws<ArgumentException>(() => Build([1, 2, number, 4], 2, new()));
        using var index = Build([1, 2, 3, 4], 2, new());
        Assert.Throws<ArgumentException>(() => index.Search([1, number], 1, 1, null, new Neighbour[1]));
    }

    [Fact]
    public void InvalidArgumentsAreRejected()
    {
        Assert.Throws<ArgumentException>(() => Build([1, 2, 3], 2, new()));
        Assert.Throws<ArgumentOutOfRangeException>(() => Build([], 0, new()));
        Assert.Throws<ArgumentOutOfRangeException>(() => Build([1], 1, new() { Links = 1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Build([1], 1, new() { ConstructionCandidates = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => NeighbourIndex.Build([1], 1, new(), 0, null, default));
        using var index = Build([1, 2, 3, 4], 2, new());
        Assert.Throws<ArgumentException>(() => index.Search([1], 1, 1, null, new Neighbour[1]));
        Assert.Throws<ArgumentException>(() => index.Search([1, 2], 2, 1, null, new Neighbour[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => index.Search([1, 2], -1, 1, null, []));
    }

    [Fact]
    public void SearchesAllocateNothing()
    {
        var vectors = TestVectors.Clustered(1, 5000, Dimensions, 20);
        using var index = Build(vectors, Dimensions, new());
        var (results, filter) = (new Neighbour[10], new TestFilter(row => row % 2 == 0));
        void Search()
        {
            index.Search(vectors.AsSpan(0, Dimensions), 10, 40, null, results);
            index.Search(vectors.AsSpan(0, Dimensions), 10, 40, filter, results);
        }

        for (var i = 0; i < 100; i++) Search();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) Search();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void ConcurrentSearchesFindTheSame()
    {
        var vectors = TestVectors.Clustered(1, 5000, Dimensions, 20);
        using var index = Build(vectors, Dimensions, new());
        var expected = Enumerable.Range(0, 100).Select(Search).ToArray();

        Parallel.For(0, 2000, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i => Assert.Equal(expected[i % 100], Search(i % 100)));

        Neighbour[] Search(int row)
        {
            var results = new Neighbour[10];
            index.Search(vectors.AsSpan(row * Dimensions, Dimensions), 10, 40, null, results);
            return results;
        }
    }

    [Fact]
    public void BuildsAreCanceled()
    {
        var vectors = TestVectors.Clustered(1, 20_000, Dimensions, 20);
        using var cancellation = new CancellationTokenSource();
        var progress = new Progress(done => { if (done >= 2000) cancellation.Cancel(); });

        Assert.Throws<OperationCanceledException>(() =>
            NeighbourIndex.Build(vectors, Dimensions, new(), 2, progress, cancellation.Token));

        Assert.InRange(progress.Last, 2000, 10_000);
    }

    [Fact]
    public void ProgressEndsWithTheNumberOfVectors()
    {
        var progress = new Progress(_ => { });
        NeighbourIndex.Build(TestVectors.Clustered(1, 2000, 4, 20), 4, new(), 2, progress, default).Dispose();
        Assert.Equal(2000, progress.Last);
    }

    [Theory]
    [InlineData(VectorFormat.Float32)]
    [InlineData(VectorFormat.Int8)]
    public void SizeIsEstimated(VectorFormat format)
    {
        var options = new NeighbourOptions { Format = format, ConstructionCandidates = 20 };
        using var index = Build(TestVectors.Clustered(1, 5000, 128, 20), 128, options);
        using var stream = new MemoryStream();
        index.Save(stream);

        var estimate = NeighbourIndex.EstimateBytes(5000, 128, options);

        Assert.Equal(index.Size, estimate);
        Assert.InRange(stream.Length, estimate, estimate + 4096);
    }

    [Fact]
    public void AnIndexOf8BitNumbersIsLessThanHalfAsLargeAndFindsAlmostTheSame()
    {
        var vectors = TestVectors.Clustered(1, 10_000, 128, 20);
        var queries = TestVectors.Clustered(2, 100, 128, 20);
        using var wide = Build(vectors, 128, new() { ConstructionCandidates = 60 });
        using var narrow = Build(vectors, 128, new() { ConstructionCandidates = 60, Format = VectorFormat.Int8 });

        Assert.True(narrow.Vectors.Size * 3.5 <= wide.Vectors.Size, $"{narrow.Vectors.Size}");
        Assert.True(narrow.Size <= 0.45 * wide.Size, $"{narrow.Size}");
        var exact = TestVectors.Recall(wide, vectors, queries, 10, 60);
        var approximate = TestVectors.Recall(narrow, vectors, queries, 10, 60);
        Assert.True(approximate >= exact - 0.01, $"{exact} {approximate}");
    }

    private static NeighbourIndex Build(float[] vectors, int dimensions, NeighbourOptions options) =>
        NeighbourIndex.Build(vectors, dimensions, options, 2, null, default);

    private sealed class Progress(Action<int> report) : IProgress<int>
    {
        public int Last { get; private set; }

        public void Report(int value)
        {
            Last = value;
            report(value);
        }
    }
}
