using Spotify.Audio;
using Spotify.Audio.Features;
using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Fixtures;
using Spotify.Recommendations.Tracks;
using Spotify.Recommendations.Vectors;

namespace Spotify.Functions.Tests.Recommendations;

/// <summary>
/// A catalog with planted tastes, each with a genre and artists of its own, tracks with random attributes, and a model trained on the plays
/// of listeners who keep to one taste.
/// </summary>
internal static class PlantedMusic
{
    public const int TracksPerTaste = ArtistsPerTaste * TracksPerArtist;

    private const int ArtistsPerTaste = 12;
    private const int TracksPerArtist = 6;
    private const string Revision = "rev";

    public static IReadOnlyList<string> Genres { get; } = ["Deep House", "folk", "Jazz", "metal"];

    public static IReadOnlyList<Artist> Artists { get; } =
    [
        .. Genres.SelectMany(genre => Enumerable.Range(0, ArtistsPerTaste).Select(i =>
            TestCatalog.NewArtist($"{genre} artist {i}", 90 - i) with { Genres = [genre] })),
    ];

    public static IReadOnlyList<Album> Albums { get; } =
    [
        .. Artists.Select(artist =>
            TestCatalog.NewAlbum($"Album of {artist.Name}", "album", "2010", artist) with { Genres = artist.Genres }),
    ];

    public static IReadOnlyList<Playable> Tracks { get; } =
        [.. Albums.SelectMany((album, i) => Enumerable.Range(1, TracksPerArtist).Select(number => NewTrack(album, Artists[i], number)))];

    /// <summary>A track that the model does not know, by the first artist of the second taste.</summary>
    public static Playable NewTrackOfKnownArtist { get; } =
        TestCatalog.NewTrack(Albums[ArtistsPerTaste], 99, "New", Artists[ArtistsPerTaste]);

    /// <summary>An artist of the third taste whom the model does not know.</summary>
    public static Artist NewArtist { get; } = TestCatalog.NewArtist("Newcomer", 1) with { Genres = ["Jazz"] };

    private static readonly Album Debut = TestCatalog.NewAlbum("Debut", "single", "2026", NewArtist) with { Genres = ["Jazz"] };

    /// <summary>A track of <see cref="NewArtist"/>.</summary>
    public static Playable NewTrackOfNewArtist { get; } = TestCatalog.NewTrack(Debut, 1, "First", NewArtist);

    public static IReadOnlyDictionary<string, AudioFeatures> Features { get; } =
        Tracks.Select((track, i) => (track.Id, Features: FeaturesOf(i))).ToDictionary(one => one.Id, one => one.Features);

    /// <summary>A track that was available everywhere when the model was trained, and is available in Germany only now.</summary>
    public static Playable Withdrawn => Tracks[5];

    /// <summary>The mutations that write the catalog.</summary>
    public static IEnumerable<Mutation> Mutations =>
    [
        .. Artists.Append(NewArtist).SelectMany(CatalogWriter.Write),
        .. Albums.Append(Debut).SelectMany(album => CatalogWriter.Write(album)),
        .. Tracks.Append(NewTrackOfKnownArtist).SelectMany(track =>
            Write(Now(track), Artists.First(artist => artist.Id == track.Artists[0].Id))),
        .. Write(NewTrackOfNewArtist, NewArtist),
        .. Tracks.Select(track => AudioFeatureRows.Write(track.Id, Revision, Features[track.Id])),
    ];

    /// <summary>Returns the genre of a track.</summary>
    public static string Genre(string trackId) =>
        trackId == NewTrackOfNewArtist.Id ? Genres[2]
        : trackId == NewTrackOfKnownArtist.Id ? Genres[1]
        : Genres[Tracks.Index().First(one => one.Item.Id == trackId).Index / TracksPerTaste];

    /// <summary>Returns a track of the catalog.</summary>
    public static Playable Track(string id) =>
        Tracks.Append(NewTrackOfKnownArtist).Append(NewTrackOfNewArtist).First(track => track.Id == id);

    /// <summary>Returns the most popular track of a taste.</summary>
    public static Playable Hit(int taste) => Tracks[taste * TracksPerTaste];

    public static Artist ArtistOf(int taste) => Artists[taste * ArtistsPerTaste];

