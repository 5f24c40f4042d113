using Spotify.Demo.Music.Theory;

namespace Spotify.Demo.Music.Styles;

/// <summary>Wide pads under bells, with much room around them.</summary>
internal sealed class AmbientStyle : Style
{
    public override int SlowestTempo => 68;

    public override int FastestTempo => 82;

    public override Scale Scale => Scale.Lydian;

    public override string[] Themes =>
    [
        "Imaj9 | iii7 | vi9 | IImaj7",
        "Imaj9 | II | vi9 | Imaj9",
        "vi9 | Imaj9 | II | iii7",
        "Iadd9 | vi9 | iii7 | IImaj7",
    ];

    public override string[] Bridges => ["vi9 | iii7 | II | vi9", "iii7 | vi9 | Imaj9 | II"];

    public override string[] Cadences => ["IVmaj9 | Imaj9", "ii9 | Iadd9", "V9 | Imaj9"];

    public override Mix Mix => new() { ReverbSeconds = 3.2, EchoBeats = 1.5, Brightness = 11_000 };

    public override Groove Groove => new() { LooseSeconds = 0.015 };

    public override IEnumerable<Part> Arrange(LeadSheet sheet, SeededRandom random)
    {
        var pad = Accompaniment.Chords(sheet, new(53, 77, 4), _ => "x---");
        yield return new(Instrument.WarmPad, pad) { Level = -4, Reverb = 0.5 };
        var drone = Accompaniment.Bass(sheet, 36, Except("r-------", SectionKind.Intro));
        yield return new(Instrument.SubBass, drone) { Level = -7, Reverb = 0.1 };

        string[] ripples = ["0.2.1.3.2.4.3.1.", "0..2..4..3..1...", "0...3...2...4..."];
        var ripple = random.Pick<string>(ripples);
        var strings = Accompaniment.Broken(sheet, new(60, 84, 4), Except(ripple, SectionKind.Theme));
        yield return new(random.Pick(Instrument.Kalimba, Instrument.Vibraphone), strings)
        {
            Level = -10,
            Pan = -0.35,
            Reverb = 0.5,
            Echo = 0.5,
        };

        string[] rhythms = ["x-----x-x-------", "x-------x---x---", "....x---x-------", "x---x---x-------", "x-----------x-x-"];
        var tune = new Melody(sheet, Scale.MajorPentatonic, 69, 88, rhythms, random).Write(SectionKind.Intro);
        yield return new(Instrument.Bells, tune) { Level = -5, Pan = 0.2, Reverb = 0.6, Echo = 0.45 };

        var high =
            Accompaniment.Chords(sheet, new(64, 88, 3), In("x---", SectionKind.Variation, SectionKind.Reprise, SectionKind.Ending));
        yield return new(Instrument.Strings, high) { Level = -11, Reverb = 0.6 };
    }
}
