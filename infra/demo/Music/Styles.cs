using Spotify.Demo.Music.Theory;
using static Spotify.Demo.Music.Instrument;
using static Spotify.Demo.Music.Theory.SectionKind;

namespace Spotify.Demo.Music;

/// <summary>The styles of all genres. Patterns are in the notation of <see cref="Pattern"/>, one bar each.</summary>
internal static class Styles
{
    /// <summary>A voice over a soft pad.</summary>
    public static readonly Style Narration = new(
        70, 80,
        ["Imaj9 | vi9 | IVmaj9 | Vsus4", "Iadd9 | IVmaj9 | ii9 | Vsus4"],
        ["vi9 | iii7 | IVmaj9 | Vsus4"],
        ["IVmaj9 | Iadd9"],
        new(1.0, Brightness: 9_000),
        new(0.01),
        ArrangeNarration);

    // Slow pads under bells, with much reverb.
    private static readonly Style Ambient = new(
        68, 82,
        ["Imaj9 | iii7 | vi9 | IImaj7", "Imaj9 | II | vi9 | Imaj9", "vi9 | Imaj9 | II | iii7", "Iadd9 | vi9 | iii7 | IImaj7"],
        ["vi9 | iii7 | II | vi9", "iii7 | vi9 | Imaj9 | II"],
        ["IVmaj9 | Imaj9", "ii9 | Iadd9", "V9 | Imaj9"],
        new(3.2, EchoBeats: 1.5, Brightness: 11_000),
        new(0.015),
        ArrangeAmbient);

    // Bossa nova: a syncopated guitar, an upright bass and a vibraphone.
    private static readonly Style Jazz = new(
        112, 136,
        [
            "Imaj9 | vi9 | ii9 | V13", "Imaj9 | II9 | ii9 | V7b9", "ii9 | V13 | Imaj9 | VI7b9", "Imaj9 | bIIImaj7 | ii9 | bIImaj7",
            "iii7 | VI7b9 | ii9 | V13",
        ],
        ["IVmaj9 | iv6 | iii7 | VI7b9", "iv9 | bVII13 | bIIImaj9 | V7b9", "#iv7b5 | VII7b9 | iii7 | VI7b9"],
        ["ii9 V13 | I69", "ii9 bIImaj7 | Imaj9"],
        new(1.2, EchoBeats: 0.5, Brightness: 13_000),
        new(0.008, 0.08, Swing: 0.52),
        ArrangeJazz);

    // Four kicks to the bar, warm stabs, and a bass between the beats.
    private static readonly Style House = new(
        120, 126,
        ["i9 | IV9 | i9 | IV9", "i9 | bVIImaj7 | bVImaj9 | v7", "bVImaj7 | v7 | i9 | i9", "i7 | bIIImaj7 | iv9 | bVImaj7"],
        ["bVImaj9 | bVII | i9 | v7", "iv9 | v7 | bVImaj7 | bVII"],
        ["bVImaj7 bVII | i9", "iv9 v7 | i9"],
        new(1.5, Duck: 0.75),
        new(Velocity: 0.04, Swing: 0.54, Pair: 0.5),
        ArrangeHouse);

    // A running bass, saw pads and a lead with long echoes.
    private static readonly Style Synthwave = new(
        98, 116,
        ["i | bVI | bIII | bVII", "i | bVII | bVI | bVII", "bVI | bVII | i | i", "i | iv | bVI | v", "i | bIII | bVII | iv"],
        ["bVI | bIII | bVII | i", "iv | bVI | bIII | bVII"],
        ["bVI bVII | iadd9", "iv V | i"],
        new(2.0, Duck: 0.45),
        new(Velocity: 0.04),
        ArrangeSynthwave);

