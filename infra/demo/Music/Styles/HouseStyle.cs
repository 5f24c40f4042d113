using Spotify.Demo.Music.Theory;

namespace Spotify.Demo.Music.Styles;

/// <summary>Four kicks to the bar, warm stabs, and a bass between the beats.</summary>
internal sealed class HouseStyle : Style
{
    public override int SlowestTempo => 120;

    public override int FastestTempo => 126;

    public override Scale Scale => Scale.Dorian;

    public override string[] Themes =>
    [
        "i9 | IV9 | i9 | IV9",
        "i9 | bVIImaj7 | bVImaj9 | v7",
        "bVImaj7 | v7 | i9 | i9",
        "i7 | bIIImaj7 | iv9 | bVImaj7",
    ];

    public override string[] Bridges => ["bVImaj9 | bVII | i9 | v7", "iv9 | v7 | bVImaj7 | bVII"];

    public override string[] Cadences => ["bVImaj7 bVII | i9", "iv9 v7 | i9"];

    public override Mix Mix => new() { ReverbSeconds = 1.5, EchoBeats = 0.75, Duck = 0.75 };

    public override Groove Groove => new() { Swing = 0.54, Pair = 0.5, LooseVelocity = 0.04 };

    public override IEnumerable<Part> Arrange(LeadSheet sheet, SeededRandom random)
    {
        string[] stabs = ["..x..x....x..x..", "x..x..x.........", "...x..x....x..x.", "x.....x...x....."];
        var stab = random.Pick<string>(stabs);
        var chords =
            Accompaniment.Chords(sheet, new(55, 79, 4), bar => bar.Section.Kind == SectionKind.Bridge ? "x---------------" : stab);
        yield return new(random.Pick(Instrument.ElectricPiano, Instrument.Organ, Instrument.Piano), chords)
        {
            Level = -6,
            Pan = -0.15,
            Reverb = 0.25,
            Echo = 0.2,
            Ducked = true,
        };

        var pad = Accompaniment.Chords(sheet, new(57, 81, 4), Except("x---", SectionKind.Intro));
        yield return new(Instrument.SawPad, pad) { Level = -13, Reverb = 0.4, Ducked = true };

        string[] lines = ["..r...r...r...r.", "..r..r8...r..r8.", "r..r..r...8.r.5."];
        var line = random.Pick<string>(lines);
        var bass = Accompaniment.Bass(sheet, 33, bar => bar.Section.Kind is SectionKind.Intro ? null : line.Replace("r.", "r-"));
        yield return new(Instrument.SynthBass, bass) { Level = -4, Reverb = 0.03, Ducked = true };

        string[] rhythms = ["x..x..x.x..x..x.", "x-.x-.x-....x-x-", "..x-x-..x-..x-..", "x.x.x..x..x.x...", "x---..x-..x-...."];
        var tune = new Melody(sheet, Scale.MinorPentatonic, 67, 86, rhythms, random).Write(SectionKind.Intro, SectionKind.Bridge);
        yield return new(Instrument.Pluck, tune) { Level = -6, Pan = 0.2, Reverb = 0.3, Echo = 0.35 };

        var full = new Dictionary<Drum, string>
        {
            [Drum.Kick] = "XXXX",
            [Drum.Clap] = ".x.x",
            [Drum.OpenHat] = ".x.x.x.x",
            [Drum.ClosedHat] = "o.oxo.oxo.oxo.ox",
            [Drum.Shaker] = "oooooooooooooooo",
        };
        var intro = new Dictionary<Drum, string> { [Drum.Kick] = "XXXX", [Drum.ClosedHat] = "..x...x...x...x." };
        var bridge = new Dictionary<Drum, string> { [Drum.Clap] = ".x.x", [Drum.ClosedHat] = "..x...x...x...x." };
        var drums = Accompaniment.Drums(
            sheet,
            bar => bar.Section.Kind switch { SectionKind.Intro => intro, SectionKind.Bridge => bridge, _ => full },
            Drum.Kick,
            Drum.Crash);
        yield return new(Instrument.ElectronicKit, drums) { Level = -2, Reverb = 0.05 };
    }
}
