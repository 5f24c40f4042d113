namespace Spotify.Demo.Music.Synthesis;

/// <summary>
/// A reverb of eight delay lines that feed each other through a Householder matrix (Jot and Chaigne, "Digital delay networks for
/// designing artificial reverberators", AES 1991).
/// </summary>
internal static class Reverb
{
    // Lengths in samples: primes, so that echoes seldom coincide.
    private static readonly int[] Lengths = [1_013, 1_259, 1_523, 1_811, 2_113, 2_411, 2_753, 3_089];

    /// <summary>Returns the reverb of a signal.</summary>
    /// <param name="input">One channel.</param>
    /// <param name="seconds">Time in which it decays by 60 dB.</param>
    public static Bus Render(float[] input, double seconds)
    {
        // High frequencies decay faster; low ones are removed, because they would boom.
        const float Damping = 0.32f, HighPass = 0.985f;
        var room = Bus.Silent(input.Length);
        var lines = Lengths.Select(length => new float[length]).ToArray();
        var gains = Lengths.Select(length => (float)Math.Pow(0.001, length / (seconds * Synthesizer.SampleRate))).ToArray();
        Span<int> positions = stackalloc int[lines.Length];
        Span<float> lows = stackalloc float[lines.Length], outs = stackalloc float[lines.Length];
        positions.Clear();
        lows.Clear();
        float high = 0, last = 0;
        for (var n = 0; n < input.Length; n++)
        {
            high = (HighPass * high) + input[n] - last;
            last = input[n];
            var sum = 0f;
            for (var i = 0; i < lines.Length; i++)
            {
                var value = lines[i][positions[i]];
                lows[i] = value + (Damping * (lows[i] - value));
                outs[i] = lows[i] * gains[i];
                sum += outs[i];
            }

            sum *= 2f / lines.Length;
            for (var i = 0; i < lines.Length; i++)
            {
                lines[i][positions[i]] = outs[i] - sum + high;
                if (++positions[i] == lines[i].Length) positions[i] = 0;
            }

            room.Left[n] = 0.35f * (outs[0] - outs[2] + outs[4] - outs[6]);
            room.Right[n] = 0.35f * (outs[1] - outs[3] + outs[5] - outs[7]);
        }

        return room;
    }
}