    /// <summary>Trains a model and publishes it in a host.</summary>
    public static async Task PublishAsync(LocalServer server)
    {
        var sounds = new List<float>();
        foreach (var track in Tracks)
        {
            var sound = new float[AudioEmbedding.Dimensions];
            Features[track.Id].Embedding.CopyTo(sound);
            sounds.AddRange(sound);
        }

        await SmallModel.PublishAsync(
            server, [.. Tracks.Select(Describe)], Genres.Count, row => Tracks[row].Popularity,
            audio: VectorTable.Create(VectorFormat.Int8, AudioEmbedding.Dimensions, sounds.ToArray()));
    }

    private static Playable Now(Playable track) =>
        track.Id == Withdrawn.Id ? track with { Rights = new Rights(MarketSet.Of("DE"), null, null) } : track;

    private static IEnumerable<Mutation> Write(Playable track, Artist artist) =>
    [
        .. CatalogWriter.Write(track, "Album", genres: artist.Genres),
        CatalogWriter.WriteAudio(
            track.Id, Revision, EncodingList.Format([new AudioEncoding(Codec.Vorbis, AudioQuality.Normal, 96, 1)]), 0, null),
    ];

    private static Playable NewTrack(Album album, Artist artist, int number)
    {
        var index = (Artists.ToList().IndexOf(artist) * TracksPerArtist) + number - 1;
        return TestCatalog.NewTrack(album, number, $"Song {number}", artist) with
        {
            Popularity = 90 - (index % TracksPerTaste),
            DurationMs = 120_000 + (index * 7919 % 240_000),
            Explicit = index % 9 == 4,
            Rights = new Rights(index % 10 == 7 ? MarketSet.Of("DE") : MarketSet.Everywhere, null, null),
        };
    }

    private static AudioFeatures FeaturesOf(int index)
    {
        var random = new Random(index);
        // Neighbours in sound are of one taste.
        var sound = Enumerable.Range(0, AudioEmbedding.Dimensions)
            .Select(i => MathF.Sin((i + 1) * ((index / TracksPerTaste) + 1)) + (0.3f * random.NextSingle())).ToArray();
        return new AudioFeatures(
            Math.Round(70 + (random.NextDouble() * 100), 3), random.Next(12), random.Next(2), random.Next(3, 6),
            Math.Round(-random.NextDouble() * 30, 3), Share(), Share(), Share(), Share(), Share(), Share(), Share(),
            AudioEmbedding.Of(sound));

        double Share() => Math.Round(random.NextDouble(), 4);
    }

    private static TrackDescription Describe(Playable track, int row) => new(Number(track.Id))
    {
        Artists = [Number(track.Artists[0].Id)],
        Album = Number(track.ParentId),
        Genres = [Genres[row / TracksPerTaste]],
        Rights = track.Rights,
        Explicit = track.Explicit,
        Year = 2010,
        Popularity = track.Popularity / 100f,
        Attributes =
        [
            .. Enum.GetValues<TrackAttribute>().Select(attribute =>
                (attribute, Functions.Recommendations.Seeds.AttributeValues.Of(attribute, track, Features[track.Id]))),
        ],
    };

    private static UInt128 Number(string id) => SpotifyId.TryParse(id, out var number) ? number : throw new ArgumentException(id);
}

/// <summary>A host with <see cref="PlantedMusic"/>, with or without a model.</summary>
public class PlantedFixture : IAsyncLifetime
{
    /// <summary>The clock of the host, which stands still.</summary>
    public ManualTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero));

    public LocalServer Server { get; private set; } = null!;

    /// <summary>The client of a user in Sweden.</summary>
    public HttpClient Ada { get; private set; } = null!;

    protected virtual bool HasModel => true;

    public async Task InitializeAsync()
    {
        Server = await LocalServer.StartAsync(builder => builder.UseClock(Clock));
        await Server.WriteAsync(PlantedMusic.Mutations);
        if (HasModel) await PlantedMusic.PublishAsync(Server);
        Ada = await Server.SignInAsync("ada", "premium", "SE");
    }

    public async Task DisposeAsync() => await Server.DisposeAsync();
}

/// <summary>A host with <see cref="PlantedMusic"/> and no model.</summary>
public sealed class UntrainedFixture : PlantedFixture
{
    protected override bool HasModel => false;
}
