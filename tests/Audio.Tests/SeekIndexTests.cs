using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace Spotify.Audio.Tests;

public sealed class SeekIndexTests
{
    private static readonly SeekIndex Index = new(
        Codec.Aac, new SampleCounts(44_100, 154_350, 1024, 270), 100, 24, [new(0, 120), new(1_000, 500), new(2_003, 900)]);

    [Theory]
    [InlineData(-5, 0)]
    [InlineData(0, 0)]
    [InlineData(1_023, 0)]
    [InlineData(1_024, 1_000)]
    [InlineData(2_026, 1_000)]
    [InlineData(2_027, 2_003)]
    [InlineData(1e12, 2_003)]
    public void FindSubtractsThePreroll(double ms, long expected) =>
        Assert.Equal(expected, Index.Find(TimeSpan.FromMilliseconds(ms)).TimeMs);

    [Fact]
    public void FindEqualsALinearSearch() => Prop.ForAll<int, uint[]>((ms, steps) =>
    {
        var time = 0L;
        SeekPoint[] points = [new(0, 10), .. steps.Select(step => new SeekPoint(time += step % 1_500 + 1, 10 + time))];
        var index = new SeekIndex(Codec.Vorbis, new SampleCounts(44_100, time), 5, 0, points);
        return index.Find(TimeSpan.FromMilliseconds(ms)) == points.Where(point => point.TimeMs <= Math.Max(0, ms)).Last();
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void JsonIsCompact() => Assert.Equal(
        """{"version":2,"codec":"aac","sample_rate":44100,"total_samples":154350,"encoder_delay":1024,"encoder_padding":270"""
        + ""","duration_ms":3500,"header_bytes":100,"preroll_ms":24,"times_ms":[0,1000,2003],"offsets":[120,500,900]}""",
        Encoding.UTF8.GetString(Index.ToJson()));

    [Fact]
    public void PaddingShortensTheAudioAndDropsThePointsBehindIt()
    {
        var padded = Index.WithPadding(88_000);
        Assert.Equal(new SampleCounts(44_100, 88_000, 1024, 66_620), padded.Samples);
        Assert.Equal((Index.Samples.Decoded, 1_995, 2), (padded.Samples.Decoded, padded.DurationMs, padded.Points.Count));
        Assert.Throws<ArgumentOutOfRangeException>(() => Index.WithPadding(154_351));
    }

    [Fact]
    public void JsonRoundTrips() => Assert.Equal(Index, SeekIndex.FromJson(Index.ToJson()));

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[1,2")]
    public void InvalidJsonIsRejected(string json) => AssertRejected(json);

    [Theory]
    [InlineData(1, "aac", 1, 0, "[0]", "[0]")]
    [InlineData(2, "mp3", 1, 0, "[0]", "[0]")]
    [InlineData(2, "aac", 0, 0, "[0]", "[0]")]
    [InlineData(2, "aac", 1, 0, "[]", "[]")]
    [InlineData(2, "aac", 1, 0, "[0,1]", "[0]")]
    [InlineData(2, "aac", 1, 0, "[0,1]", "[5,5]")]
    [InlineData(2, "aac", 1, 9, "[0]", "[5]")]
    [InlineData(2, "aac", 1, 0, "null", "[5]")]
    public void InvalidValuesAreRejected(int version, string codec, int sampleRate, int headerBytes, string times, string offsets) =>
        AssertRejected(
            $$"""{"version":{{version}},"codec":"{{codec}}","sample_rate":{{sampleRate}},"total_samples":9,"encoder_delay":0"""
            + $$""","encoder_padding":0,"duration_ms":1,"header_bytes":{{headerBytes}},"preroll_ms":0"""
            + $$""","times_ms":{{times}},"offsets":{{offsets}}}""");

    [Theory]
    [InlineData(542_430, 44_100, 12_300)]
    [InlineData(1, 44_100, 0)]
    [InlineData(23, 44_100, 1)]
    [InlineData(8_640_000_000_000, 48_000, 180_000_000_000)]
    public void DurationsAreRoundedToTheNearestMillisecond(long samples, int rate, long ms) =>
        Assert.Equal(ms, new AudioDuration(samples, rate).TotalMilliseconds);

    private static void AssertRejected(string json) =>
        Assert.ThrowsAny<JsonException>(() => SeekIndex.FromJson(Encoding.UTF8.GetBytes(json)));
}
