using Spotify.Demo.Music.Synthesis;

namespace Spotify.Demo.Music;

/// <summary>A renderer of compositions to PCM.</summary>
internal static class Synthesizer
{
    /// <summary>Samples per second and channel.</summary>
    public const int SampleRate = 44_100;

    // Parts are first normalized, so that levels mean the same for every instrument and register.
    private const double PartLoudness = -20;

    /// <summary>Renders a composition. Equal compositions give equal samples.</summary>
    /// <returns>
    /// Interleaved stereo at <see cref="SampleRate"/>, as long as <see cref="Composition.Duration"/>: about −14 LUFS, peaks at −1 dB
    /// below full scale or less, silent at both ends.
    /// </returns>
    public static short[] Render(Composition piece)
    {
        var length = (int)Math.Round(piece.Duration.TotalSeconds * SampleRate);
        var samplesPerBeat = 60.0 * SampleRate / piece.Tempo;
        var dry = Bus.Silent(length);
        float[] toRoom = new float[length], toEcho = new float[length];
        var duck = DuckGains(piece, length, samplesPerBeat);
        for (var i = 0; i < piece.Parts.Count; i++)
        {
            var part = piece.Parts[i];
            var sound = part.Instrument.Render(part.Notes, length, samplesPerBeat, new SeededRandom((ulong)i));
            Blend(part, sound, part.Channel.Ducked ? duck : null, dry, toRoom, toEcho);
        }

        var echoes = Effects.Echo(toEcho, (int)(piece.Mix.EchoBeats * samplesPerBeat));
        for (var i = 0; i < length; i++) toRoom[i] += 0.3f * (echoes.Left[i] + echoes.Right[i]);
        dry.Add(echoes);
        dry.Add(Reverb.Render(toRoom, piece.Mix.ReverbSeconds));
        return Master.Finish(dry, piece.Mix);
    }

    /// <summary>Returns the factor per sample of an exponential decay by 60 dB in the given time.</summary>
    public static float DecayOf(double seconds) => (float)Math.Pow(0.001, 1 / (seconds * SampleRate));

    private static void Blend(Part part, Bus sound, float[]? duck, Bus dry, float[] toRoom, float[] toEcho)
    {
        var loudness = Loudness.Measure(sound.Left);
        if (!double.IsFinite(loudness)) return;
        var gain = Math.Pow(10, (PartLoudness + part.Channel.Level - loudness) / 20);
        var angle = (part.Channel.Pan + 1) * Math.PI / 4;
        var (left, right) = ((float)(gain * Math.Cos(angle) * Math.Sqrt(2)), (float)(gain * Math.Sin(angle) * Math.Sqrt(2)));
        var (room, echo) = ((float)(part.Channel.Reverb * gain * 0.5), (float)(part.Channel.Echo * gain * 0.5));
        for (var i = 0; i < toRoom.Length; i++)
        {
            var level = duck is null ? 1f : duck[i];
            var (l, r) = (sound.Left[i] * level, sound.Right[i] * level);
            dry.Left[i] += l * left;
            dry.Right[i] += r * right;
            toRoom[i] += (l + r) * room;
            toEcho[i] += (l + r) * echo;
        }
    }

    /// <summary>Returns gains that drop at each stroke of the kick drum and recover within half a beat; null without ducking.</summary>
    private static float[]? DuckGains(Composition piece, int length, double samplesPerBeat)
    {
        if (piece.Mix.Duck == 0) return null;
        var gains = new float[length];
        var drums = piece.Parts.Where(part => part.Instrument.IsKit).SelectMany(part => part.Notes);
        foreach (var kick in drums.Where(note => note.Pitch == (float)Drum.Kick))
            gains[Math.Min(length - 1, (int)(kick.Start * samplesPerBeat))] = (float)piece.Mix.Duck;

        var fall = DecayOf(samplesPerBeat * 1.6 / SampleRate);
        float depth = 0, smooth = 0;
        for (var i = 0; i < length; i++)
        {
            depth = Math.Max(depth * fall, gains[i]);
            // Smoothed over milliseconds, because a sudden drop would click.
            smooth += 0.006f * (depth - smooth);
            gains[i] = 1 - smooth;
        }

        return gains;
    }
}
