using FsCheck;
using FsCheck.Fluent;
using Spotify.Player;
using Xunit.Abstractions;

namespace Spotify.Domain.Tests.Player;

public sealed class ShuffleOrderTests(ITestOutputHelper output)
{
    /// <summary>Lists with few artists, so that one of them often has more than half.</summary>
    private static readonly Arbitrary<(long Seed, List<ShuffleItem> Items)> Lists = ArbMap.Default
        .ArbFor<(long Seed, byte Artists, List<byte> Picks)>().Generator
        .Select(sample => (
            sample.Seed & ShuffleOrder.MaxSeed,
            sample.Picks.Select((pick, i) => new ShuffleItem($"k{i}", Artist(pick, sample.Artists))).ToList()))
        .ToArbitrary();

    [Fact]
    public void Order_is_a_permutation_with_the_minimum_of_adjacent_items_of_an_artist() => Prop.ForAll(Lists, list =>
    {
        var order = ShuffleOrder.Order(list.Seed, list.Items);
        var most = list.Items.Count == 0 ? 0 : list.Items.GroupBy(item => item.Artist ?? item.Key).Max(artist => artist.Count());
        return order.Order().SequenceEqual(Enumerable.Range(0, list.Items.Count))
            && AdjacentPairs(order, list.Items) == Math.Max(0, most - (list.Items.Count - most) - 1);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void Order_depends_on_the_seed_and_on_the_set_of_items_only() => Prop.ForAll(Lists, list =>
    {
        var keys = Keys(list.Seed, list.Items);
        var reversed = list.Items.AsEnumerable().Reverse().ToList();
        return keys.SequenceEqual(Keys(list.Seed, list.Items)) && keys.SequenceEqual(Keys(list.Seed, reversed));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Order_stays_the_same_in_later_versions()
    {
        // A continued playback must not jump when the code is deployed.
        var items = Enumerable.Range(0, 12).Select(i => new ShuffleItem($"k{i}", $"a{i % 4}")).ToList();
        Assert.Equal("k0 k6 k7 k9 k8 k10 k11 k5 k4 k2 k3 k1", string.Join(' ', Keys(42, items)));
    }

    [Fact]
    public void Seeds_give_different_orders()
    {
        var items = Playlist(50, 20);
        var seeds = Enumerable.Range(0, 200).Aggregate(new List<long> { 7 }, (list, _) => [.. list, ShuffleOrder.SeedAfter(list[^1])]);
        Assert.Equal(seeds.Count, seeds.Distinct().Count());
        Assert.All(seeds, seed => Assert.InRange(seed, 0, ShuffleOrder.MaxSeed));
        Assert.Equal(seeds.Count, seeds.Select(seed => string.Join(' ', Keys(seed, items))).Distinct().Count());
    }

    [Fact]
    public void Every_item_is_first_about_equally_often()
    {
        var items = Enumerable.Range(0, 10).Select(i => new ShuffleItem($"spotify:track:{i}", $"artist{i}")).ToList();
        var firsts = Enumerable.Range(0, 5000).CountBy(seed => ShuffleOrder.Order(seed, items)[0]).ToDictionary();
        Assert.All(Enumerable.Range(0, 10), i => Assert.InRange(firsts.GetValueOrDefault(i), 400, 600));
    }

    [Theory]
    [InlineData(50, 12)]
    [InlineData(100, 30)]
    [InlineData(1000, 200)]
    public void Items_of_an_artist_are_spread_over_a_realistic_list(int count, int artists)
    {
        var items = Playlist(count, artists);
        var (pairs, worst, shuffledPairs) = (0, 0.0, 0);
        for (var seed = 0; seed < 50; seed++)
        {
            var order = ShuffleOrder.Order(seed, items);
            pairs += AdjacentPairs(order, items);
            var random = Enumerable.Range(0, count).ToArray();
            new Random(seed).Shuffle(random);
            shuffledPairs += AdjacentPairs(random, items);
            foreach (var artist in order.Select((item, place) => (items[item].Artist, Place: place)).GroupBy(item => item.Artist))
            {
                var places = artist.Select(item => item.Place).ToList();
                if (places.Count < 4) continue;
                var gap = places.Zip(places.Skip(1), (a, b) => b - a).Max();
                worst = Math.Max(worst, gap / ((double)count / places.Count));
            }
        }

        output.WriteLine($"{count} items of {artists} artists: {pairs / 50.0} adjacent pairs, {shuffledPairs / 50.0} without spreading; "
            + $"the longest pause of an artist is {worst:F2} times the mean");
        Assert.Equal(0, pairs);
        Assert.InRange(worst, 1, 2.5);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void An_added_or_removed_item_moves_hardly_any_other(int change)
    {
        var (kept, neighbors) = (0.0, 0.0);
        for (var seed = 0; seed < 50; seed++)
        {
            var more = Playlist(200, 60);
            var fewer = more.Where((_, i) => i != seed).ToList();
            var (before, after) = change < 0 ? (more, fewer) : (fewer, more);
            var (first, second) = (Keys(seed, before), Keys(seed, after));
            var common = first.Intersect(second).ToList();
            var following = second.Intersect(first).Zip(second.Intersect(first).Skip(1)).ToHashSet();
            kept += (double)LongestCommon(common, [.. second.Intersect(first)]) / common.Count / 50;
            neighbors += (double)common.Zip(common.Skip(1)).Count(following.Contains) / (common.Count - 1) / 50;
        }

        output.WriteLine($"{kept:P1} of the items stay in order, {neighbors:P1} of the neighbors stay neighbors");
        Assert.InRange(kept, 0.9, 1);
        Assert.InRange(neighbors, 0.8, 1);
    }

    [Fact]
    public void Ten_thousand_items_take_milliseconds()
    {
        var items = Playlist(10_000, 2000);
        ShuffleOrder.Order(1, items);
        var best = Enumerable.Range(2, 10).Min(seed =>
        {
            var start = TimeProvider.System.GetTimestamp();
            ShuffleOrder.Order(seed, items);
            return TimeProvider.System.GetElapsedTime(start);
        });
        output.WriteLine($"10,000 items: {best.TotalMilliseconds:F1} ms");
        // The margin is for a busy machine.
        Assert.InRange(best.TotalMilliseconds, 0, 200);
    }

    private static string? Artist(byte pick, byte artists) => pick == 255 ? null : $"a{Math.Min(pick, (byte)(pick % (artists + 1)))}";

    /// <summary>A list in which few artists have many items.</summary>
    private static List<ShuffleItem> Playlist(int count, int artists)
    {
        var random = new Random(count);
        return [.. Enumerable.Range(0, count).Select(i => new ShuffleItem(
            $"spotify:track:{i}", $"artist{(int)(artists * Math.Pow(random.NextDouble(), 2))}"))];
    }

    private static List<string> Keys(long seed, List<ShuffleItem> items) =>
        [.. ShuffleOrder.Order(seed, items).Select(i => items[i].Key)];

    private static int AdjacentPairs(int[] order, List<ShuffleItem> items) =>
        order.Zip(order.Skip(1)).Count(pair => items[pair.First].Artist is { } artist && artist == items[pair.Second].Artist);

    private static int LongestCommon(List<string> one, List<string> other)
    {
        var places = other.Select((key, place) => (key, place)).ToDictionary();
        var tails = new List<int>();
        foreach (var place in one.Select(key => places[key]))
        {
            var at = tails.BinarySearch(place);
            if (~at == tails.Count) tails.Add(place);
            else tails[~at] = place;
        }

        return tails.Count;
    }
}
