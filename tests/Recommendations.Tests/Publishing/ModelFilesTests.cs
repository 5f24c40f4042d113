using Spotify.Recommendations.Publishing;
using Spotify.Recommendations.Tracks;

namespace Spotify.Recommendations.Tests.Publishing;

public sealed class ModelFilesTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");

    public void Dispose() => directory.Delete(recursive: true);

    public static TheoryData<string> Files =>
        [
            ModelFiles.Tracks, ModelFiles.Factors, ModelFiles.Items, ModelFiles.FactorIndex, ModelFiles.ContentIndex, ModelFiles.AudioIndex,
        ];

    [Theory]
    [InlineData(true, 40)]
    [InlineData(false, 40)]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public void A_model_is_opened_as_it_was_written(bool complete, int tracks)
    {
        var manifest = Write(complete, tracks);
        Assert.Equal(complete ? 6 : 4, manifest.Files.Count);
        using var original = TestModels.Create(1, tracks, complete);
        using var open = ModelFiles.Open(directory.FullName, manifest);
        var model = open.Model;
        Assert.Equal((tracks, complete, complete), (model.Tracks.Count, model.Items is not null, model.Audio is not null));
        Assert.Equal(original.Ensemble, model.Ensemble);
        for (var row = 0; row < tracks; row++)
        {
            Assert.Equal(original.Tracks.Id(row), model.Tracks.Id(row));
            Assert.True(model.Tracks.TryFind(original.Tracks.Id(row), out var found));
            Assert.Equal(row, found);
            Assert.Equal(original.Tracks.Tempo(row), model.Tracks.Tempo(row));
            Assert.Equal(float.NaN, model.Tracks.Attribute(row, TrackAttribute.Energy));
            Assert.Equal(
                original.Tracks.GenreName(original.Tracks.Genres(row)[0]), model.Tracks.GenreName(model.Tracks.Genres(row)[0]));
            Assert.Equal(original.Factors.Track(row).ToArray(), model.Factors.Track(row).ToArray());
            if (complete) Assert.Equal(original.Items!.Neighbours(row).ToArray(), model.Items!.Neighbours(row).ToArray());
        }

        Assert.Equal(original.Popular.Find(PopularTracks.World, null).Tracks.ToArray(),
            model.Popular.Find(PopularTracks.World, null).Tracks.ToArray());
        Assert.Equal(original.Factors.Options, model.Factors.Options);
    }

    [Fact]
    public void Equal_models_have_equal_files() =>
        Assert.Equal(
            TestModels.Write(Path.Combine(directory.FullName, "1"), 1, DateTimeOffset.UnixEpoch).Files,
            TestModels.Write(Path.Combine(directory.FullName, "2"), 1, DateTimeOffset.UnixEpoch).Files);

    [Theory]
    [MemberData(nameof(Files))]
    public void Damage_is_an_error_that_names_the_file(string name)
    {
        var manifest = Write();
        var path = Path.Combine(directory.FullName, name);
        var intact = File.ReadAllBytes(path);
        var random = new Random(7);
        for (var i = 0; i < 50; i++)
        {
            var damaged = intact.ToArray();
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(path, i % 2 == 0 ? damaged : intact[..random.Next(intact.Length)]);
            Assert.Contains(name, Assert.Throws<InvalidDataException>(() => ModelFiles.Open(directory.FullName, manifest)).Message);
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_missing_file_is_an_error(string name)
    {
        var manifest = Write();
        File.Delete(Path.Combine(directory.FullName, name));
        Assert.Throws<FileNotFoundException>(() => ModelFiles.Open(directory.FullName, manifest));
    }

    [Fact]
    public void Files_of_different_models_are_an_error()
    {
        var manifest = Write();
        TestModels.Write(Path.Combine(directory.FullName, "other"), 1, DateTimeOffset.UnixEpoch, tracks: 39);
        File.Copy(Path.Combine(directory.FullName, "other", ModelFiles.AudioIndex),
            Path.Combine(directory.FullName, ModelFiles.AudioIndex), overwrite: true);
        Assert.Contains("not of one model",
            Assert.Throws<InvalidDataException>(() => ModelFiles.Open(directory.FullName, manifest)).Message);
    }

    private ModelManifest Write(bool complete = true, int tracks = 40) =>
        TestModels.Write(directory.FullName, 1, DateTimeOffset.UnixEpoch, tracks, complete);
}
