namespace Spotify.Demo.Music.Synthesis;

/// <summary>
/// A room: eight delay lines that feed each other through a Householder matrix (Jot and Chaigne, "Digital delay networks for
/// designing artificial reverberators", AES 1991).
/// </summary>
internal static class Reverb
{
    private const int Lines = 8;

    // Lengths in samples, primes so that echoes seldom meet.
    private static readonly int[] Lengths = [1_013, 1_259, 1_523, 1_811, 2_113, 2_411, 2_753, 3_089];

    /// <summary>The room's answer to a signal.</summary>
    /// <param name="input">What is played into the room.</param>
    /// <param name="seconds">Time in which it falls by 60 dB.</param>
    public static Bus Render(float[] input, double seconds)
    {
        var room = Bus.Silent(input.Length);
        var lines = Lengths.Select(length => new float[length]).ToArray();
        Span<int> positions = stackalloc int[Lines];
        Span<float> lows = stackalloc float[Lines];
        Span<float> gains = stackalloc float[Lines];
        Span<float> outs = stackalloc float[Lines];
        positions.Clear();
        lows.Clear();
        for (var i = 0; i < Lines; i++)
            gains[i] = (float)Math.Pow(0.001, Lengths[i] / (seconds * Synthesizer.SampleRate));
        // Walls swallow the highs first.
        const float Damping = 0.32f;
        float high = 0, last = 0;
        for (var n = 0; n < input.Length; n++)
        {
            // Lows would only make the room boom.
            high = (0.985f * high) + input[n] - last;
            last = input[n];
            var sum = 0f;
            for (var i = 0; i < Lines; i++)
            {
                var value = lines[i][positions[i]];
                lows[i] = value + (Damping * (lows[i] - value));
                outs[i] = lows[i] * gains[i];
                sum += outs[i];
            }
            sum *= 2f / Lines;
            for (var i = 0; i < Lines; i++)
            {
                lines[i][positions[i]] = outs[i] - sum + high;
                if (++positions[i] == Lengths[i])
                    positions[i] = 0;
            }
            room.Left[n] = 0.35f * (outs[0] - outs[2] + outs[4] - outs[6]);
            room.Right[n] = 0.35f * (outs[1] - outs[3] + outs[5] - outs[7]);
        }
        return room;
    }
}
