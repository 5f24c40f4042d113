namespace Spotify.Demo.Music.Synthesis;

/// <summary>Effects on whole parts.</summary>
internal static class Effects
{
    /// <summary>Returns echoes that alternate between left and right and lose their high frequencies.</summary>
    /// <param name="input">One channel.</param>
    /// <param name="delay">Samples from one echo to the next.</param>
    public static Bus Echo(float[] input, int delay)
    {
        const float Feedback = 0.42f, Pass = 0.65f;
        var echoes = Bus.Silent(input.Length);
        float left = 0, right = 0;
        for (var i = delay; i < input.Length; i++)
        {
            left += Pass * (input[i - delay] + (Feedback * echoes.Right[i - delay]) - left);
            right += Pass * (echoes.Left[i - delay] - right);
            (echoes.Left[i], echoes.Right[i]) = (left, right);
        }

        return echoes;
    }

    /// <summary>Adds copies with delays that vary in opposite directions, left and right.</summary>
    public static Bus Chorus(float[] input)
    {
        const int Center = 700, Depth = 160;
        return Widen(input, 0.55, (i, wave) => (
            0.6f * (input[i] + Between(input, i - Center - (Depth * wave))),
            0.6f * (input[i] + Between(input, i - Center + (Depth * wave)))));
    }

    /// <summary>Moves the sound slowly between left and right.</summary>
    public static Bus Tremolo(float[] input) =>
        Widen(input, 4.4, (i, wave) => (input[i] * (1 + (0.22f * wave)), input[i] * (1 - (0.22f * wave))));

    /// <summary>Applies an overdriven amplifier and its loudspeaker, in place.</summary>
    public static Bus Overdrive(float[] input, float gain)
    {
        StateFilter tighten = default, presence = default, speaker = default;
        tighten.Tune(120, 0.7f);
        presence.Tune(3_600, 0.8f);
        speaker.Tune(4_200, 0.7f);
        foreach (ref var sample in input.AsSpan())
        {
            var x = Math.Clamp(gain * tighten.NextHigh(sample), -3f, 3f);
            // A rational approximation of the hyperbolic tangent.
            sample = speaker.NextLow(presence.NextLow(x * (27 + (x * x)) / (27 + (9 * x * x))));
        }

        return new(input, input);
    }

    private static Bus Widen(float[] input, double frequency, Func<int, float, (float Left, float Right)> at)
    {
        var wide = Bus.Silent(input.Length);
        uint phase = 0, step = Wave.Increment(frequency);
        for (var i = 0; i < input.Length; i++)
            (wide.Left[i], wide.Right[i]) = at(i, Wave.Read(Wave.Sine, phase += step));
        return wide;
    }

    private static float Between(float[] samples, float position)
    {
        if (position < 0) return 0;
        var index = (int)position;
        return samples[index] + ((samples[index + 1] - samples[index]) * (position - index));
    }
}
