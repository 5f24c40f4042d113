using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Primitives;
using Spotify.Web.Files;

namespace Spotify.Local.Tests.Edge;

public class ByteRangesTests
{
    private const string Huge = "99999999999999999999999999999999";

    [Theory]
    [InlineData("bytes=0-0", "0-0")]
    [InlineData("bytes=0-499", "0-499")]
    [InlineData("bytes=500-999", "500-999")]
    [InlineData("bytes=500-", "500-999")]
    [InlineData("bytes=500-5000", "500-999")]
    [InlineData("bytes=500-" + Huge, "500-999")]
    [InlineData("bytes=500-9223372036854775807", "500-999")]
    [InlineData("bytes=-500", "500-999")]
    [InlineData("bytes=-1", "999-999")]
    [InlineData("bytes=-1000", "0-999")]
    [InlineData("bytes=-5000", "0-999")]
    [InlineData("bytes=-" + Huge, "0-999")]
    [InlineData("bytes=000-0009", "0-9")]
    [InlineData("BYTES=0-9", "0-9")]
    [InlineData("bytes= 0-9 \t", "0-9")]
    [InlineData("bytes=,,0-9,,", "0-9")]
    [InlineData("bytes=0-9,1000-", "0-9")]
    [InlineData("bytes=0-9, -0", "0-9")]
    [InlineData("bytes=0-0,-1", "0-0 999-999")]
    [InlineData("bytes=-1,0-0", "999-999 0-0")]
    [InlineData("bytes=0-9\t,\t20-29 ,40-49", "0-9 20-29 40-49")]
    [InlineData("bytes=0-9,5-14", "0-14")]
    [InlineData("bytes=0-9,10-19", "0-19")]
    [InlineData("bytes=0-9,0-9", "0-9")]
    [InlineData("bytes=50-59,0-9,5-14", "0-14 50-59")]
    [InlineData("bytes=0-,0-9,500-", "0-999")]
    public void Parses_the_ranges(string header, string expected) => Assert.Equal(expected, Show(ByteRanges.Parse(header, 1000)));

    [Theory]
    [InlineData("bytes=1000-")]
    [InlineData("bytes=1000-2000")]
    [InlineData("bytes=" + Huge + "-")]
    [InlineData("bytes=" + Huge + "-" + Huge)]
    [InlineData("bytes=-0")]
    [InlineData("bytes=-0,1000-,5000-6000")]
    public void Returns_no_range_if_none_is_satisfiable(string header) => Assert.Equal("", Show(ByteRanges.Parse(header, 1000)));

    [Theory]
    [InlineData("")]
    [InlineData("bytes")]
    [InlineData("bytes=")]
    [InlineData("bytes=,")]
    [InlineData("bytes=-")]
    [InlineData("bytes=--1")]
    [InlineData("bytes=9-0")]
    [InlineData("bytes=0-9,9-0")]
    [InlineData("bytes=0")]
    [InlineData("bytes=a-b")]
    [InlineData("bytes=0x1-2")]
    [InlineData("bytes=+1-2")]
    [InlineData("bytes=1 - 2")]
    [InlineData("bytes=1-2;")]
    [InlineData("bytes=1-2-3")]
    [InlineData("bytes=١-٢")]
    [InlineData("bytes =0-9")]
    [InlineData("bytes:0-9")]
    [InlineData("seconds=0-9")]
    [InlineData("0-9")]
    public void Ignores_invalid_headers(string header) => Assert.Null(ByteRanges.Parse(header, 1000));

    [Fact]
    public void Ignores_a_missing_or_repeated_header()
    {
        Assert.Null(ByteRanges.Parse(StringValues.Empty, 1000));
        Assert.Null(ByteRanges.Parse(new StringValues(["bytes=0-1", "bytes=2-3"]), 1000));
    }

    [Theory]
    [InlineData("bytes=0-", "")]
    [InlineData("bytes=0-0", "")]
    [InlineData("bytes=-0", "")]
    [InlineData("bytes=-1", null)]
    public void Parses_the_ranges_of_an_empty_file(string header, string? expected) =>
        Assert.Equal(expected, Show(ByteRanges.Parse(header, 0)));

    [Fact]
    public void Ignores_a_header_with_too_many_ranges()
    {
        Assert.Equal(ByteRanges.MaxSent, ByteRanges.Parse(Spread(ByteRanges.MaxSent), 1_000_000)!.Count);
        Assert.Null(ByteRanges.Parse(Spread(ByteRanges.MaxSent + 1), 1_000_000));
        Assert.Single(ByteRanges.Parse("bytes=" + string.Join(',', Enumerable.Repeat("0-", ByteRanges.MaxRequested)), 1000)!);
        Assert.Null(ByteRanges.Parse("bytes=" + string.Join(',', Enumerable.Repeat("0-", ByteRanges.MaxRequested + 1)), 1000));

        static string Spread(int count) =>
            "bytes=" + string.Join(',', Enumerable.Range(0, count).Select(i => $"{i * 100}-{(i * 100) + 9}"));
    }

    [Fact]
    public void Returns_every_requested_byte_exactly_once()
    {
        var asked = Gen.Choose(-20, 120).Zip(Gen.Choose(0, 140)).ListOf(5).Select(list => list.ToList());
        Prop.ForAll(Arb.From(asked), list =>
        {
            const int size = 100;
            var specs = list.Select(item => item.Item1 < 0 ? $"{item.Item1}" : $"{item.Item1}-{item.Item1 + item.Item2}");
            var expected = list
                .SelectMany(item => item.Item1 < 0
                    ? Enumerable.Range(size + item.Item1, -item.Item1)
                    : Enumerable.Range(item.Item1, item.Item2 + 1))
                .Where(at => at is >= 0 and < size)
                .Distinct()
                .Order();
            var sent = ByteRanges.Parse("bytes=" + string.Join(',', specs), size)!
                .SelectMany(range => Enumerable.Range((int)range.First, (int)range.Length))
                .Order();
            return expected.SequenceEqual(sent);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Accepts_any_text() => Prop.ForAll<string, NonNegativeInt>((text, size) =>
    {
        foreach (var range in ByteRanges.Parse("bytes=" + text, size.Get) ?? [])
        {
            if (range.First < 0 || range.Last >= size.Get || range.Length < 1) return false;
        }

        return true;
    }).QuickCheckThrowOnFailure();

    private static string? Show(IReadOnlyList<ByteRange>? ranges) =>
        ranges is null ? null : string.Join(' ', ranges.Select(range => $"{range.First}-{range.Last}"));
}
