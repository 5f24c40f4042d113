using Spotify.Recommendations.Neighbours;
using Spotify.Recommendations.Publishing;
using Spotify.Recommendations.Vectors;

namespace Spotify.Recommendations.Tests.Neighbours;

public sealed class NeighbourFileTests : IDisposable
{
    private const int Dimensions = 6;

    private readonly string directory = Directory.CreateTempSubdirectory("neighbours-").FullName;

    [Theory]
    [InlineData(VectorFormat.Float32, Similarity.InnerProduct)]
    [InlineData(VectorFormat.Int8, Similarity.Cosine)]
    public void FilesKeepTheIndex(VectorFormat format, Similarity similarity)
    {
        var vectors = TestVectors.Clustered(1, 5000, Dimensions, 20);
        // A repeated vector.
        vectors.AsSpan(0, Dimensions).CopyTo(vectors.AsSpan(4000 * Dimensions));
        using var index = NeighbourIndex.Build(vectors, Dimensions, new() { Format = format, Similarity = similarity }, 2, null, default);
        using var first = NeighbourIndex.Open(Save(index));
        using var second = NeighbourIndex.Open(Path.Combine(directory, "index"));

        Assert.Equal(similarity, first.Similarity);
        Assert.Equal(format, first.Vectors.Format);
        Assert.Equal(index.Size, first.Size);
        for (var row = 0; row < 100; row++)
        {
            var expected = Search(index, vectors, row);
            Assert.Equal(expected, Search(first, vectors, row));
            Assert.Equal(expected, Search(second, vectors, row));
        }
    }

    [Fact]
    public void AnEmptyIndexIsKept()
    {
        using var index = NeighbourIndex.Build([], 3, new(), 1, null, default);
        using var copy = NeighbourIndex.Open(Save(index));

        Assert.Equal(0, copy.Search([1, 2, 3], 5, 5, null, []));
    }

    [Fact]
    public void EveryTruncationIsDetected()
    {
        var path = SaveSmall();
        var content = File.ReadAllBytes(path);
        for (var length = 0; length < content.Length; length++)
        {
            File.WriteAllBytes(path, content[..length]);
            var error = Assert.Throws<InvalidDataException>(() => NeighbourIndex.Open(path));
            Assert.Contains(path, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void FlippedBitsAreDetected()
    {
        var path = SaveSmall();
        var content = File.ReadAllBytes(path);
        var random = new Random(1);
        for (var i = 0; i < 1000; i++)
        {
            var damaged = content.ToArray();
            for (var flips = random.Next(1, 4); flips > 0; flips--) damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            if (damaged.AsSpan().SequenceEqual(content)) continue;
            File.WriteAllBytes(path, damaged);
            var error = Assert.Throws<InvalidDataException>(() => NeighbourIndex.Open(path));
            Assert.Contains(path, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void FilesOfOtherKindsAndMissingFilesAreRejected()
    {
        var path = Path.Combine(directory, "other");
        Assert.Throws<FileNotFoundException>(() => NeighbourIndex.Open(path));
        File.WriteAllText(path, new string('x', 1000));
        Assert.Throws<InvalidDataException>(() => NeighbourIndex.Open(path));
    }

    [Fact]
    public void FilesOfAnotherVersionAreRejected()
    {
        var path = Path.Combine(directory, "other");
        using (var stream = File.Create(path)) new SectionWriter(stream, new("neighbours", 2)).Complete();

        var error = Assert.Throws<NotSupportedException>(() => NeighbourIndex.Open(path));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SearchesGoOnWhileOtherIndexesAreOpenedAndDisposed()
    {
        var vectors = TestVectors.Clustered(1, 3000, Dimensions, 20);
        using var built = NeighbourIndex.Build(vectors, Dimensions, new(), 2, null, default);
        var path = Save(built);
        var expected = Search(built, vectors, 0);
        var current = NeighbourIndex.Open(path);
        var searches = 0;
        Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
        {
            if (i % 20 == 0)
            {
                Interlocked.Exchange(ref current, NeighbourIndex.Open(path)).Dispose();
                return;
            }

            try
            {
                Assert.Equal(expected, Search(Volatile.Read(ref current), vectors, 0));
                Interlocked.Increment(ref searches);
            }
            catch (ObjectDisposedException)
            {
                // Disposed before the search began.
            }
        });
        current.Dispose();

        Assert.True(searches > 0);
        Assert.Throws<ObjectDisposedException>(() => Search(current, vectors, 0));
        Assert.Throws<ObjectDisposedException>(() => current.Save(Stream.Null));
        Assert.Throws<ObjectDisposedException>(() => current.Vectors.Dot(0, new float[Dimensions]));
        current.Dispose();
    }

    [Fact]
    public void AnIndexInUseOutlivesItsFile()
    {
        var vectors = TestVectors.Clustered(1, 3000, Dimensions, 20);
        using var built = NeighbourIndex.Build(vectors, Dimensions, new(), 2, null, default);
        using var index = NeighbourIndex.Open(Save(built));
        File.Delete(Path.Combine(directory, "index"));

        Assert.Equal(Search(built, vectors, 7), Search(index, vectors, 7));
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);

    private string SaveSmall()
    {
        using var index = NeighbourIndex.Build(TestVectors.Clustered(1, 10, 3, 3), 3, new() { Links = 4 }, 1, null, default);
        return Save(index);
    }

    private string Save(NeighbourIndex index)
    {
        var path = Path.Combine(directory, "index");
        using var stream = File.Create(path);
        index.Save(stream);
        return path;
    }

    private static Neighbour[] Search(NeighbourIndex index, float[] vectors, int row)
    {
        var results = new Neighbour[10];
        index.Search(vectors.AsSpan(row * Dimensions, Dimensions), 10, 40, null, results);
        return results;
    }
}
