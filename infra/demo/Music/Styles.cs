using Spotify.Demo.Music.Theory;
using static Spotify.Demo.Music.Instrument;
using static Spotify.Demo.Music.Role;
using static Spotify.Demo.Music.Theory.Sections;

namespace Spotify.Demo.Music;

/// <summary>The styles of all genres.</summary>
internal static class Styles
{
    /// <summary>A voice over a soft pad.</summary>
    public static readonly Style Narration = new(
        70, 80, Scale.Major, new(ReverbSeconds: 1.0, Brightness: 9_000), Swing.None,
        [
            "Imaj9 | vi9 | IVmaj9 | Vsus4 / vi9 | iii7 | IVmaj9 | Vsus4 / IVmaj9 | Iadd9",
            "Iadd9 | IVmaj9 | ii9 | Vsus4 / IVmaj9 | iii7 | vi9 | Vsus4 / IVmaj9 | Iadd9",
        ],
        [
            new(Syllables, [Voice], 45, [""], new(0, Reverb: 0.08)),
            new(Chords, [WarmPad], 55, ["x---"], new(-17, Reverb: 0.4)),
            new(Chords, [Kalimba], 60, ["0.1.2.3.2.4.3.2."], new(-12, 0.25, Reverb: 0.4), Intro | Ending, Elsewhere: "0.......2......."),
        ]);