    // Jazz chords on an electric piano over slow, swung and muffled drums.
    private static readonly Style LoFi = new(
        72, 86,
        [
            "ii9 | V13 | Imaj9 | vi9", "IVmaj9 | iii7 | ii9 | Imaj9", "Imaj9 | iii7 | IVmaj9 | iv6", "vi9 | ii9 | IVmaj9 | V9",
            "IVmaj9 | V9 | iii7 | vi9",
        ],
        ["iv9 | bVII9 | Imaj9 | Imaj9", "IVmaj9 | iv6 | iii7 | VI7b9"],
        ["ii9 V13 | Imaj9", "iv6 | Imaj9"],
        new(1.1, Duck: 0.3, Brightness: 6_500),
        new(0.012, 0.08, Swing: 0.59, Pair: 0.5),
        ArrangeLoFi);

    // Two overdriven guitars, bass and drums.
    private static readonly Style Rock = new(
        116, 146,
        ["I | bVII | IV | I", "I | V | bVII | IV", "vi | IV | I | V", "I | IV | bVII | V", "I | vi | IV | V"],
        ["IV | I | bVII | V", "vi | V | IV | V", "bVII | IV | I | V"],
        ["IV V | I", "bVII IV | I", "bVI bVII | I"],
        new(1.0, EchoBeats: 0.5),
        new(0.006, 0.07),
        ArrangeRock);

    /// <summary>Returns the style of a piece in a genre. Folk and classical pieces differ in meter, classical ones also in mode.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The genre is unknown.</exception>
    public static Style Of(Genre genre, SeededRandom random) => genre switch
    {
        Genre.Ambient => Ambient,
        Genre.Folk => Folk(random.Pick(4, 4, 3)),
        Genre.Jazz => Jazz,
        Genre.House => House,
        Genre.Synthwave => Synthwave,
        Genre.LoFi => LoFi,
        Genre.Rock => Rock,
        Genre.Classical => Classical(random.Pick(4, 3), random.Chance(0.5)),
        _ => throw new ArgumentOutOfRangeException(nameof(genre), genre, "There is no such genre."),
    };

    // A fingerpicked guitar, then a flute, a second guitar, bass, strings and percussion.
    private static Style Folk(int beatsPerBar) => new(
        92, 116,
        ["I | V | vi | IV", "I | IV | I | V", "I | vi | IV | V", "vi | IV | I | V", "I | iii | IV | V"],
        ["IV | I | ii | V", "vi | iii | IV | V", "ii | IV | I | V"],
        ["IV V | Iadd9", "V7 | I", "iv V | I"],
        new(1.3, EchoBeats: 0.5, Brightness: 14_000),
        new(0.009, 0.09, Swing: 0.53),
        ArrangeFolk,
        beatsPerBar);

    // A character piece for piano, joined by strings.
    private static Style Classical(int beatsPerBar, bool minor) => new(
        beatsPerBar == 3 ? 92 : 84, beatsPerBar == 3 ? 126 : 108,
        minor
            ? ["i | iv | V7 | i", "i | bVI | iv | V7", "i | bVII | bVI | V7", "i | V7 | i | iv"]
            : ["I | V7 | vi | iii", "I | IV | V7 | I", "I | vi | ii | V7", "I | V | IV | V7", "I | iii | vi | IV"],
        minor
            ? ["bIII | bVII | bVI | V7", "iv | bVII | bIII | bVI"]
            : ["vi | II7 | V | V7", "IV | iv | I | V7", "ii | VI7 | ii | V7"],
        minor ? ["iv V7 | i", "V7 | I"] : ["ii V7 | I", "IV V7 | I"],
        new(2.2, Brightness: 15_000),
        new(0.01, 0.08),
        (sheet, random) => ArrangeClassical(sheet, minor ? Scale.Minor : Scale.Major, random),
        beatsPerBar);

