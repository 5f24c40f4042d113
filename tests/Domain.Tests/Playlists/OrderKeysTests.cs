using FsCheck;
using FsCheck.Fluent;
using Spotify.Domain.Playlists;

namespace Spotify.Domain.Tests.Playlists;

public sealed class OrderKeysTests
{
    [Fact]
    public void Keys_lie_between_their_neighbours_in_the_order_of_their_bytes()
    {
        // Each insertion: where, in thousandths of the list, and how many.
        Prop.ForAll<List<(NonNegativeInt Place, PositiveInt Count)>>(insertions =>
        {
            var keys = new List<string>();
            foreach (var (place, count) in insertions)
            {
                var gap = place.Get % (keys.Count + 1);
                keys.InsertRange(gap, OrderKeys.Between(gap > 0 ? keys[gap - 1] : null, gap < keys.Count ? keys[gap] : null, count.Get)!);
            }

            return keys.Zip(keys.Skip(1)).All(pair => string.CompareOrdinal(pair.First, pair.Second) < 0)
                && keys.All(key => key.Length > 0 && key[^1] != '0' && key.All(char.IsAsciiLetterOrDigit));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_hundred_thousand_at_either_end_have_four_digits_each(bool first)
    {
        string? end = null;
        for (var i = 0; i < 100_000; i++)
        {
            var key = OrderKeys.Between(first ? null : end, first ? end : null, 1)![0];
            Assert.True(key.Length <= 4 && (end is null || string.CompareOrdinal(key, end) < 0 == first));
            end = key;
        }
    }

    [Fact]
    public void Ten_thousand_at_once_have_four_digits_each() => Assert.All(OrderKeys.Between(null, null, 10_000)!, key => Assert.InRange(key.Length, 1, 4));

    [Fact]
    public void The_same_place_costs_a_digit_every_six_times()
    {
        var (lower, upper) = ("V", "W");
        for (var i = 1; i <= 300; i++)
        {
            var key = OrderKeys.Between(lower, upper, 1)![0];
            Assert.True(key.Length <= 2 + (i / 5), $"{key} after {i}");
            if (i % 2 == 0) lower = key;
            else upper = key;
        }
    }

    [Theory]
    [InlineData(null, "0000")]
    [InlineData("A", "A0")]
    [InlineData("A00", "A000")]
    [InlineData("B", "A")]
    public void Where_nothing_fits_there_are_no_keys(string? lower, string upper) => Assert.Null(OrderKeys.Between(lower, upper, 1));

    [Fact]
    public void Keys_that_end_in_zeros_are_good_neighbours()
    {
        var keys = OrderKeys.Between("00000", "00001", 3)!;
        Assert.All(keys, key => Assert.True(string.CompareOrdinal("00000", key) < 0 && string.CompareOrdinal(key, "00001") < 0));
    }
}
