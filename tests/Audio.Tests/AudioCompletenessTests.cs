namespace Spotify.Audio.Tests;

public sealed class AudioCompletenessTests
{
    private static readonly byte[] Page = [.. "OggS"u8, 0, 4, .. new byte[20], 2, 255, 10, .. new byte[265]];

    [Fact]
    public void Whole_files_pass()
    {
        Check([]);
        Check("fLaC"u8.ToArray());
        Check([.. Page, .. Page]);
        Check(Wav(100, 100));
    }

    [Fact]
    public void What_taggers_hang_on_is_no_page() => Check([.. Page, .. "TAG"u8, .. new byte[125]]);

    [Fact]
    public void An_Ogg_stream_that_stops_within_a_page_is_cut_short()
    {
        byte[] stream = [.. Page, .. Page];
        for (var length = Page.Length + 4; length < stream.Length; length++)
            Assert.Contains("cut short", Assert.Throws<InvalidAudioException>(() => Check(stream[..length])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_WAV_file_with_fewer_samples_than_promised_is_cut_short() =>
        Assert.Contains("60 of 100 bytes", Assert.Throws<InvalidAudioException>(() => Check(Wav(100, 60))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_WAV_file_of_a_recorder_that_could_not_go_back_passes() => Check(Wav(uint.MaxValue, 60));

    private static void Check(byte[] file) => AudioCompleteness.Check(new MemoryStream(file));

    private static byte[] Wav(uint promised, int present) =>
        [.. "RIFF"u8, 0, 0, 0, 0, .. "WAVEfmt "u8, 16, 0, 0, 0, .. new byte[16], .. "data"u8, .. BitConverter.GetBytes(promised), .. new byte[present]];
}