    private static IEnumerable<Part> ArrangeAmbient(LeadSheet sheet, SeededRandom random)
    {
        yield return new(WarmPad, sheet.Chords(new(53, 77, 4), All("x---")), -4, Reverb: 0.5);
        yield return new(SubBass, sheet.Bass(36, Except("r-------", Intro)), -7, Reverb: 0.1);
        var ripple = random.Pick("0.2.1.3.2.4.3.1.", "0..2..4..3..1...", "0...3...2...4...");
        var broken = sheet.Broken(new(60, 84, 4), Except(ripple, Theme));
        yield return new(random.Pick(Kalimba, Vibraphone), broken, -10, -0.35, Reverb: 0.5, Echo: 0.5);
        string[] rhythms = ["x-----x-x-------", "x-------x---x---", "....x---x-------", "x---x---x-------", "x-----------x-x-"];
        var tune = new Melody(sheet, Scale.MajorPentatonic, 69, 88, rhythms, random).Write(Intro);
        yield return new(Bells, tune, -5, 0.2, Reverb: 0.6, Echo: 0.45);
        yield return new(Strings, sheet.Chords(new(64, 88, 3), In("x---", Variation, Reprise, Ending)), -11, Reverb: 0.6);
    }

    private static IEnumerable<Part> ArrangeClassical(LeadSheet sheet, Scale scale, SeededRandom random)
    {
        var waltz = sheet.BeatsPerBar == 3;
        var broken = waltz
            ? random.Pick("0-2-3-4-3-2-", "0-1-2-3-2-1-", "0---2-3-2-3-")
            : random.Pick("0-2-1-2-0-2-1-2-", "0-1-2-3-4-3-2-1-", "0-2-3-4-3-2-1-2-");
        var left = sheet.Broken(new(45, 69, 3), All(broken));
        left.AddRange(sheet.Bass(33, Except(waltz ? "r-----" : "r---5---", Intro)));
        yield return new(Piano, left, -7, -0.15, Reverb: 0.3);
        string[] rhythms = waltz
            ? ["x---x-", "x-xxx-", "x-x-xx", "xxx-x-", "x--xx-"]
            : ["x---x-x-x---x---", "x-----x-x-x-x-x-", "x---x---x-x-x-x-", "x-x-x-x-x-------", "x-----x-x---x---"];
        yield return new(Piano, new Melody(sheet, scale, 67, 88, rhythms, random).Write(Intro), -2, 0.12, Reverb: 0.35);
        yield return new(Strings, sheet.Chords(new(52, 76, 4), Except("x---", Intro, Theme)), -11, 0.1, Reverb: 0.45);
        yield return new(Strings, sheet.Bass(36, In("r---", Bridge, Reprise, Ending)), -12, 0.35, Reverb: 0.4);
    }

    private static IEnumerable<Part> ArrangeFolk(LeadSheet sheet, SeededRandom random)
    {
        var waltz = sheet.BeatsPerBar == 3;
        var picking = waltz
            ? random.Pick("0-1-2-3-2-1-", "0-2-3-2-3-2-", "0-3-1-2-1-3-")
            : random.Pick("0-2-1-3-0-2-1-3-", "0-2-3-1-0-3-2-1-", "0-3-1-2-0-3-4-2-");
        yield return new(SteelGuitar, sheet.Broken(new(50, 76, 4), All(picking)), -4, -0.3, Reverb: 0.2);
        var strum = In(waltz ? "....x.o.x.o." : "....x..o..o.x.o.", Variation, Reprise, Bridge);
        yield return new(NylonGuitar, sheet.Broken(new(55, 81, 4), strum, 0.03), -9, 0.45, Reverb: 0.2);
        yield return new(UprightBass, sheet.Bass(31, Except(waltz ? "r---5-" : "r-----5-", Intro)), -6, Reverb: 0.08);
        string[] rhythms = waltz
            ? ["x---x-", "x-x-x-", "x-xxx-", "x-----", "x--xx-"]
            : ["x--xx-x-", "x-x-x---x-x-x---", "x---x-x-x-x-x-x-", "x-----x-x---x---", "x-x-x-x-x-------"];
        var lead = random.Pick(Flute, Flute, Kalimba);
        yield return new(lead, new Melody(sheet, Scale.Major, 67, 86, rhythms, random).Write(Intro), -3, 0.15, Reverb: 0.3, Echo: 0.08);
        yield return new(Strings, sheet.Chords(new(55, 79, 3), In("x---", Bridge, Reprise, Ending)), -12, Reverb: 0.4);
        var kit = waltz ? "Shaker:o.x.x. Rim:..x... Kick:x....." : "Shaker:o.x.o.x. Rim:..x...x. Kick:x...x...";
        yield return new(DustyKit, sheet.Drums(In(kit, Variation, Reprise)), -12);
    }

