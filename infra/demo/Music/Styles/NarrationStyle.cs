using Spotify.Demo.Music.Theory;

namespace Spotify.Demo.Music.Styles;

/// <summary>Somebody tells a story over a soft pad.</summary>
internal sealed class NarrationStyle : Style
{
    public override int SlowestTempo => 70;

    public override int FastestTempo => 80;

    public override Scale Scale => Scale.Major;

    public override string[] Themes => ["Imaj9 | vi9 | IVmaj9 | Vsus4", "Iadd9 | IVmaj9 | ii9 | Vsus4"];

    public override string[] Bridges => ["vi9 | iii7 | IVmaj9 | Vsus4"];

    public override string[] Cadences => ["IVmaj9 | Iadd9"];

    public override Mix Mix => new() { ReverbSeconds = 1.0, Brightness = 9_000 };

    public override Groove Groove => new() { LooseSeconds = 0.01 };

    public override IEnumerable<Part> Arrange(LeadSheet sheet, SeededRandom random)
    {
        yield return new(Instrument.Voice, Speak(sheet, random)) { Level = 0, Reverb = 0.08 };
        var pad = Accompaniment.Chords(sheet, new(55, 79, 3), _ => "x---");
        yield return new(Instrument.WarmPad, pad) { Level = -17, Reverb = 0.4 };
        var jingle = Accompaniment.Broken(
            sheet,
            new(60, 84, 4),
            bar => bar.Section.Kind is SectionKind.Intro or SectionKind.Ending ? "0.1.2.3.2.4.3.2." : "0.......2.......");
        yield return new(Instrument.Kalimba, jingle) { Level = -12, Pan = 0.25, Reverb = 0.4 };
    }

    /// <summary>
    /// Sentences of two to four phrases; within each the pitch falls, as it does when people speak, and the last syllable is
    /// long.
    /// </summary>
    private static List<Note> Speak(LeadSheet sheet, SeededRandom random)
    {
        var beat = sheet.Tempo / 60;
        var voice = random.Between(45.0, 58.0);
        var time = sheet.BeatsPerBar * 0.75;
        var end = (sheet.Bars.Count - 2) * sheet.BeatsPerBar;
        var notes = new List<Note>();
        while (time < end)
        {
            var phrases = random.Between(2, 5);
            for (var phrase = 0; phrase < phrases && time < end; phrase++)
            {
                var syllables = random.Between(4, 10);
                for (var i = 0; i < syllables && time < end; i++)
                {
                    var last = i == syllables - 1;
                    var stressed = i % 3 == 1;
                    var seconds = random.Between(0.12, 0.17) + (stressed ? 0.05 : 0) + (last ? 0.12 : 0);
                    var fall = 4.0 * i / syllables;
                    var pitch =
                        voice + 3 - fall + (stressed ? 1.5 : 0) + random.Between(-0.5, 0.5) - (last && phrase == phrases - 1 ? 2 : 0);
                    notes.Add(new(time, seconds * beat * 0.92, (float)pitch, stressed ? 0.9f : 0.65f));
                    time += seconds * beat;
                }
                time += random.Between(0.2, 0.35) * beat;
            }
            time += random.Between(0.5, 0.8) * beat;
        }
        return notes;
    }
}
