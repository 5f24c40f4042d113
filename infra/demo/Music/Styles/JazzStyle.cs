using Spotify.Demo.Music.Theory;

namespace Spotify.Demo.Music.Styles;

/// <summary>Bossa nova: a guitar that leans against the beat, an upright bass and a vibraphone.</summary>
internal sealed class JazzStyle : Style
{
    public override int SlowestTempo => 112;

    public override int FastestTempo => 136;

    public override Scale Scale => Scale.Major;

    public override string[] Themes =>
    [
        "Imaj9 | vi9 | ii9 | V13",
        "Imaj9 | II9 | ii9 | V7b9",
        "ii9 | V13 | Imaj9 | VI7b9",
        "Imaj9 | bIIImaj7 | ii9 | bIImaj7",
        "iii7 | VI7b9 | ii9 | V13",
    ];

    public override string[] Bridges =>
    [
        "IVmaj9 | iv6 | iii7 | VI7b9",
        "iv9 | bVII13 | bIIImaj9 | V7b9",
        "#iv7b5 | VII7b9 | iii7 | VI7b9",
    ];

    public override string[] Cadences => ["ii9 V13 | I69", "ii9 bIImaj7 | Imaj9"];

    public override Mix Mix => new() { ReverbSeconds = 1.2, EchoBeats = 0.5, Brightness = 13_000 };

    public override Groove Groove => new() { LooseSeconds = 0.008, LooseVelocity = 0.08, Swing = 0.52 };

    public override IEnumerable<Part> Arrange(LeadSheet sheet, SeededRandom random)
    {
        string[] comps = ["x..x..x..x..x...", "..x..x..x..x..x.", "x.x..x..x..x..x."];
        var comp = random.Pick<string>(comps);
        var guitar = Accompaniment.Chords(sheet, new(52, 76, 4), _ => comp.Replace("x.", "x-"));
        yield return new(Instrument.NylonGuitar, guitar) { Level = -5, Pan = -0.35, Reverb = 0.15 };

        var piano = Accompaniment.Chords(
            sheet, new(55, 79, 4), In("x-----o-x-------", SectionKind.Bridge, SectionKind.Reprise, SectionKind.Ending));
        yield return new(Instrument.ElectricPiano, piano) { Level = -10, Pan = 0.35, Reverb = 0.25 };

        var bass = Accompaniment.Bass(sheet, 31, bar => bar.Section.Kind == SectionKind.Intro ? "r-------" : "r--55--a");
        yield return new(Instrument.UprightBass, bass) { Level = -4, Reverb = 0.06 };

        string[] rhythms = ["x-.x.x-x", ".x-x.x-x", "x--x--x-", "x-x-.x-x", ".xxx.x--", "xxx-.x--"];
        var tune = new Melody(sheet, Scale.Major, 65, 84, rhythms, random).Write(SectionKind.Intro);
        yield return new(random.Pick(Instrument.Vibraphone, Instrument.Flute, Instrument.Vibraphone), tune)
        {
            Level = -2,
            Pan = 0.15,
            Reverb = 0.3,
            Echo = 0.06,
        };

        var full = new Dictionary<Drum, string>
        {
            [Drum.Kick] = "x..xx..x",
            [Drum.ClosedHat] = "xoxoxoxo",
            [Drum.Rim] = "x..x..x...x..x..",
            [Drum.Shaker] = "oxoxoxoxoxoxoxox",
        };
        var light = new Dictionary<Drum, string> { [Drum.ClosedHat] = "xoxoxoxo", [Drum.Kick] = "o..oo..o" };
        var drums = Accompaniment.Drums(sheet, bar => bar.Section.Kind == SectionKind.Intro ? light : full, Drum.Ride);
        yield return new(Instrument.DustyKit, drums) { Level = -8, Reverb = 0.12 };
    }
}
