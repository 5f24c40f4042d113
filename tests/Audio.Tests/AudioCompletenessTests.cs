namespace Spotify.Audio.Tests;

public sealed class AudioCompletenessTests
{
    private static readonly byte[] Page = [.. "OggS"u8, 0, 4, .. new byte[20], 2, 255, 10, .. new byte[265]];

    [Fact]
    public void CompleteFilesPass()
    {
        Check([]);
        Check("fLaC"u8.ToArray());
        Check([.. Page, .. Page]);
        Check(Wav(100, 100));
    }

    [Fact]
    public void BytesAfterTheLastOggPageAreIgnored() => Check([.. Page, .. "TAG"u8, .. new byte[125]]);

    [Fact]
    public void AnOggStreamThatEndsWithinAPageIsTruncated()
    {
        byte[] stream = [.. Page, .. Page];
        for (var length = Page.Length + 4; length < stream.Length; length++)
            AssertInvalid("cut short", stream[..length]);
    }

    [Fact]
    public void AWavFileWithFewerSamplesThanDeclaredIsTruncated() => AssertInvalid("60 of 100 bytes", Wav(100, 60));

    [Fact]
    public void AWavFileWithAnUnknownLengthPasses() => Check(Wav(uint.MaxValue, 60));

    private static void Check(byte[] file) => AudioCompleteness.Check(new MemoryStream(file));

    private static void AssertInvalid(string reason, byte[] file) =>
        Assert.Contains(reason, Assert.Throws<InvalidAudioException>(() => Check(file)).Message, StringComparison.Ordinal);

    private static byte[] Wav(uint declared, int present) =>
    [
        .. "RIFF"u8, 0, 0, 0, 0, .. "WAVEfmt "u8, 16, 0, 0, 0, .. new byte[16],
        .. "data"u8, .. BitConverter.GetBytes(declared), .. new byte[present],
    ];
}
