using Spotify.Demo.Music.Synthesis;

namespace Spotify.Demo.Music;

/// <summary>Turns compositions into sound.</summary>
public static class Synthesizer
{
    /// <summary>Samples per second and channel.</summary>
    public const int SampleRate = 44_100;

    // Parts are brought to the same loudness first, so that their levels mean the same for every instrument and register.
    private const double PartLoudness = -20;

    /// <summary>Renders a composition. Equal compositions give equal samples.</summary>
    /// <returns>
    /// Stereo at <see cref="SampleRate"/>, interleaved, left first, as long as <see cref="Composition.Duration"/>; about −14 LUFS,
    /// peaks at −1 dB below full scale or less, silent at both ends.
    /// </returns>
    public static short[] Render(Composition composition)
    {
        var length = (int)Math.Round(composition.Duration.TotalSeconds * SampleRate);
        var samplesPerBeat = 60.0 * SampleRate / composition.Tempo;
        var dry = Bus.Silent(length);
        var toRoom = new float[length];
        var toEcho = new float[length];
        var duck = DuckGains(composition, length, samplesPerBeat);
        var number = 0u;
        foreach (var part in composition.Parts)
        {
            var sound = Play(part, length, samplesPerBeat, number++);
            Blend(part, sound, part.Ducked ? duck : [], dry, toRoom, toEcho);
        }
        var echoes = Effects.Echo(toEcho, (int)(composition.Mix.EchoBeats * samplesPerBeat));
        for (var i = 0; i < length; i++)
            toRoom[i] += 0.3f * (echoes.Left[i] + echoes.Right[i]);
        dry.Add(echoes);
        dry.Add(Reverb.Render(toRoom, composition.Mix.ReverbSeconds));
        return Master.Finish(dry, composition.Mix);
    }

    private static Bus Play(Part part, int length, double samplesPerBeat, uint number)
    {
        var (voice, coloring) = Instruments.For(part.Instrument);
        var samples = new float[length];
        var random = new SeededRandom(number);
        foreach (var note in part.Notes)
        {
            var start = (int)(note.Start * samplesPerBeat);
            var strike = new Strike(start, (int)(note.Length * samplesPerBeat), note.Pitch, note.Velocity, random.NextBits());
            if (start < length)
                voice.Play(strike, samples);
        }
        if (coloring == Coloring.Overdrive)
            Effects.Overdrive(samples, part.Instrument == Instrument.LeadGuitar ? 9 : 6);
        return coloring switch
        {
            Coloring.Chorus => Effects.Chorus(samples),
            Coloring.Tremolo => Effects.Tremolo(samples),
            _ => new(samples, samples),
        };
    }

    private static void Blend(Part part, Bus sound, float[] duck, Bus dry, float[] toRoom, float[] toEcho)
    {
        var loudness = Loudness.Measure(sound.Left);
        if (!double.IsFinite(loudness))
            return;
        var gain = Math.Pow(10, (PartLoudness + part.Level - loudness) / 20);
        var angle = (part.Pan + 1) * Math.PI / 4;
        var (left, right) = ((float)(gain * Math.Cos(angle) * Math.Sqrt(2)), (float)(gain * Math.Sin(angle) * Math.Sqrt(2)));
        var (room, echo) = ((float)(part.Reverb * gain * 0.5), (float)(part.Echo * gain * 0.5));
        for (var i = 0; i < dry.Left.Length; i++)
        {
            var level = duck.Length == 0 ? 1f : duck[i];
            var (l, r) = (sound.Left[i] * level, sound.Right[i] * level);
            dry.Left[i] += l * left;
            dry.Right[i] += r * right;
            toRoom[i] += (l + r) * room;
            toEcho[i] += (l + r) * echo;
        }
    }

    /// <summary>The gain that follows the kick drum: down with each stroke, and up again within half a beat.</summary>
    private static float[] DuckGains(Composition composition, int length, double samplesPerBeat)
    {
        if (composition.Mix.Duck == 0)
            return [];
        var depths = new float[length];
        var drums = composition.Parts.Where(part => part.Instrument >= Instrument.AcousticKit).SelectMany(part => part.Notes);
        foreach (var note in drums.Where(note => note.Pitch == (float)Drum.Kick))
        {
            var start = (int)(note.Start * samplesPerBeat);
            if (start < length)
                depths[start] = (float)composition.Mix.Duck;
        }
        var fall = Decay.PerSample(samplesPerBeat * 1.6 / SampleRate);
        float depth = 0, smooth = 0;
        for (var i = 0; i < length; i++)
        {
            depth = Math.Max(depth * fall, depths[i]);
            // Down within milliseconds, not at once, which would click.
            smooth += 0.006f * (depth - smooth);
            depths[i] = 1 - smooth;
        }
        return depths;
    }
}
