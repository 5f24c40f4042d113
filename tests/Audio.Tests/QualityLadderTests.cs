namespace Spotify.Audio.Tests;

public sealed class QualityLadderTests
{
    [Fact]
    public void TheLadderIsUnchanged() => Assert.Equal(
        [
            "low.ogg audio/ogg 24 22050 1",
            "normal.ogg audio/ogg 96 44100 2",
            "high.ogg audio/ogg 160 44100 2",
            "very_high.ogg audio/ogg 320 44100 2",
            "low.m4a audio/mp4 48 44100 1",
            "normal.m4a audio/mp4 96 44100 2",
            "high.m4a audio/mp4 128 44100 2",
            "very_high.m4a audio/mp4 256 44100 2",
            "lossless.m4a audio/mp4 1411 44100 2",
        ],
        QualityLadder.Rungs.Select(rung => $"{rung.FileName} {rung.ContentType} {rung.BitrateKbps} {rung.SampleRate} {rung.Channels}"));

    [Fact]
    public void RungsAreFoundByQualityAndFileName()
    {
        Assert.Equal(320, QualityLadder.Find(AudioQuality.VeryHigh, Codec.Vorbis)?.BitrateKbps);
        Assert.Null(QualityLadder.Find(AudioQuality.Lossless, Codec.Aac));
        Assert.Equal(Codec.Aac, QualityLadder.FindByFileName("high.m4a")?.Codec);
        Assert.Null(QualityLadder.FindByFileName("HIGH.m4a"));
    }

    [Fact]
    public void QualitiesAboveHighArePremium() => Assert.Equal(
        [AudioQuality.VeryHigh, AudioQuality.Lossless],
        Enum.GetValues<AudioQuality>().Where(quality => quality.PremiumOnly));

    [Fact]
    public void WireNamesRoundTrip()
    {
        Assert.All(Enum.GetValues<AudioQuality>(), quality =>
        {
            Assert.True(AudioQualities.TryParse(quality.WireName, out var parsed));
            Assert.Equal(quality, parsed);
        });
        Assert.All(Enum.GetValues<Codec>(), codec =>
        {
            Assert.True(Codecs.TryParse(codec.WireName, out var parsed));
            Assert.Equal(codec, parsed);
        });
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Low")]
    [InlineData("0")]
    [InlineData("very-high")]
    public void UnknownNamesAreRejected(string? name)
    {
        Assert.False(AudioQualities.TryParse(name, out _));
        Assert.False(Codecs.TryParse(name, out _));
    }
}
