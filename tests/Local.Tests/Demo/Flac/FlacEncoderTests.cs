using System.Runtime.InteropServices;
using FsCheck;
using FsCheck.Fluent;
using Spotify.Demo.Flac;
using Spotify.Fixtures;

namespace Spotify.Local.Tests.Demo.Flac;

public sealed class FlacEncoderTests
{
    public static TheoryData<string, int> Signals()
    {
        var data = new TheoryData<string, int>();
        foreach (var signal in new[] { "silence", "noise", "quiet noise", "sine", "square", "impulse", "ramp", "opposite" })
        {
            foreach (var channels in new[] { 1, 2 })
                data.Add(signal, channels);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Signals))]
    public void A_stream_decodes_to_the_same_samples(string signal, int channels)
    {
        var pcm = Signal(signal, 10_007, channels);
        AssertRoundTrip(pcm, channels);
    }

    [ToolTheory("ffmpeg")]
    [MemberData(nameof(Signals))]
    public async Task Ffmpeg_decodes_a_stream_to_the_same_samples(string signal, int channels)
    {
        var pcm = Signal(signal, 100_003, channels);
        Assert.Equal(pcm, await DecodeByFfmpegAsync(Encode(pcm, channels)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(15)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(8192)]
    public void Every_length_is_kept(int length)
    {
        foreach (var channels in new[] { 1, 2 })
        {
            var pcm = Signal("sine", length, channels);
            AssertRoundTrip(pcm, channels);
        }
    }

    [ToolTheory("ffmpeg")]
    [InlineData(1)]
    [InlineData(17)]
    [InlineData(4097)]
    public async Task Ffmpeg_decodes_every_length(int length)
    {
        foreach (var channels in new[] { 1, 2 })
        {
            var pcm = Signal("sine", length, channels);
            Assert.Equal(pcm, await DecodeByFfmpegAsync(Encode(pcm, channels)));
        }
    }

    [Fact]
    public void Frame_numbers_of_one_and_two_bytes_are_written()
    {
        // 130 frames: the number needs more than seven bits.
        var pcm = Signal("silence", 130 * 4096, 1);
        AssertRoundTrip(pcm, 1);
    }

    [ToolFact("ffmpeg")]
    public async Task Frame_numbers_of_three_bytes_are_understood_by_ffmpeg()
    {
        // 2050 frames: the number needs more than eleven bits.
        var pcm = Signal("silence", 2050 * 4096, 1);
        Assert.Equal(pcm, await DecodeByFfmpegAsync(Encode(pcm, 1)));
    }

    [Fact]
    public void Random_samples_are_decoded_unchanged()
    {
        // Random steps of random size cover every predictor order, parameter and stereo form.
        var streams = ArbMap.Default.GeneratorFor<int>().Three().ToArbitrary();
        Prop.ForAll(streams, seeds =>
        {
            var random = new Random(seeds.Item1);
            var channels = 1 + (seeds.Item2 & 1);
            var pcm = new short[random.Next(0, 6000) * channels];
            var smoothness = random.Next(0, 5);
            var volume = Math.Pow(2, random.Next(0, 16));
            var state = new double[5];
            for (var i = 0; i < pcm.Length; i++)
            {
                state[0] = ((random.NextDouble() * 2) - 1) * volume;
                for (var k = 1; k < state.Length; k++)
                    state[k] = (state[k] * 0.9) + (state[k - 1] * 0.5);
                pcm[i] = (short)Math.Clamp(state[smoothness], short.MinValue, short.MaxValue);
            }
            return FlacDecoder.Decode(Encode(pcm, channels)).Samples.AsSpan().SequenceEqual(pcm);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(60));
    }

    [Fact]
    public void Extreme_samples_are_decoded_unchanged()
    {
        var random = new Random(7);
        var pcm = new short[9000];
        for (var i = 0; i < pcm.Length; i++)
            pcm[i] = random.Next(3) switch { 0 => short.MinValue, 1 => short.MaxValue, _ => (short)random.Next(-1, 2) };
        AssertRoundTrip(pcm, 2);
    }

    [Fact]
    public void Equal_samples_give_equal_bytes()
    {
        var pcm = Signal("quiet noise", 20_000, 2);
        Assert.Equal(Encode(pcm, 2), Encode(pcm, 2));
    }

    [Fact]
    public void Predictable_sound_shrinks_and_noise_hardly_grows()
    {
        Assert.InRange(Encode(Signal("sine", 44_100, 2), 2).Length, 0, 44_100 * 4 / 2);
        Assert.InRange(Encode(Signal("silence", 44_100, 2), 2).Length, 0, 500);
        Assert.InRange(Encode(Signal("noise", 44_100, 2), 2).Length, 0, (44_100 * 4) + 500);
    }

    [Fact]
    public void One_sided_stereo_costs_little_more_than_mono()
    {
        var mono = Signal("quiet noise", 40_000, 1);
        var stereo = mono.SelectMany(sample => new[] { sample, sample }).ToArray();
        Assert.InRange(Encode(stereo, 2).Length, 0, Encode(mono, 1).Length + 400);
    }

    [Fact]
    public void Invalid_channels_are_rejected()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => FlacEncoder.Encode(Stream.Null, new short[6], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => FlacEncoder.Encode(Stream.Null, new short[6], 3));
        Assert.Throws<ArgumentException>(() => FlacEncoder.Encode(Stream.Null, new short[5], 2));
    }

    private static void AssertRoundTrip(short[] pcm, int channels)
    {
        var decoded = FlacDecoder.Decode(Encode(pcm, channels));
        Assert.Equal(channels, decoded.Channels);
        Assert.Equal(pcm, decoded.Samples);
    }

    private static byte[] Encode(short[] pcm, int channels)
    {
        using var stream = new MemoryStream();
        FlacEncoder.Encode(stream, pcm, channels);
        return stream.ToArray();
    }

    private static async Task<short[]> DecodeByFfmpegAsync(byte[] flac) =>
        MemoryMarshal.Cast<byte, short>(await FfmpegPipe.DecodeAsync(flac, "flac", "-f", "s16le", "-c:a", "pcm_s16le")).ToArray();

    private static short[] Signal(string name, int length, int channels)
    {
        var random = new Random(42);
        var pcm = new short[length * channels];
        for (var i = 0; i < pcm.Length; i++)
        {
            var (time, channel) = (i / channels, i % channels);
            pcm[i] = name switch
            {
                "silence" => 0,
                "noise" => (short)random.Next(short.MinValue, short.MaxValue + 1),
                "quiet noise" => (short)random.Next(-100, 101),
                "sine" => (short)(20_000 * Math.Sin(2 * Math.PI * 440 * (channel + 1) * time / 44_100)),
                "square" => time / 50 % 2 == 0 ? short.MaxValue : short.MinValue,
                "impulse" => time == 5000 ? short.MaxValue : (short)0,
                "ramp" => (short)((time * 3) + (channel * 11)),
                "opposite" => (short)((channel == 0 ? 1 : -1) * (time / 50 % 2 == 0 ? 32_767 : -32_767)),
                _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
            };
        }
        return pcm;
    }
}