    private static readonly Dictionary<Genre, Style> ByGenre = new()
    {
        // Slow pads under bells, with much reverb.
        [Genre.Ambient] = new(
            68, 82, Scale.Pentatonic, new(ReverbSeconds: 3.2, EchoBeats: 1.5, Brightness: 11_000), Swing.None,
            [
                "Imaj9 | iii7 | vi9 | IImaj7 / vi9 | iii7 | II | vi9 / IVmaj9 | Imaj9",
                "Imaj9 | II | vi9 | Imaj9 / iii7 | vi9 | Imaj9 | II / ii9 | Iadd9",
                "vi9 | Imaj9 | II | iii7 / iii7 | vi9 | Imaj9 | II / V9 | Imaj9",
                "Iadd9 | vi9 | iii7 | IImaj7 / vi9 | iii7 | II | vi9 / ii9 | Iadd9",
            ],
            [
                new(Chords, [WarmPad], 53, ["x---"], new(-4, Reverb: 0.5)),
                new(Bass, [SubBass], 36, ["r-------"], new(-7, Reverb: 0.1), ~Intro),
                new(Chords, [Kalimba, Vibraphone], 60, ["0.2.1.3.2.4.3.1.", "0..2..4..3..1...", "0...3...2...4..."],
                    new(-10, -0.35, Reverb: 0.5, Echo: 0.5), ~Theme),
                new(Tune, [Bells], 68, ["x-----x-x-------", "x-------x---x---", "....x---x-------", "x---x---x-------", "x-----------x-x-"],
                    new(-5, 0.2, Reverb: 0.6, Echo: 0.45), ~Intro),
                new(Chords, [Strings], 64, ["x---"], new(-11, Reverb: 0.6), Variation | Reprise | Ending),
            ]),

        // A fingerpicked guitar, then a flute, a second guitar, bass, strings and percussion.
        [Genre.Folk] = new(
            92, 116, Scale.Major, new(ReverbSeconds: 1.3, EchoBeats: 0.5, Brightness: 14_000), new(Share: 0.53, Beats: 1),
            [
                "I | V | vi | IV / IV | I | ii | V / IV V | Iadd9",
                "I | IV | I | V / vi | iii | IV | V / V7 | I",
                "I | vi | IV | V / ii | IV | I | V / iv V | I",
                "vi | IV | I | V / IV | I | ii | V / IV V | Iadd9",
                "I | iii | IV | V / vi | iii | IV | V / V7 | I",
            ],
            [
                new(Chords, [SteelGuitar], 50, ["0-2-1-3-0-2-1-3-", "0-2-3-1-0-3-2-1-", "0-3-1-2-0-3-4-2-"], new(-4, -0.3, Reverb: 0.2)),
                new(Chords, [NylonGuitar], 55, ["....x..o..o.x.o."], new(-9, 0.45, Reverb: 0.2), Variation | Bridge | Reprise),
                new(Bass, [UprightBass], 31, ["r-----5-"], new(-6, Reverb: 0.08), ~Intro),
                new(Tune, [Flute, Flute, Kalimba], 66, ["x--xx-x-", "x-x-x---x-x-x---", "x---x-x-x-x-x-x-", "x-----x-x---x---"],
                    new(-3, 0.15, Reverb: 0.3, Echo: 0.08), ~Intro),
                new(Chords, [Strings], 55, ["x---"], new(-12, Reverb: 0.4), Bridge | Reprise | Ending),
                new(Drums, [DustyKit], 0, ["Shaker:o.x.o.x. Rim:..x...x. Kick:x...x..."], new(-12), Variation | Reprise),
            ]),

        // Bossa nova: a syncopated guitar, an upright bass and a vibraphone.
        [Genre.Jazz] = new(
            112, 136, Scale.Major, new(ReverbSeconds: 1.2, EchoBeats: 0.5, Brightness: 13_000), new(Share: 0.52, Beats: 1),
            [
                "Imaj9 | vi9 | ii9 | V13 / IVmaj9 | iv6 | iii7 | VI7b9 / ii9 V13 | I69",
                "Imaj9 | II9 | ii9 | V7b9 / iv9 | bVII13 | bIIImaj9 | V7b9 / ii9 bIImaj7 | Imaj9",
                "ii9 | V13 | Imaj9 | VI7b9 / #iv7b5 | VII7b9 | iii7 | VI7b9 / ii9 V13 | I69",
                "Imaj9 | bIIImaj7 | ii9 | bIImaj7 / IVmaj9 | iv6 | iii7 | VI7b9 / ii9 bIImaj7 | Imaj9",
            ],
            [
                new(Chords, [NylonGuitar], 52, ["x-.x-.x-.x-.x-..", "..x-.x-.x-.x-.x-", "x-x-.x-.x-.x-.x-"], new(-5, -0.35)),
                new(Chords, [ElectricPiano], 55, ["x-----o-x-------"], new(-10, 0.35, Reverb: 0.25), Bridge | Reprise | Ending),
                new(Bass, [UprightBass], 31, ["r--55--a"], new(-4, Reverb: 0.06), ~Intro, Elsewhere: "r-------"),
                new(Tune, [Vibraphone, Flute, Vibraphone], 65, ["x-.x.x-x", ".x-x.x-x", "x--x--x-", "x-x-.x-x", ".xxx.x--", "xxx-.x--"],
                    new(-2, 0.15, Reverb: 0.3, Echo: 0.06), ~Intro),
                new(Drums, [DustyKit], 0, ["Kick:x..xx..x ClosedHat:xoxoxoxo Rim:x..x..x...x..x.. Shaker:oxoxoxoxoxoxoxox"],
                    new(-8, Reverb: 0.12), ~Intro, Elsewhere: "ClosedHat:xoxoxoxo Kick:o..oo..o"),
            ]),

        // Four kicks to the bar, warm stabs, and a bass between the beats.
        [Genre.House] = new(
            120, 126, Scale.Pentatonic, new(ReverbSeconds: 1.5, Duck: 0.75), new(Share: 0.54, Beats: 0.5),
            [
                "vi9 | II9 | vi9 | II9 / IVmaj9 | V | vi9 | iii7 / IVmaj7 V | vi9",
                "vi9 | Vmaj7 | IVmaj9 | iii7 / ii9 | iii7 | IVmaj7 | V / ii9 iii7 | vi9",
                "IVmaj7 | iii7 | vi9 | vi9 / IVmaj9 | V | vi9 | iii7 / IVmaj7 V | vi9",
                "vi7 | Imaj7 | ii9 | IVmaj7 / IVmaj9 | V | vi9 | iii7 / ii9 iii7 | vi9",
            ],
            [
                new(Chords, [ElectricPiano, Organ, Piano], 55, ["..x..x....x..x..", "x..x..x.........", "...x..x....x..x."],
                    new(-6, -0.15, Reverb: 0.25, Echo: 0.2, Ducked: true), ~Bridge, Elsewhere: "x---------------"),
                new(Chords, [SawPad], 57, ["x---"], new(-13, Reverb: 0.4, Ducked: true), ~Intro),
                new(Bass, [SynthBass], 33, ["..r-..r-..r-..r-", "..r-.r8...r-.r8.", "r-.r-.r-..8.r-5."],
                    new(-4, Reverb: 0.03, Ducked: true), ~Intro),
                new(Tune, [Pluck], 66, ["x..x..x.x..x..x.", "x-.x-.x-....x-x-", "..x-x-..x-..x-..", "x.x.x..x..x.x...", "x---..x-x-..x-.."],
                    new(-6, 0.2, Reverb: 0.3, Echo: 0.35), ~(Intro | Bridge)),
                new(Drums, [ElectronicKit], 0, ["Kick:XXXX Clap:.x.x OpenHat:.x.x.x.x ClosedHat:o.oxo.oxo.oxo.ox Shaker:oooooooooooooooo"],
                    new(-2, Reverb: 0.05), ~(Intro | Bridge), Elsewhere: "Kick:XXXX ClosedHat:..x...x...x...x.", Fill: "Clap:......xx"),
            ]),

        // A running bass, saw pads and a lead with long echoes.
        [Genre.Synthwave] = new(
            98, 116, Scale.Major, new(ReverbSeconds: 2.0, Duck: 0.45), Swing.None,
            [
                "vi | IV | I | V / IV | I | V | vi / IV V | viadd9",
                "vi | V | IV | V / ii | IV | I | V / ii III | vi",
                "IV | V | vi | vi / IV | I | V | vi / ii III | vi",
                "vi | ii | IV | iii / IV | I | V | vi / IV V | viadd9",
                "vi | I | V | ii / ii | IV | I | V / IV V | viadd9",
            ],
            [
                new(Chords, [SawPad], 53, ["x---"], new(-9, Reverb: 0.35, Ducked: true)),
                new(Bass, [SynthBass], 33, ["r.r.r.r.r.r.r.r.", "r.rrr.rrr.rrr.rr", "r.8.r.8.r.8.r.8.", "r.rr8.rrr.rr8.r8"],
                    new(-4, Reverb: 0.03, Ducked: true), ~Bridge, Elsewhere: "r---r---"),
                new(Chords, [Pluck], 60, ["0123210301232103", "0120320132013201", "0213021302130213"],
                    new(-10, -0.4, Reverb: 0.2, Echo: 0.3), ~Theme, Elsewhere: "0.2.1.3.0.2.1.3."),
                new(Tune, [SawLead], 64, ["x-----x-x---x---", "x---x---x-x-x---", "x-x-x-----x-x---", "x--x--x-x-------"],
                    new(-4, 0.1, Reverb: 0.3, Echo: 0.35), ~Intro),
                new(Drums, [ElectronicKit], 0,
                    ["Kick:XxXx Snare:.X.X ClosedHat:xoxoxoxoxoxoxoxo", "Kick:X......xX.x..... Snare:.X.X ClosedHat:xoxoxoxoxoxoxoxo"],
                    new(-3, Reverb: 0.18), ~(Intro | Bridge), Elsewhere: "Kick:x...x... ClosedHat:o.o.o.o.",
                    Fill: "HighTom:........x.x..... LowTom:............x.xx"),
            ]),

        // Jazz chords on an electric piano over slow, swung and muffled drums.
        [Genre.LoFi] = new(
            72, 86, Scale.Pentatonic, new(ReverbSeconds: 1.1, Duck: 0.3, Brightness: 6_500), new(Share: 0.59, Beats: 0.5),
            [
                "ii9 | V13 | Imaj9 | vi9 / iv9 | bVII9 | Imaj9 | Imaj9 / ii9 V13 | Imaj9",
                "IVmaj9 | iii7 | ii9 | Imaj9 / IVmaj9 | iv6 | iii7 | VI7b9 / ii9 V13 | Imaj9",
                "Imaj9 | iii7 | IVmaj9 | iv6 / iv9 | bVII9 | Imaj9 | Imaj9 / iv6 | Imaj9",
                "vi9 | ii9 | IVmaj9 | V9 / IVmaj9 | iv6 | iii7 | VI7b9 / iv6 | Imaj9",
            ],
            [
                new(Chords, [ElectricPiano], 52, ["x-----o---x-----", "x--------o-x----", "x-----x---------", "x---x-----o-x---"],
                    new(-3, -0.15, Reverb: 0.2, Ducked: true), ~Intro, Elsewhere: "x---------------"),
                new(Bass, [SubBass], 33, ["r-----r...5---a-", "r---..r-....5-r-", "r-------..r-5---"], new(-6, Reverb: 0.02), ~Intro),
                new(Tune, [Kalimba, NylonGuitar, Vibraphone, Flute], 64,
                    ["..x-x-x---......", "x---..x-x---....", "..x-..x-x-x-....", "....x-x-x-----..", "x-x-..x-........"],
                    new(-5, 0.25, Reverb: 0.3, Echo: 0.25), ~Intro),
                new(Chords, [WarmPad], 59, ["x---"], new(-13, Reverb: 0.4, Ducked: true), Variation | Bridge | Reprise),
                new(Drums, [DustyKit], 0,
                    [
                        "Kick:X......x..X..... Snare:....x.......x..o ClosedHat:x.o.x.o.x.o.x.oo",
                        "Kick:X..x......X..o.. Snare:....x.......x... ClosedHat:x.o.x.o.x.o.x.o.",
                    ],
                    new(-4, Reverb: 0.1), ~Intro, Elsewhere: "ClosedHat:o...o...o...o..."),
            ]),

        // Two overdriven guitars, bass and drums.
        [Genre.Rock] = new(
            116, 146, Scale.Pentatonic, new(ReverbSeconds: 1.0, EchoBeats: 0.5), Swing.None,
            [
                "I | bVII | IV | I / IV | I | bVII | V / IV V | I",
                "I | V | bVII | IV / vi | V | IV | V / bVII IV | I",
                "vi | IV | I | V / bVII | IV | I | V / bVI bVII | I",
                "I | vi | IV | V / IV | I | bVII | V / bVI bVII | I",
            ],
            [
                new(PowerChords, [OverdrivenGuitar], 40, ["rrrrrrrr", "r-.r.rr-", "r.rrr.rr", "r--r--r-"], new(-6, -0.55, Reverb: 0.1)),
                new(PowerChords, [OverdrivenGuitar], 40, ["rrrrrrrr", "r---r---"], new(-7, 0.55, Reverb: 0.1)),
                new(Bass, [ElectricBass], 28, ["rrrrrrrr", "r-rr8-5-"], new(-5, Reverb: 0.03), ~Intro),
                new(Chords, [Organ], 57, ["x---"], new(-13, 0.2, Reverb: 0.25), Bridge | Reprise | Ending),
                new(Tune, [LeadGuitar], 62, ["x-x-x-xx", "x--xx-x-", "x-xxx---", "xxx-x-x-", "x---x-x-"],
                    new(-4, 0.08, Reverb: 0.2, Echo: 0.12), ~Intro),
                new(Drums, [AcousticKit], 0, ["Kick:X...X.x. Snare:.X.X ClosedHat:xoxoxoxo", "Kick:X..xX... Snare:.X.X Ride:xxxxxxxx"],
                    new(-3), Fill: "Snare:..........xx.... HighTom:............xx.. LowTom:..............xx"),
            ]),

        // A waltz for piano, joined by strings.
        [Genre.Classical] = new(
            92, 126, Scale.Major, new(ReverbSeconds: 2.2, Brightness: 15_000), Swing.None,
            [
                "I | V7 | vi | iii / vi | II7 | V | V7 / ii V7 | I",
                "I | IV | V7 | I / IV | iv | I | V7 / IV V7 | I",
                "I | vi | ii | V7 / ii | VI7 | ii | V7 / ii V7 | I",
                "vi | ii | III7 | vi / I | V | IV | III7 / ii III7 | vi",
                "vi | IV | ii | III7 / ii | V | I | IV / III7 | VI",
                "vi | V | IV | III7 / I | V | IV | III7 / ii III7 | vi",
            ],
            [
                new(Chords, [Piano], 45, ["0-2-3-4-3-2-", "0-1-2-3-2-1-", "0---2-3-2-3-"], new(-8, -0.15, Reverb: 0.3)),
                new(Bass, [Piano], 33, ["r-----"], new(-11, -0.15, Reverb: 0.3), ~Intro),
                new(Tune, [Piano], 67, ["x---x-", "x-xxx-", "x-x-xx", "xxx-x-", "x--xx-"], new(-2, 0.12, Reverb: 0.35), ~Intro),
                new(Chords, [Strings], 52, ["x---"], new(-11, 0.1, Reverb: 0.45), ~(Intro | Theme)),
                new(Bass, [Strings], 36, ["r---"], new(-12, 0.35, Reverb: 0.4), Bridge | Reprise | Ending),
            ],
            BeatsPerBar: 3),
    };

    /// <summary>Returns the style of a genre.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The genre is unknown.</exception>
    public static Style Of(Genre genre) => ByGenre.TryGetValue(genre, out var style)
        ? style
        : throw new ArgumentOutOfRangeException(nameof(genre), genre, "There is no such genre.");
}
