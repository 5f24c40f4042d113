using Spotify.Audio.Features;
using Spotify.Catalog;
using Spotify.Domain.Data;
using Spotify.Fixtures;
using Spotify.Functions.AudioIngest;
using Spotify.Functions.ObjectRemovals;
using Spotify.Local.Objects;

namespace Spotify.Local.Tests.Import;

/// <summary>The audio features of imported files.</summary>
public sealed class AudioFeatureImportTests : IDisposable
{
    private const string Music = "/usr/share/games/freedroid/sound";
    private const string Unchanged = "0 imported, 0 updated, 1 unchanged, 0 duplicates, 0 failed";

    private readonly MusicLibrary library = new() { Seconds = 3 };

    public void Dispose() => library.Dispose();

    [ToolFact("ffmpeg", "ffprobe")]
    public async Task Tracks_have_features_and_an_analysis_which_later_qualities_keep()
    {
        library.Make("a.flac");
        var command = new[] { "import", library.Music, "--data", library.Data };
        Assert.Equal(0, (await MusicLibrary.RunAsync([.. command, "--qualities", "low"])).ExitCode);
        var (track, features) = await FeaturesAsync("a.flac");
        // 440 Hz is an A. Its amplitude is 1/8, and 3 dB less in each of the two channels.
        Assert.Equal((9, 3000), (features.Key, track.DurationMs));
        Assert.InRange(features.Loudness, -22.5, -20.5);
        var analysis = new FileInfo(Path.Combine(library.Objects, AnalysisName(track)));
        var written = analysis.LastWriteTimeUtc;

        await library.ImportAsync(Unchanged);
        analysis.Refresh();
        Assert.Equal(written, analysis.LastWriteTimeUtc);
        Assert.Equal(track with { Features = null! }, (await FeaturesAsync("a.flac")).Track with { Features = null! });
    }

    [ToolFact("ffmpeg", "ffprobe")]
    public async Task Tracks_that_were_imported_before_there_were_features_get_them_at_the_next_import()
    {
        library.Make("a.ogg");
        await library.ImportAsync("1 imported, 0 updated, 0 unchanged, 0 duplicates, 0 failed");
        var all = library.Snapshot();
        var (track, _) = await FeaturesAsync("a.ogg");
        using (var database = library.OpenDatabase())
            await database.CommitAsync([AudioFeatureRows.Delete(track.PlayableId)], default);
        File.Delete(Path.Combine(library.Objects, AnalysisName(track)));

        await library.ImportAsync(Unchanged);
        Assert.Equal(all, library.Snapshot());

        // The features of an older extractor are replaced.
        var older = Mutation.Update(
            Schema.Current.Table("TrackAudioFeatures"), ("PlayableId", track.PlayableId), ("Version", AudioFeatures.Version - 1));
        using (var database = library.OpenDatabase()) await database.CommitAsync([older], default);
        await library.ImportAsync(Unchanged);
        Assert.Equal(all, library.Snapshot());
    }

    [ToolFact("ffmpeg", "ffprobe")]
    public async Task A_track_with_the_same_audio_has_the_same_features_and_they_are_removed_with_the_track()
    {
        library.MakeFlac("a.flac", 440, null, "TITLE=A", "ALBUM=One");
        library.MakeFlac("b.flac", 440, null, "TITLE=B", "ALBUM=Two");
        await library.ImportAsync("2 imported, 0 updated, 0 unchanged, 0 duplicates, 0 failed");
        var (a, b) = (await FeaturesAsync("a.flac"), await FeaturesAsync("b.flac"));
        Assert.NotEqual(a.Track.PlayableId, b.Track.PlayableId);
        Assert.Equal(a.Features with { Embedding = null! }, b.Features with { Embedding = null! });
        Assert.Equal(
            MusicLibrary.Hash(Path.Combine(library.Objects, AnalysisName(a.Track))),
            MusicLibrary.Hash(Path.Combine(library.Objects, AnalysisName(b.Track))));

        File.Delete(library.PathOf("a.flac"));
        await MusicLibrary.RunAsync("import", library.Music, "--data", library.Data, "--prune");
        var clock = new ManualTimeProvider();
        clock.Advance(TimeSpan.FromDays(2));
        using var database = library.OpenDatabase();
        await new ObjectRemovalService(database, new DirectoryObjectStore(library.Objects), clock).SweepAsync(default);
        var sounds = await AudioFeatureRows.SoundsAsync(database, default).ToListAsync();
        Assert.Equal(b.Track.PlayableId, Assert.Single(sounds).PlayableId);
        Assert.Equal([AnalysisName(b.Track)], library.ObjectNames().Where(name => name.Contains("analysis", StringComparison.Ordinal)));
    }

