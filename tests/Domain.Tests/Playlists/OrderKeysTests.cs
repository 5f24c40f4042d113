using FsCheck;
using FsCheck.Fluent;
using Spotify.Domain.Playlists;

namespace Spotify.Domain.Tests.Playlists;

public sealed class OrderKeysTests
{
    [Fact]
    public void Keys_are_between_their_neighbors_in_byte_order()
    {
        Prop.ForAll<List<(NonNegativeInt Position, PositiveInt Count)>>(insertions =>
        {
            var keys = new List<string>();
            foreach (var (position, count) in insertions)
            {
                var gap = position.Get % (keys.Count + 1);
                var (lower, upper) = (gap > 0 ? keys[gap - 1] : null, gap < keys.Count ? keys[gap] : null);
                keys.InsertRange(gap, OrderKeys.Between(lower, upper, count.Get)!);
            }

            return keys.Zip(keys.Skip(1)).All(pair => string.CompareOrdinal(pair.First, pair.Second) < 0)
                && keys.All(key => key.Length > 0 && key[^1] != '0' && key.All(char.IsAsciiLetterOrDigit));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Keys_stay_short_after_a_hundred_thousand_insertions_at_either_end(bool first)
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
    public void Keys_of_ten_thousand_items_inserted_at_once_are_short() =>
        Assert.All(OrderKeys.Between(null, null, 10_000)!, key => Assert.InRange(key.Length, 1, 4));

    [Fact]
    public void Keys_grow_slowly_with_insertions_at_the_same_position()
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
    public void Returns_null_if_there_is_no_key_between(string? lower, string upper) => Assert.Null(OrderKeys.Between(lower, upper, 1));

    [Fact]
    public void Neighbors_can_end_in_zeros()
    {
        var keys = OrderKeys.Between("00000", "00001", 3)!;
        Assert.All(keys, key => Assert.True(string.CompareOrdinal("00000", key) < 0 && string.CompareOrdinal(key, "00001") < 0));
    }
}
