using Spotify.Audio.Features;

namespace Spotify.Audio.Tests.Features;

/// <summary>Tests of <see cref="PowerSpectrum"/> against the definition of the transform.</summary>
public sealed class PowerSpectrumTests
{
    [Theory]
    [InlineData(32)]
    [InlineData(512)]
    [InlineData(2048)]
    public void Powers_are_those_of_the_definition(int size)
    {
        var random = new Random(size);
        var samples = Enumerable.Range(0, size).Select(_ => (float)SyntheticMusic.Gaussian(random)).ToArray();
        var power = new float[size / 2];
        new PowerSpectrum(size).Write(samples, power);
        for (var bin = 0; bin < size / 2; bin += Math.Max(1, size / 64))
        {
            var (re, im) = (0.0, 0.0);
            for (var i = 0; i < size; i++)
            {
                var window = (0.5 - (0.5 * Math.Cos(2 * Math.PI * i / size))) * 4 / size;
                re += samples[i] * window * Math.Cos(2 * Math.PI * bin * i / size);
                im -= samples[i] * window * Math.Sin(2 * Math.PI * bin * i / size);
            }

            Assert.Equal((re * re) + (im * im), power[bin], 1e-5);
        }
    }

    [Fact]
    public void A_sine_of_amplitude_1_has_a_peak_of_1()
    {
        var power = new float[1024];
        new PowerSpectrum(2048).Write([.. Enumerable.Range(0, 2048).Select(i => MathF.Sin(2 * MathF.PI * 100 * i / 2048))], power);
        Assert.Equal(1, power[100], 1e-3);
        Assert.Equal(100, Array.IndexOf(power, power.Max()));
    }

    [Theory]
    [InlineData(16)]
    [InlineData(1024)]
    [InlineData(100)]
    public void Other_sizes_are_refused(int size) => Assert.Throws<ArgumentOutOfRangeException>(() => new PowerSpectrum(size));
}
