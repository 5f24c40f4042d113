using FsCheck;
using FsCheck.Fluent;
using Spotify.Events.Sketches;

namespace Spotify.Domain.Tests.Events;

public sealed class SketchTests
{
    private const int Capacity = 10;

    // Skewed, and with more distinct items than there are counters.
    private static readonly Gen<(UInt128 Item, int Count)> Additions =
        from item in Gen.OneOf(Gen.Choose(0, 5), Gen.Choose(0, 200))
        from count in Gen.Choose(1, 20)
        select ((UInt128)item, count);

    private static readonly Arbitrary<(UInt128 Item, int Count)[][]> Streams = Additions.ArrayOf(300).ArrayOf().ToArbitrary();

    [Fact]
    public void Frequent_items_have_the_stated_error_after_merges_in_any_order() =>
        Prop.ForAll(Streams, Gen.Choose(0, int.MaxValue).ToArbitrary(), (streams, seed) =>
        {
            var random = new System.Random(seed);
            var exact = streams.SelectMany(stream => stream).GroupBy(one => one.Item)
                .ToDictionary(group => group.Key, group => group.Sum(one => (long)one.Count));
            var parts = streams.Select(Summary).Append(new FrequentItems(Capacity)).ToList();

            // A random tree of merges, with encodings on the way.
            while (parts.Count > 1)
            {
                var part = parts[random.Next(parts.Count)];
                parts.Remove(part);
                parts[random.Next(parts.Count)].Merge(random.Next(2) == 0 ? part : FrequentItems.Decode(part.Encode()));
            }

            var summary = FrequentItems.Decode(parts[0].Encode());
            Assert.Equal(exact.Values.Sum(), summary.Total);
            Assert.InRange(summary.MaxError, 0, summary.Total / (Capacity + 1));
            Assert.InRange(summary.Items.Count, 0, Capacity);
            foreach (var (item, count) in exact) Assert.InRange(count - summary.CountOf(item), 0, summary.MaxError);
            Assert.All(summary.Items, entry => Assert.InRange(entry.Count, 1, exact[entry.Item]));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Frequent_items_are_exact_while_they_fit()
    {
        var (left, right) = (new FrequentItems(Capacity), new FrequentItems(Capacity));
        for (var i = 0; i < Capacity; i++)
        {
            left.Add((UInt128)i, i + 1);
            right.Add((UInt128)i, 100);
        }

        var bytes = left.Encode();
        left.Merge(right);
        Assert.Equal(0, left.MaxError);
        Assert.Equal(Enumerable.Range(0, Capacity).Select(i => ((UInt128)i, 101L + i)).Reverse(), left.Items);
        Assert.NotEqual(bytes, left.Encode());
    }

    [Fact]
    public void Frequent_items_have_bounded_memory()
    {
        var summary = new FrequentItems(1000);
        for (var i = 0; i < 100_000; i++)
        {
            summary.Add((UInt128)i << 64);
            if (i % 1000 == 0) Assert.InRange(summary.Items.Count, 0, 2000);
        }

        Assert.InRange(summary.Encode().Length, 0, 20_000);
    }

    [Fact]
    public void A_copy_is_independent()
    {
        var (summary, sketch) = (Summary([((UInt128)1, 1)]), new CountMin());
        summary.Clone().Add(1);
        sketch.Clone().Add(1, 1);
        Assert.Equal((1, 1, 0), (summary.CountOf(1), summary.Total, sketch.Estimate(1)));
    }

    [Fact]
    public void Count_min_is_the_same_after_merges_in_any_order() =>
        Prop.ForAll(Streams, Gen.Choose(0, int.MaxValue).ToArbitrary(), (streams, seed) =>
        {
            var random = new System.Random(seed);
            var whole = new CountMin();
            foreach (var (item, count) in streams.SelectMany(stream => stream)) whole.Add(item, count);
            var parts = streams.Select(stream =>
            {
                var part = new CountMin();
                foreach (var (item, count) in stream) part.Add(item, count);
                return part;
            }).ToArray();
            random.Shuffle(parts);
            var merged = new CountMin();
            foreach (var part in parts) merged.Merge(CountMin.Decode(part.Encode()));
            Assert.Equal(whole.Encode(), merged.Encode());
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Count_min_has_the_stated_error(int seed)
    {
        // More items than cells, so that all of them collide; each stream that ended was removed again.
        var random = new System.Random(seed);
        var sketch = new CountMin();
        var exact = new Dictionary<UInt128, long>();
        for (var i = 0; i < 100_000; i++)
        {
            var item = new UInt128((ulong)random.NextInt64(), (ulong)Math.Pow(10_000, random.NextDouble()));
            var stays = random.Next(3) == 0 ? 0 : 1;
            sketch.Add(item, 1);
            if (stays == 0) sketch.Add(item, -1);
            exact[item] = exact.GetValueOrDefault(item) + stays;
        }

        Assert.Equal(exact.Values.Sum(), sketch.Total);
        var errors = exact.Select(entry => sketch.Estimate(entry.Key) - entry.Value).ToList();
        Assert.All(errors, error => Assert.True(error >= 0));
        var bound = Math.E / CountMin.Width * sketch.Total;
        Assert.InRange(errors.Count(error => error > bound), 0, errors.Count * Math.Exp(-CountMin.Depth));
        Assert.InRange(sketch.Encode().Length, 0, 60_000);
    }

    [Fact]
    public void Estimates_are_never_negative()
    {
        var sketch = new CountMin();
        sketch.Add(7, -3);
        Assert.Equal(0, CountMin.Decode(sketch.Encode()).Estimate(7));
    }

    [Fact]
    public void Corruption_is_detected() => Prop.ForAll(Additions.NonEmptyListOf().ToArbitrary(), Gen.Choose(0, int.MaxValue).ToArbitrary(),
        (stream, where) =>
        {
            var sketch = new CountMin();
            foreach (var (item, count) in stream) sketch.Add(item, count);
            byte[][] documents = [sketch.Encode(), Summary(stream).Encode()];
            foreach (var bytes in documents) bytes[where % bytes.Length] ^= (byte)(1 << (where % 8));
            Assert.Throws<InvalidDataException>(() => CountMin.Decode(documents[0]));
            Assert.Throws<InvalidDataException>(() => FrequentItems.Decode(documents[1]));
        }).QuickCheckThrowOnFailure();

    private static FrequentItems Summary(IEnumerable<(UInt128 Item, int Count)> stream)
    {
        var summary = new FrequentItems(Capacity);
        foreach (var (item, count) in stream) summary.Add(item, count);
        return summary;
    }
}
