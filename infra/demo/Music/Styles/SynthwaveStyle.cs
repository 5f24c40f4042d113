using Spotify.Demo.Music.Theory;

namespace Spotify.Demo.Music.Styles;

/// <summary>Night drive: a running bass, saw pads and a lead with long echoes.</summary>
internal sealed class SynthwaveStyle : Style
{
    public override int SlowestTempo => 98;

    public override int FastestTempo => 116;

    public override Scale Scale => Scale.Minor;

    public override string[] Themes =>
    [
        "i | bVI | bIII | bVII",
        "i | bVII | bVI | bVII",
        "bVI | bVII | i | i",
        "i | iv | bVI | v",
        "i | bIII | bVII | iv",
    ];

    public override string[] Bridges => ["bVI | bIII | bVII | i", "iv | bVI | bIII | bVII"];

    public override string[] Cadences => ["bVI bVII | iadd9", "iv V | i"];

    public override Mix Mix => new() { ReverbSeconds = 2.0, EchoBeats = 0.75, Duck = 0.45 };

    public override Groove Groove => new() { LooseVelocity = 0.04 };

    public override IEnumerable<Part> Arrange(LeadSheet sheet, SeededRandom random)
    {
        var pad = Accompaniment.Chords(sheet, new(53, 79, 4), _ => "x---");
        yield return new(Instrument.SawPad, pad) { Level = -9, Reverb = 0.35, Ducked = true };

        string[] lines = ["r.r.r.r.r.r.r.r.", "r.rrr.rrr.rrr.rr", "r.8.r.8.r.8.r.8.", "r.rr8.rrr.rr8.r8"];
        var line = random.Pick<string>(lines);
        var bass = Accompaniment.Bass(sheet, 33, bar => bar.Section.Kind == SectionKind.Bridge ? "r---r---" : line);
        yield return new(Instrument.SynthBass, bass) { Level = -4, Reverb = 0.03, Ducked = true };

        string[] figures = ["0123210301232103", "0120320132013201", "0213021302130213"];
        var figure = random.Pick<string>(figures);
        var arpeggio =
            Accompaniment.Broken(sheet, new(60, 84, 4), bar => bar.Section.Kind is SectionKind.Theme ? "0.2.1.3.0.2.1.3." : figure);
        yield return new(Instrument.Pluck, arpeggio) { Level = -10, Pan = -0.4, Reverb = 0.2, Echo = 0.3 };

        string[] rhythms = ["x-----x-x---x---", "x---x---x-x-x---", "x-x-x-----x-x---", "x-------x-x-x-x-", "x--x--x-x-------"];
        var tune = new Melody(sheet, Scale.Minor, 64, 83, rhythms, random).Write(SectionKind.Intro);
        yield return new(Instrument.SawLead, tune) { Level = -4, Pan = 0.1, Reverb = 0.3, Echo = 0.35 };

        var full = new Dictionary<Drum, string>
        {
            [Drum.Kick] = random.Pick("X...X...X...X...", "X.....x.X.......", "X......xX.x....."),
            [Drum.Snare] = ".X.X",
            [Drum.ClosedHat] = "xoxoxoxoxoxoxoxo",
        };
        var fill = new Dictionary<Drum, string>(full)
        {
            [Drum.HighTom] = "........x.x.....",
            [Drum.LowTom] = "............x.xx",
            [Drum.Snare] = ".X..",
        };
        var light = new Dictionary<Drum, string> { [Drum.Kick] = "x...x...", [Drum.ClosedHat] = "o.o.o.o." };
        var drums = Accompaniment.Drums(
            sheet,
            bar => bar.Section.Kind is SectionKind.Intro or SectionKind.Bridge ? light : bar.IsLastOfSection ? fill : full,
            Drum.Kick,
            Drum.Crash);
        yield return new(Instrument.ElectronicKit, drums) { Level = -3, Reverb = 0.18 };
    }
}
