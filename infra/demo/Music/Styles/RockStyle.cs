using Spotify.Demo.Music.Theory;

namespace Spotify.Demo.Music.Styles;

/// <summary>Two guitars, bass and drums.</summary>
internal sealed class RockStyle : Style
{
    public override int SlowestTempo => 116;

    public override int FastestTempo => 146;

    public override Scale Scale => Scale.Mixolydian;

    public override string[] Themes =>
    [
        "I | bVII | IV | I",
        "I | V | bVII | IV",
        "vi | IV | I | V",
        "I | IV | bVII | V",
        "I | vi | IV | V",
    ];

    public override string[] Bridges => ["IV | I | bVII | V", "vi | V | IV | V", "bVII | IV | I | V"];

    public override string[] Cadences => ["IV V | I", "bVII IV | I", "bVI bVII | I"];

    public override Mix Mix => new() { ReverbSeconds = 1.0, EchoBeats = 0.5 };

    public override Groove Groove => new() { LooseSeconds = 0.006, LooseVelocity = 0.07 };

    public override IEnumerable<Part> Arrange(LeadSheet sheet, SeededRandom random)
    {
        string[] drives = ["xxxxxxxx", "x-.x.xx-", "X.xxX.xx", "x--x--x-"];
        var drive = random.Pick<string>(drives);
        var fifths = PowerChords(sheet, drive);
        yield return new(Instrument.OverdrivenGuitar, fifths) { Level = -6, Pan = -0.55, Reverb = 0.1 };
        yield return new(Instrument.OverdrivenGuitar, PowerChords(sheet, random.Pick(drive, "x---x---")))
        {
            Level = -7,
            Pan = 0.55,
            Reverb = 0.1,
        };

        var bass = Accompaniment.Bass(sheet, 28, bar => bar.Section.Kind switch
        {
            SectionKind.Intro => null,
            SectionKind.Bridge => "r-rr8-5-",
            _ => "rrrrrrrr",
        });
        yield return new(Instrument.ElectricBass, bass) { Level = -5, Reverb = 0.03 };

        var organ = Accompaniment.Chords(sheet, new(57, 81, 3), In("x---", SectionKind.Bridge, SectionKind.Reprise, SectionKind.Ending));
        yield return new(Instrument.Organ, organ) { Level = -13, Pan = 0.2, Reverb = 0.25 };

        string[] rhythms = ["x-x-x-xx", "x--xx-x-", "x-xxx---", "xxx-x-x-", "x---x-x-"];
        var tune = new Melody(sheet, Scale.MajorPentatonic, 62, 83, rhythms, random).Write(SectionKind.Intro);
        yield return new(Instrument.LeadGuitar, tune) { Level = -4, Pan = 0.08, Reverb = 0.2, Echo = 0.12 };

        var verse = new Dictionary<Drum, string>
        {
            [Drum.Kick] = random.Pick("X...X.x.", "X..xX...", "X..x.X.."),
            [Drum.Snare] = ".X.X",
            [Drum.ClosedHat] = "xoxoxoxo",
        };
        var chorus = new Dictionary<Drum, string>(verse) { [Drum.Ride] = "xxxxxxxx" };
        chorus.Remove(Drum.ClosedHat);
        var fill = new Dictionary<Drum, string>(verse)
        {
            [Drum.Snare] = "....X...x.xx....",
            [Drum.HighTom] = "............xx..",
            [Drum.LowTom] = "..............xx",
        };
        var drums = Accompaniment.Drums(sheet, Kit, Drum.Kick, Drum.Crash);
        var entrances = sheet.Bars.Where(bar => bar.Number == bar.Section.FirstBar && bar.Number > 0);
        drums.AddRange(entrances.Select(bar => new Note(bar.Start, 1, (int)Drum.Crash, 0.6f)));
        yield return new(Instrument.AcousticKit, drums) { Level = -3, Reverb = 0.14 };

        Dictionary<Drum, string> Kit(Bar bar) =>
            bar.IsLastOfSection && bar.Section.Kind != SectionKind.Ending ? fill
            : bar.Section.Kind is SectionKind.Bridge or SectionKind.Reprise ? chorus
            : verse;
    }

    /// <summary>Root, fifth and octave: a full chord would growl once it is overdriven.</summary>
    private static List<Note> PowerChords(LeadSheet sheet, string pattern)
    {
        var roots = Accompaniment.Bass(sheet, 40, _ => pattern);
        return [.. roots.SelectMany(note => new[] { note, note with { Pitch = note.Pitch + 7 }, note with { Pitch = note.Pitch + 12 } })];
    }
}
