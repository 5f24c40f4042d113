namespace Spotify.Demo.Music.Synthesis;

/// <summary>What is done to whole parts, in place.</summary>
internal static class Effects
{
    /// <summary>Echoes that alternate between left and right and lose their highs.</summary>
    /// <param name="input">What is to be repeated.</param>
    /// <param name="delay">Samples from one echo to the next.</param>
    public static Bus Echo(float[] input, int delay)
    {
        const float Feedback = 0.42f;
        const float Damping = 0.35f;
        var echoes = Bus.Silent(input.Length);
        float left = 0, right = 0;
        for (var i = delay; i < input.Length; i++)
        {
            left += (1 - Damping) * (input[i - delay] + (Feedback * echoes.Right[i - delay]) - left);
            right += (1 - Damping) * (echoes.Left[i - delay] - right);
            echoes.Left[i] = left;
            echoes.Right[i] = right;
        }
        return echoes;
    }

    /// <summary>Makes two channels of one: delayed by times that waver in opposite directions.</summary>
    public static Bus Chorus(float[] input)
    {
        const int Center = 700, Depth = 160;
        var wide = Bus.Silent(input.Length);
        var sine = Wave.Sine.For(440);
        var step = Wave.Increment(0.55);
        uint phase = 0;
        for (var i = 0; i < input.Length; i++)
        {
            phase += step;
            var wander = Depth * Wave.Read(sine, phase);
            wide.Left[i] = (0.6f * input[i]) + (0.6f * Between(input, i - Center - wander));
            wide.Right[i] = (0.6f * input[i]) + (0.6f * Between(input, i - Center + wander));
        }
        return wide;
    }

    /// <summary>Makes two channels of one: loudness wanders between them.</summary>
    public static Bus Tremolo(float[] input)
    {
        const float Depth = 0.22f;
        var wide = Bus.Silent(input.Length);
        var sine = Wave.Sine.For(440);
        var step = Wave.Increment(4.4);
        uint phase = 0;
        for (var i = 0; i < input.Length; i++)
        {
            phase += step;
            var wander = Depth * Wave.Read(sine, phase);
            wide.Left[i] = input[i] * (1 + wander);
            wide.Right[i] = input[i] * (1 - wander);
        }
        return wide;
    }

    /// <summary>Overdrives an amplifier, in place: lows are tightened before it and the highs end with the loudspeaker.</summary>
    public static void Overdrive(float[] samples, float gain)
    {
        var tighten = new StateFilter();
        tighten.Tune(120, 0.7f);
        var presence = new StateFilter();
        presence.Tune(3_600, 0.8f);
        var speaker = new StateFilter();
        speaker.Tune(4_200, 0.7f);
        foreach (ref var sample in samples.AsSpan())
        {
            var x = Math.Clamp(gain * tighten.NextHigh(sample), -3f, 3f);
            // A rational curve close to the hyperbolic tangent.
            var driven = x * (27 + (x * x)) / (27 + (9 * x * x));
            sample = speaker.NextLow(presence.NextLow(driven));
        }
    }

    private static float Between(float[] samples, float position)
    {
        if (position < 0)
            return 0;
        var index = (int)position;
        return samples[index] + ((samples[index + 1] - samples[index]) * (position - index));
    }
}