    private static IEnumerable<Part> ArrangeJazz(LeadSheet sheet, SeededRandom random)
    {
        var comp = random.Pick("x-.x-.x-.x-.x-..", "..x-.x-.x-.x-.x-", "x-x-.x-.x-.x-.x-");
        yield return new(NylonGuitar, sheet.Chords(new(52, 76, 4), All(comp)), -5, -0.35);
        var piano = sheet.Chords(new(55, 79, 4), In("x-----o-x-------", Bridge, Reprise, Ending));
        yield return new(ElectricPiano, piano, -10, 0.35, Reverb: 0.25);
        yield return new(UprightBass, sheet.Bass(31, Except("r--55--a", Intro, "r-------")), -4, Reverb: 0.06);
        string[] rhythms = ["x-.x.x-x", ".x-x.x-x", "x--x--x-", "x-x-.x-x", ".xxx.x--", "xxx-.x--"];
        var tune = new Melody(sheet, Scale.Major, 65, 84, rhythms, random).Write(Intro);
        yield return new(random.Pick(Vibraphone, Flute, Vibraphone), tune, -2, 0.15, Reverb: 0.3, Echo: 0.06);
        const string Full = "Kick:x..xx..x ClosedHat:xoxoxoxo Rim:x..x..x...x..x.. Shaker:oxoxoxoxoxoxoxox";
        var drums = sheet.Drums(Except(Full, Intro, "ClosedHat:xoxoxoxo Kick:o..oo..o"), Drum.Ride);
        yield return new(DustyKit, drums, -8, Reverb: 0.12);
    }

    private static IEnumerable<Part> ArrangeHouse(LeadSheet sheet, SeededRandom random)
    {
        var stab = random.Pick("..x..x....x..x..", "x..x..x.........", "...x..x....x..x.", "x.....x...x.....");
        var chords = sheet.Chords(new(55, 79, 4), Except(stab, Bridge, "x---------------"));
        yield return new(random.Pick(ElectricPiano, Organ, Piano), chords, -6, -0.15, Reverb: 0.25, Echo: 0.2, Ducked: true);
        yield return new(SawPad, sheet.Chords(new(57, 81, 4), Except("x---", Intro)), -13, Reverb: 0.4, Ducked: true);
        var line = random.Pick("..r-..r-..r-..r-", "..r-.r8...r-.r8.", "r-.r-.r-..8.r-5.");
        yield return new(SynthBass, sheet.Bass(33, Except(line, Intro)), -4, Reverb: 0.03, Ducked: true);
        string[] rhythms = ["x..x..x.x..x..x.", "x-.x-.x-....x-x-", "..x-x-..x-..x-..", "x.x.x..x..x.x...", "x---..x-..x-...."];
        var tune = new Melody(sheet, Scale.MinorPentatonic, 67, 86, rhythms, random).Write(Intro, Bridge);
        yield return new(Pluck, tune, -6, 0.2, Reverb: 0.3, Echo: 0.35);
        var drums = sheet.Drums(
            bar => bar.Section switch
            {
                Intro => "Kick:XXXX ClosedHat:..x...x...x...x.",
                Bridge => "Clap:.x.x ClosedHat:..x...x...x...x.",
                _ => "Kick:XXXX Clap:.x.x OpenHat:.x.x.x.x ClosedHat:o.oxo.oxo.oxo.ox Shaker:oooooooooooooooo",
            },
            Drum.Kick,
            Drum.Crash);
        yield return new(ElectronicKit, drums, -2, Reverb: 0.05);
    }

