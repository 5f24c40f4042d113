using Spotify.Demo.Music.Theory;

namespace Spotify.Demo.Music.Styles;

/// <summary>Late at night: jazz chords on an electric piano over slow, swung and muffled drums.</summary>
internal sealed class LoFiStyle : Style
{
    public override int SlowestTempo => 72;

    public override int FastestTempo => 86;

    public override Scale Scale => Scale.Major;

    public override string[] Themes =>
    [
        "ii9 | V13 | Imaj9 | vi9",
        "IVmaj9 | iii7 | ii9 | Imaj9",
        "Imaj9 | iii7 | IVmaj9 | iv6",
        "vi9 | ii9 | IVmaj9 | V9",
        "IVmaj9 | V9 | iii7 | vi9",
    ];

    public override string[] Bridges => ["iv9 | bVII9 | Imaj9 | Imaj9", "IVmaj9 | iv6 | iii7 | VI7b9"];

    public override string[] Cadences => ["ii9 V13 | Imaj9", "iv6 | Imaj9"];

    public override Mix Mix => new() { ReverbSeconds = 1.1, EchoBeats = 0.75, Brightness = 6_500, Duck = 0.3 };

    public override Groove Groove => new() { Swing = 0.59, Pair = 0.5, LooseSeconds = 0.012, LooseVelocity = 0.08 };

    public override IEnumerable<Part> Arrange(LeadSheet sheet, SeededRandom random)
    {
        string[] comps = ["x-----o---x-----", "x--------o-x----", "x-----x---------", "x---x-----o-x---"];
        var comp = random.Pick<string>(comps);
        var piano =
            Accompaniment.Broken(sheet, new(52, 76, 4), bar => bar.Section.Kind == SectionKind.Intro ? "x---------------" : comp, 0.04);
        yield return new(Instrument.ElectricPiano, piano) { Level = -3, Pan = -0.15, Reverb = 0.2, Ducked = true };

        string[] lines = ["r-----r...5---a-", "r---..r-....5-r-", "r-------..r-5---"];
        var line = random.Pick<string>(lines);
        var bass = Accompaniment.Bass(sheet, 33, Except(line, SectionKind.Intro));
        yield return new(Instrument.SubBass, bass) { Level = -6, Reverb = 0.02 };

        string[] rhythms = ["..x-x-x---......", "x---..x-x---....", "..x-..x-x-x-....", "....x-x-x-----..", "x-x-..x-........"];
        var tune = new Melody(sheet, Scale.MajorPentatonic, 64, 83, rhythms, random).Write(SectionKind.Intro);
        yield return new(random.Pick(Instrument.Kalimba, Instrument.NylonGuitar, Instrument.Vibraphone, Instrument.Flute), tune)
        {
            Level = -5,
            Pan = 0.25,
            Reverb = 0.3,
            Echo = 0.25,
        };

        var pad = Accompaniment.Chords(sheet, new(59, 83, 3), In("x---", SectionKind.Variation, SectionKind.Bridge, SectionKind.Reprise));
        yield return new(Instrument.WarmPad, pad) { Level = -13, Reverb = 0.4, Ducked = true };

        var full = new Dictionary<Drum, string>
        {
            [Drum.Kick] = random.Pick("X......x..X.....", "X..x......X..o..", "X.......x.X....."),
            [Drum.Snare] = "....x.......x..o",
            [Drum.ClosedHat] = "x.o.x.o.x.o.x.oo",
        };
        var light = new Dictionary<Drum, string> { [Drum.ClosedHat] = "o...o...o...o..." };
        var drums = Accompaniment.Drums(sheet, bar => bar.Section.Kind == SectionKind.Intro ? light : full, Drum.Kick);
        yield return new(Instrument.DustyKit, drums) { Level = -4, Reverb = 0.1 };
    }
}
