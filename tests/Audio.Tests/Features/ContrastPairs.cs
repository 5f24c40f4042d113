using Spotify.Audio.Features;
using static Spotify.Audio.Tests.Features.SyntheticSounds;

namespace Spotify.Audio.Tests.Features;

/// <summary>Two sounds, of which the first has more of a feature.</summary>
public sealed record ContrastPair(
    string Name, Func<AudioFeatures, double> Feature, Func<float[]> More, Func<float[]> Less);

/// <summary>Pairs for each feature.</summary>
public static class ContrastPairs
{
    private const double Seconds = 9;

    public static IReadOnlyList<ContrastPair> All { get; } =
    [
        new("loudness: loud, soft", f => f.Loudness, () => Play(Pop with { Gain = 0.9 }), () => Play(Pop with { Gain = 0.1 })),
        new("loudness: distorted, clean", f => f.Loudness, () => Distorted(Play(Pop), 8), () => Play(Pop)),
        new("loudness: dense, sparse", f => f.Loudness, () => Play(Dance), () => Play(Ballad)),

        new("energy: rock, ballad", f => f.Energy, () => Distorted(Play(Rock), 6), () => Play(Ballad)),
        new("energy: loud, soft", f => f.Energy, () => Play(Pop with { Gain = 0.9 }), () => Play(Pop with { Gain = 0.1 })),
        new("energy: drums, no drums", f => f.Energy, () => Play(Pop), () => Play(Pop with { Groove = Groove.NoDrums })),
        new("energy: fast, slow", f => f.Energy, () => Play(Pop with { Bpm = 170 }), () => Play(Pop with { Bpm = 65 })),
        new("energy: dance, speech", f => f.Energy, () => Play(Dance), () => Mix((Speech(Seconds, 1), 0.3))),

        new("danceability: four on the floor, rubato", f => f.Danceability, () => Play(Dance), () => Play(Rubato)),
        new("danceability: steady, jittered", f => f.Danceability, () => Play(Pop), () => Play(Pop with { Jitter = 0.09 })),
        new("danceability: dance, speech", f => f.Danceability, () => Play(Dance), () => Speech(Seconds, 2)),
        new("danceability: dance, audience", f => f.Danceability, () => Play(Dance), () => Crowd(Seconds, 3)),
        new("danceability: drums, pads", f => f.Danceability, () => Play(Pop), () => Play(Rubato with { Timbre = Timbre.Flute })),

        new("valence: major and fast, minor and slow", f => f.Valence,
            () => Play(Pop with { Bpm = 140 }), () => Play(Pop with { Bpm = 65, Mode = 0, Progression = 1 })),
        new("valence: major, minor", f => f.Valence,
            () => Play(Pop with { Progression = 1 }), () => Play(Pop with { Mode = 0, Progression = 1 })),
        new("valence: major, minor, plucked", f => f.Valence,
            () => Play(Guitar with { Progression = 3 }), () => Play(Guitar with { Mode = 0, Progression = 3 })),
        new("valence: fast, slow", f => f.Valence, () => Play(Pop with { Bpm = 150 }), () => Play(Pop with { Bpm = 60 })),

        new("acousticness: plucked, distorted saws", f => f.Acousticness, () => Play(Guitar), () => Distorted(Play(Rock), 8)),
        new("acousticness: plucked, saws and drums", f => f.Acousticness, () => Play(Guitar), () => Play(Dance)),
        new("acousticness: flutes, squares", f => f.Acousticness,
            () => Play(Ballad), () => Play(Ballad with { Timbre = Timbre.Square, Groove = Groove.Syncopated, Gain = 0.9 })),
        new("acousticness: guitar, distorted guitar", f => f.Acousticness, () => Play(Guitar), () => Distorted(Play(Guitar), 12)),

        new("instrumentalness: organ, singing", f => f.Instrumentalness, () => Play(Pop), () => Singing(Seconds, 100, 4)),
        new("instrumentalness: band, band with a singer", f => f.Instrumentalness,
            () => Play(Pop), () => Mix((Play(Pop), 0.5), (Singing(Seconds, 118, 5), 1))),
        new("instrumentalness: guitar, guitar with a singer", f => f.Instrumentalness,
            () => Play(Guitar), () => Mix((Play(Guitar), 0.5), (Singing(Seconds, 90, 6), 1))),
        new("instrumentalness: dance, speech", f => f.Instrumentalness, () => Play(Dance), () => Speech(Seconds, 7)),

        new("speechiness: speech, music", f => f.Speechiness, () => Speech(Seconds, 8), () => Play(Pop)),
        new("speechiness: speech, singing", f => f.Speechiness, () => Speech(Seconds, 9), () => Singing(Seconds, 90, 9)),
        new("speechiness: speech with soft music, music", f => f.Speechiness,
            () => Mix((Speech(Seconds, 10), 1), (Play(Ballad), 0.05)), () => Play(Ballad)),
        new("speechiness: speech, audience", f => f.Speechiness, () => Speech(Seconds, 11), () => Crowd(Seconds, 11)),

        new("liveness: band with an audience in a hall, dry band", f => f.Liveness,
            () => Mix((Reverberant(Play(Pop)), 1), (Crowd(Seconds, 12), 0.15)), () => Play(Pop)),
        new("liveness: guitar in a hall with an audience, dry guitar", f => f.Liveness,
            () => Mix((Reverberant(Play(Guitar)), 1), (Crowd(Seconds, 13), 0.1)), () => Play(Guitar)),
        new("liveness: audience, speech", f => f.Liveness, () => Crowd(Seconds, 14), () => Speech(Seconds, 14)),
        new("liveness: hall, dry", f => f.Liveness, () => Reverberant(Play(Guitar), 0.7), () => Play(Guitar)),
        new("liveness: singer with an audience, dry singer", f => f.Liveness,
            () => Mix((Singing(Seconds, 90, 15), 1), (Crowd(Seconds, 15), 0.2)), () => Singing(Seconds, 90, 15)),
    ];

    private static Piece Pop => new(118, 2, 1) { Seconds = Seconds };

    private static Piece Dance => new(124, 9, 0) { Seconds = Seconds, Groove = Groove.FourOnTheFloor, Timbre = Timbre.Saw, Gain = 0.9 };

    private static Piece Rock => new(150, 4, 0) { Seconds = Seconds, Timbre = Timbre.Saw, Gain = 0.9, Noise = 0.02 };

    private static Piece Guitar =>
        new(96, 7, 1) { Seconds = Seconds, Timbre = Timbre.Plucked, Groove = Groove.NoDrums, Gain = 0.4 };

    private static Piece Ballad => new(66, 0, 1) { Seconds = Seconds, Timbre = Timbre.Flute, Groove = Groove.NoDrums, Gain = 0.25 };

    private static Piece Rubato => new(63, 5, 1) { Seconds = Seconds, Groove = Groove.NoDrums, Jitter = 0.18, Gain = 0.4 };

    private static float[] Play(Piece piece) => SyntheticMusic.Render(piece);
}