    // The pieces of this package are no albums, so three parts of each piece are one.
    [InstalledMusicFact(Music, "freedroid-data")]
    public async Task Neighbours_are_from_the_same_album_five_times_as_often_as_by_chance()
    {
        const int Albums = 7;
        const int TracksPerAlbum = 3;
        var pieces = new DirectoryInfo(Music).GetFiles().Where(file => file.Extension is ".mod" or ".ogg")
            .OrderBy(file => file.Name, StringComparer.Ordinal).Take(Albums);
        foreach (var piece in pieces)
        {
            var folder = Directory.CreateDirectory(library.PathOf(Path.GetFileNameWithoutExtension(piece.Name))).FullName;
            MusicLibrary.Ffmpeg(
            [
                "-i", piece.FullName, "-ac", "1", "-ar", "22050", "-t", "50",
                .. Enumerable.Range(0, TracksPerAlbum).SelectMany(i => (string[])
                    ["-af", $"atrim={4 + (16 * i)}:{11 + (16 * i)},asetpts=PTS-STARTPTS", Path.Combine(folder, $"0{i + 1} Part.wav")]),
            ]);
        }

        Assert.Equal(0, (await MusicLibrary.RunAsync("import", library.Music, "--data", library.Data, "--qualities", "low")).ExitCode);
        using var database = library.OpenDatabase();
        var sounds = await AudioFeatureRows.SoundsAsync(database, default).ToListAsync();
        Assert.Equal(Albums * TracksPerAlbum, sounds.Count);
        var tracks = await new CatalogReader(database).PlayablesAsync([.. sounds.Select(sound => sound.PlayableId)], default);
        var vectors = sounds.ToDictionary(sound => sound.PlayableId, sound => Vector(sound.Features.Embedding));
        var own = sounds.Average(sound => sounds.Where(other => other != sound)
            .OrderByDescending(other => vectors[sound.PlayableId].Zip(vectors[other.PlayableId], (a, b) => a * b).Sum())
            .Take(TracksPerAlbum - 1)
            .Average(other => tracks[other.PlayableId].ParentId == tracks[sound.PlayableId].ParentId ? 1.0 : 0));
        const double Chance = (TracksPerAlbum - 1.0) / ((Albums * TracksPerAlbum) - 1);
        Assert.True(own >= 5 * Chance, $"{own:0.00} of the neighbours are from the same album, {Chance:0.00} would be by chance.");
    }

    private static string AnalysisName(TrackAudioFeatures track) =>
        Revision.Prefix(track.PlayableId, track.Revision) + AudioAnalysis.FileName;

    private static float[] Vector(AudioEmbedding embedding)
    {
        var vector = new float[AudioEmbedding.Dimensions];
        embedding.CopyTo(vector);
        return vector;
    }

    private async Task<(TrackAudioFeatures Track, AudioFeatures Features)> FeaturesAsync(string name)
    {
        var id = (await library.SourceAsync(name)).PlayableId;
        using var database = library.OpenDatabase();
        var track = (await AudioFeatureRows.FindAsync(database, [id], default))[id];
        return (track, track.Features);
    }
}
