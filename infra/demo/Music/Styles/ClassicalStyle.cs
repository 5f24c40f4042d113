using Spotify.Demo.Music.Theory;

namespace Spotify.Demo.Music.Styles;

/// <summary>A character piece for piano, which strings join.</summary>
internal sealed class ClassicalStyle(int beatsPerBar, bool minor) : Style
{
    public override int SlowestTempo => beatsPerBar == 3 ? 92 : 84;

    public override int FastestTempo => beatsPerBar == 3 ? 126 : 108;

    public override int BeatsPerBar => beatsPerBar;

    public override Scale Scale => minor ? Scale.Minor : Scale.Major;

    public override string[] Themes => minor
        ? ["i | iv | V7 | i", "i | bVI | iv | V7", "i | bVII | bVI | V7", "i | V7 | i | iv"]
        : ["I | V7 | vi | iii", "I | IV | V7 | I", "I | vi | ii | V7", "I | V | IV | V7", "I | iii | vi | IV"];

    public override string[] Bridges => minor
        ? ["bIII | bVII | bVI | V7", "iv | bVII | bIII | bVI"]
        : ["vi | II7 | V | V7", "IV | iv | I | V7", "ii | VI7 | ii | V7"];

    public override string[] Cadences => minor ? ["iv V7 | i", "V7 | I"] : ["ii V7 | I", "IV V7 | I"];

    public override Mix Mix => new() { ReverbSeconds = 2.2, Brightness = 15_000 };

    public override Groove Groove => new() { LooseSeconds = 0.01, LooseVelocity = 0.08 };

    private bool Waltz => beatsPerBar == 3;

    public override IEnumerable<Part> Arrange(LeadSheet sheet, SeededRandom random)
    {
        string[] fours = ["0-2-1-2-0-2-1-2-", "0-1-2-3-4-3-2-1-", "0-2-3-4-3-2-1-2-"];
        string[] threes = ["0-2-3-4-3-2-", "0-1-2-3-2-1-", "0---2-3-2-3-"];
        var broken = random.Pick<string>(Waltz ? threes : fours);
        var left = Accompaniment.Broken(sheet, new(45, 69, 3), _ => broken);
        left.AddRange(Accompaniment.Bass(sheet, 33, Except(Waltz ? "r-----" : "r---5---", SectionKind.Intro)));
        yield return new(Instrument.Piano, left) { Level = -7, Pan = -0.15, Reverb = 0.3 };

        string[] fourRhythms = ["x---x-x-x---x---", "x-----x-x-x-x-x-", "x---x---x-x-x-x-", "x-x-x-x-x-------", "x-----x-x---x---"];
        string[] threeRhythms = ["x---x-", "x-xxx-", "x-x-xx", "xxx-x-", "x--xx-"];
        var tune = new Melody(sheet, Scale, 67, 88, Waltz ? threeRhythms : fourRhythms, random).Write(SectionKind.Intro);
        yield return new(Instrument.Piano, tune) { Level = -2, Pan = 0.12, Reverb = 0.35 };

        var strings = Accompaniment.Chords(sheet, new(52, 76, 4), Except("x---", SectionKind.Intro, SectionKind.Theme));
        yield return new(Instrument.Strings, strings) { Level = -11, Pan = 0.1, Reverb = 0.45 };
        var cello = Accompaniment.Bass(sheet, 36, In("r---", SectionKind.Bridge, SectionKind.Reprise, SectionKind.Ending));
        yield return new(Instrument.Strings, cello) { Level = -12, Pan = 0.35, Reverb = 0.4 };
    }
}
