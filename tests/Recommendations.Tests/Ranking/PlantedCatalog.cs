using Spotify.Domain.Catalog;
using Spotify.Recommendations.Factors;
using Spotify.Recommendations.Interactions;
using Spotify.Recommendations.Items;
using Spotify.Recommendations.Ranking;
using Spotify.Recommendations.Tracks;
using Spotify.Recommendations.Training;
using Spotify.Recommendations.Vectors;

namespace Spotify.Recommendations.Tests.Ranking;

/// <summary>
/// A catalog with planted tastes, and a model trained on the plays of listeners who keep to one taste each. A taste has its own artists,
/// three genres, and a sound. Some tracks are new: by new artists, without genres and listeners, known by their sound alone.
/// </summary>
internal sealed class PlantedCatalog : IDisposable
{
    public const int Tastes = 8;
    public const int ArtistsPerTaste = 25;
    public const int TracksPerArtist = 6;
    public const int ListenersPerTaste = 60;
    public const int NewTracksPerTaste = 6;
    public const int TracksPerTaste = ArtistsPerTaste * TracksPerArtist;
    public const int OldTracks = Tastes * TracksPerTaste;
    public const int Sound = 16;

    public static readonly DateTimeOffset Now = new(2026, 5, 4, 8, 0, 0, TimeSpan.Zero);

    private static readonly Lazy<PlantedCatalog> SharedCatalog = new(() => new PlantedCatalog());

    private readonly double[][] popularity = new double[Tastes][];
    private readonly List<int>[] plays;

    private PlantedCatalog()
    {
        var random = new Random(5);
        for (var taste = 0; taste < Tastes; taste++)
            popularity[taste] = [.. Enumerable.Range(0, TracksPerTaste).Select(_ => Math.Pow(random.NextDouble(), 3) + 0.02)];
        plays = [.. Enumerable.Range(0, Tastes * ListenersPerTaste).Select(listener => Draw(listener / ListenersPerTaste, 25, random))];
        var counts = new int[OldTracks];
        foreach (var track in plays.SelectMany(of => of)) counts[track]++;
        var (tracks, popular) = (new TrackTableBuilder(), new PopularTracksBuilder());
        for (var row = 0; row < OldTracks + (Tastes * NewTracksPerTaste); row++) tracks.Add(Describe(row, counts, random));
        for (var row = 0; row < OldTracks; row++)
        {
            // Taste 0 is what Sweden listens to, taste 1 Germany, taste 2 everybody in the evening.
            var taste = TasteOf(row);
            popular.Add(row, taste == 0 ? "SE" : taste == 1 ? "DE" : "US", taste == 2 ? Now.AddHours(12) : Now, counts[row]);
        }

        var interactions = plays.SelectMany((of, listener) => of.Select(track => new Interaction(listener, track, 1))).ToArray();
        Model = new ModelTrainer(Options).Train(new TrainingData
        {
            Interactions = InteractionMatrix.Build(plays.Length, tracks.Count, interactions),
            Tracks = tracks.Build(),
            Audio = VectorTable.Create(VectorFormat.Float32, Sound, Sounds(tracks.Count, random)),
            Popular = popular.Build(),
        }, 2, null, default);
    }

    public static PlantedCatalog Shared => SharedCatalog.Value;

    public static TrainingOptions Options { get; } = new()
    {
        Factors = new FactorOptions { Factors = 16, Iterations = 8 },
        Items = new ItemModelOptions { Tracks = 1_000, Neighbours = 50 },
        Tuning = null,
    };

    public TrainedModel Model { get; }

    public static int TasteOf(int row) => row < OldTracks ? row / TracksPerTaste : (row - OldTracks) / NewTracksPerTaste;

    public static int TasteOf(UInt128 id) => TasteOf((int)id - 1);

    public static bool IsNew(UInt128 id) => id > OldTracks;

    public static UInt128 Id(int row) => (UInt128)(row + 1);

    /// <summary>Draws distinct tracks of a taste, popular ones more often.</summary>
    public List<int> Draw(int taste, int count, Random random) =>
        [.. Enumerable.Range(0, TracksPerTaste)
            .OrderBy(track => -Math.Log(1 - random.NextDouble()) / popularity[taste][track])
            .Take(count)
            .Select(track => (taste * TracksPerTaste) + track)];

    /// <summary>Returns a listener of a taste who has played some tracks in the last weeks.</summary>
    public ListenerInput Listener(int taste, int seed, int count = 20, string market = "US")
    {
        var random = new Random(seed);
        return Listener([.. Draw(taste, count, random)], market);
    }

    public static ListenerInput Listener(IReadOnlyList<int> rows, string market = "US") => new()
    {
        Plays = rows.Select((row, i) => new TrackPlays(Id(row), 1, Now.AddDays(-i))).ToArray(),
        Market = market,
    };

    public void Dispose() => Model.Dispose();

    private static TrackDescription Describe(int row, int[] counts, Random random)
    {
        var (taste, artist) = (TasteOf(row), row < OldTracks ? row / TracksPerArtist : 1000 + row);
        return new TrackDescription(Id(row))
        {
            Artists = [(UInt128)(10_000 + artist)],
            Album = (UInt128)(20_000 + artist),
            Genres = row < OldTracks ? [$"genre {taste}{"abc"[artist % 3]}"] : [],
            Rights = new Rights(row % 10 == 3 ? MarketSet.Of("DE") : MarketSet.Everywhere, null, row % 10 == 7 ? Now.AddDays(-1) : null),
            Explicit = row % 10 == 5,
            Year = row < OldTracks ? 1960 + (taste * 8) + random.Next(8) : 2026,
            Popularity = row < OldTracks ? MathF.Log(1 + counts[row]) / MathF.Log(1 + counts.Max()) : 0,
            Attributes =
            [
                (TrackAttribute.Tempo, 70 + random.Next(100)), (TrackAttribute.Energy, row * 37 % 101 / 100f),
                (TrackAttribute.Key, row % 13 == 12 ? float.NaN : row % 13), (TrackAttribute.DurationMs, 60_000 + (row * 7919 % 400_000)),
            ],
            AddedAt = row < OldTracks ? Now.AddDays(-400) : Now.AddDays(-random.Next(7)),
        };
    }

    private static float[] Sounds(int count, Random random)
    {
        var centers = Enumerable.Range(0, Tastes * Sound).Select(_ => random.NextSingle() - 0.5f).ToArray();
        var sounds = new float[count * Sound];
        for (var i = 0; i < sounds.Length; i++)
            sounds[i] = centers[(TasteOf(i / Sound) * Sound) + (i % Sound)] + (0.3f * (random.NextSingle() - 0.5f));
        return sounds;
    }
}