    private static IEnumerable<Part> ArrangeSynthwave(LeadSheet sheet, SeededRandom random)
    {
        yield return new(SawPad, sheet.Chords(new(53, 79, 4), All("x---")), -9, Reverb: 0.35, Ducked: true);
        var line = random.Pick("r.r.r.r.r.r.r.r.", "r.rrr.rrr.rrr.rr", "r.8.r.8.r.8.r.8.", "r.rr8.rrr.rr8.r8");
        yield return new(SynthBass, sheet.Bass(33, Except(line, Bridge, "r---r---")), -4, Reverb: 0.03, Ducked: true);
        var figure = random.Pick("0123210301232103", "0120320132013201", "0213021302130213");
        var arpeggio = sheet.Broken(new(60, 84, 4), Except(figure, Theme, "0.2.1.3.0.2.1.3."));
        yield return new(Pluck, arpeggio, -10, -0.4, Reverb: 0.2, Echo: 0.3);
        string[] rhythms = ["x-----x-x---x---", "x---x---x-x-x---", "x-x-x-----x-x---", "x-------x-x-x-x-", "x--x--x-x-------"];
        var tune = new Melody(sheet, Scale.Minor, 64, 83, rhythms, random).Write(Intro);
        yield return new(SawLead, tune, -4, 0.1, Reverb: 0.3, Echo: 0.35);
        var beat = $"Kick:{random.Pick("X...X...X...X...", "X.....x.X.......", "X......xX.x.....")} ClosedHat:xoxoxoxoxoxoxoxo";
        var drums = sheet.Drums(
            bar => bar.Section is Intro or Bridge ? "Kick:x...x... ClosedHat:o.o.o.o."
                : bar.IsLast ? beat + " Snare:.X.. HighTom:........x.x..... LowTom:............x.xx"
                : beat + " Snare:.X.X",
            Drum.Kick,
            Drum.Crash);
        yield return new(ElectronicKit, drums, -3, Reverb: 0.18);
    }

    private static IEnumerable<Part> ArrangeLoFi(LeadSheet sheet, SeededRandom random)
    {
        var comp = random.Pick("x-----o---x-----", "x--------o-x----", "x-----x---------", "x---x-----o-x---");
        var piano = sheet.Broken(new(52, 76, 4), Except(comp, Intro, "x---------------"), 0.04);
        yield return new(ElectricPiano, piano, -3, -0.15, Reverb: 0.2, Ducked: true);
        var line = random.Pick("r-----r...5---a-", "r---..r-....5-r-", "r-------..r-5---");
        yield return new(SubBass, sheet.Bass(33, Except(line, Intro)), -6, Reverb: 0.02);
        string[] rhythms = ["..x-x-x---......", "x---..x-x---....", "..x-..x-x-x-....", "....x-x-x-----..", "x-x-..x-........"];
        var tune = new Melody(sheet, Scale.MajorPentatonic, 64, 83, rhythms, random).Write(Intro);
        yield return new(random.Pick(Kalimba, NylonGuitar, Vibraphone, Flute), tune, -5, 0.25, Reverb: 0.3, Echo: 0.25);
        var pad = sheet.Chords(new(59, 83, 3), In("x---", Variation, Bridge, Reprise));
        yield return new(WarmPad, pad, -13, Reverb: 0.4, Ducked: true);
        var kick = random.Pick("X......x..X.....", "X..x......X..o..", "X.......x.X.....");
        var kit = Except($"Kick:{kick} Snare:....x.......x..o ClosedHat:x.o.x.o.x.o.x.oo", Intro, "ClosedHat:o...o...o...o...");
        yield return new(DustyKit, sheet.Drums(kit, Drum.Kick), -4, Reverb: 0.1);
    }

