using Spotify.Demo.Music.Theory;

namespace Spotify.Demo.Music.Styles;

/// <summary>A fingerpicked guitar, a flute, and friends who join in.</summary>
internal sealed class FolkStyle(int beatsPerBar) : Style
{
    public override int SlowestTempo => 92;

    public override int FastestTempo => 116;

    public override int BeatsPerBar => beatsPerBar;

    public override Scale Scale => Scale.Major;

    public override string[] Themes => ["I | V | vi | IV", "I | IV | I | V", "I | vi | IV | V", "vi | IV | I | V", "I | iii | IV | V"];

    public override string[] Bridges => ["IV | I | ii | V", "vi | iii | IV | V", "ii | IV | I | V"];

    public override string[] Cadences => ["IV V | Iadd9", "V7 | I", "iv V | I"];

    public override Mix Mix => new() { ReverbSeconds = 1.3, EchoBeats = 0.5, Brightness = 14_000 };

    public override Groove Groove => new() { LooseSeconds = 0.009, LooseVelocity = 0.09, Swing = 0.53 };

    private bool Waltz => beatsPerBar == 3;

    public override IEnumerable<Part> Arrange(LeadSheet sheet, SeededRandom random)
    {
        string[] fours = ["0-2-1-3-0-2-1-3-", "0-2-3-1-0-3-2-1-", "0-3-1-2-0-3-4-2-"];
        string[] threes = ["0-1-2-3-2-1-", "0-2-3-2-3-2-", "0-3-1-2-1-3-"];
        var picking = random.Pick<string>(Waltz ? threes : fours);
        var guitar = Accompaniment.Broken(sheet, new(50, 76, 4), _ => picking);
        yield return new(Instrument.SteelGuitar, guitar) { Level = -4, Pan = -0.3, Reverb = 0.2 };

        var strum = Waltz ? "....x.o.x.o." : "....x..o..o.x.o.";
        var second = Accompaniment.Broken(
            sheet, new(55, 81, 4), In(strum, SectionKind.Variation, SectionKind.Reprise, SectionKind.Bridge), 0.03);
        yield return new(Instrument.NylonGuitar, second) { Level = -9, Pan = 0.45, Reverb = 0.2 };

        var walk = Waltz ? "r---5-" : "r-----5-";
        var bass = Accompaniment.Bass(sheet, 31, Except(walk, SectionKind.Intro));
        yield return new(Instrument.UprightBass, bass) { Level = -6, Reverb = 0.08 };

        string[] fourRhythms = ["x--xx-x-", "x-x-x---x-x-x---", "x---x-x-x-x-x-x-", "x-----x-x---x---", "x-x-x-x-x-------"];
        string[] threeRhythms = ["x---x-", "x-x-x-", "x-xxx-", "x-----", "x--xx-"];
        var lead = random.Pick(Instrument.Flute, Instrument.Flute, Instrument.Kalimba);
        var tune = new Melody(sheet, Scale.Major, 67, 86, Waltz ? threeRhythms : fourRhythms, random).Write(SectionKind.Intro);
        yield return new(lead, tune) { Level = -3, Pan = 0.12, Reverb = 0.35, Echo = 0.08 };

        var pad = Accompaniment.Chords(sheet, new(55, 79, 3), In("x---", SectionKind.Bridge, SectionKind.Reprise, SectionKind.Ending));
        yield return new(Instrument.Strings, pad) { Level = -12, Reverb = 0.4 };

        var kit = new Dictionary<Drum, string>
        {
            [Drum.Shaker] = Waltz ? "o.x.x." : "o.x.o.x.",
            [Drum.Rim] = Waltz ? "..x..." : "..x...x.",
            [Drum.Kick] = Waltz ? "x....." : "x...x...",
        };
        var drums = Accompaniment.Drums(sheet, In(kit, SectionKind.Variation, SectionKind.Reprise));
        yield return new(Instrument.DustyKit, drums) { Level = -12, Reverb = 0.15 };
    }
}