    private static IEnumerable<Part> ArrangeRock(LeadSheet sheet, SeededRandom random)
    {
        var drive = random.Pick("xxxxxxxx", "x-.x.xx-", "X.xxX.xx", "x--x--x-");
        yield return new(OverdrivenGuitar, PowerChords(drive), -6, -0.55, Reverb: 0.1);
        yield return new(OverdrivenGuitar, PowerChords(random.Pick(drive, "x---x---")), -7, 0.55, Reverb: 0.1);
        var bass = sheet.Bass(28, bar => bar.Section switch { Intro => null, Bridge => "r-rr8-5-", _ => "rrrrrrrr" });
        yield return new(ElectricBass, bass, -5, Reverb: 0.03);
        yield return new(Organ, sheet.Chords(new(57, 81, 3), In("x---", Bridge, Reprise, Ending)), -13, 0.2, Reverb: 0.25);
        string[] rhythms = ["x-x-x-xx", "x--xx-x-", "x-xxx---", "xxx-x-x-", "x---x-x-"];
        var tune = new Melody(sheet, Scale.MajorPentatonic, 62, 83, rhythms, random).Write(Intro);
        yield return new(LeadGuitar, tune, -4, 0.08, Reverb: 0.2, Echo: 0.12);
        var kick = random.Pick("X...X.x.", "X..xX...", "X..x.X..");
        var drums = sheet.Drums(
            bar => bar.IsLast && bar.Section != Ending
                ? $"Kick:{kick} Snare:....X...x.xx.... ClosedHat:xoxoxoxo HighTom:............xx.. LowTom:..............xx"
                : $"Kick:{kick} Snare:.X.X {(bar.Section is Bridge or Reprise ? "Ride:xxxxxxxx" : "ClosedHat:xoxoxoxo")}",
            Drum.Kick,
            Drum.Crash);
        var entrances = sheet.Bars.Where(bar => bar is { Index: 0, Start: > 0 });
        drums.AddRange(entrances.Select(bar => new Note(bar.Start, 1, (int)Drum.Crash, 0.6f)));
        yield return new(AcousticKit, drums, -3);

        // Root, fifth and octave, because a full chord would growl when overdriven.
        List<Note> PowerChords(string pattern) =>
        [
            .. sheet.Bass(40, All(pattern)).SelectMany(note =>
                new[] { note, note with { Pitch = note.Pitch + 7 }, note with { Pitch = note.Pitch + 12 } }),
        ];
    }

    private static IEnumerable<Part> ArrangeNarration(LeadSheet sheet, SeededRandom random)
    {
        yield return new(Voice, Speak(sheet, random), 0, Reverb: 0.08);
        yield return new(WarmPad, sheet.Chords(new(55, 79, 3), All("x---")), -17, Reverb: 0.4);
        var jingle = sheet.Broken(
            new(60, 84, 4), bar => bar.Section is Intro or Ending ? "0.1.2.3.2.4.3.2." : "0.......2.......");
        yield return new(Kalimba, jingle, -12, 0.25, Reverb: 0.4);
    }

    /// <summary>Returns sentences of two to four phrases, each with a falling pitch and a long last syllable.</summary>
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
            for (var phrase = 1; phrase <= phrases && time < end; phrase++)
            {
                var syllables = random.Between(4, 10);
                for (var i = 0; i < syllables && time < end; i++)
                {
                    var (last, stressed) = (i == syllables - 1, i % 3 == 1);
                    var length = beat * (random.Between(0.12, 0.17) + (stressed ? 0.05 : 0) + (last ? 0.12 : 0));
                    var pitch = voice + 3 - (4.0 * i / syllables) + (stressed ? 1.5 : 0) + random.Between(-0.5, 0.5)
                        - (last && phrase == phrases ? 2 : 0);
                    notes.Add(new(time, length * 0.92, (float)pitch, stressed ? 0.9f : 0.65f));
                    time += length;
                }

                time += random.Between(0.2, 0.35) * beat;
            }

            time += random.Between(0.5, 0.8) * beat;
        }

        return notes;
    }

    private static Func<Bar, string?> All(string pattern) => _ => pattern;

    private static Func<Bar, string?> In(string pattern, params SectionKind[] sections) =>
        bar => sections.Contains(bar.Section) ? pattern : null;

    private static Func<Bar, string?> Except(string pattern, params SectionKind[] sections) =>
        bar => sections.Contains(bar.Section) ? null : pattern;

    private static Func<Bar, string?> Except(string pattern, SectionKind section, string instead) =>
        bar => bar.Section == section ? instead : pattern;
}
