using System.Text.RegularExpressions;
using Spotify.Local.Commands;
using Spotify.Local.Objects;
using Spotify.Recommendations.Publishing;

namespace Spotify.Local.Tests.Training;

public sealed partial class TrainCommandTests : IDisposable
{
    private readonly TrainingHome home = new(new DateTimeOffset(2026, 11, 27, 0, 0, 0, TimeSpan.Zero));
    private readonly DirectoryObjectStore objects;
    private readonly ModelStore store;

    public TrainCommandTests()
    {
        objects = new DirectoryObjectStore(home.Data.Objects);
        store = new ModelStore(objects, home.Clock);
    }

    public void Dispose() => home.Dispose();

    [Fact]
    public async Task A_training_publishes_a_model_of_what_was_listened_to_without_the_ids_of_listeners()
    {
        await FillAsync();
        var lines = await RunAsync("train");
        Assert.Contains(lines, line => line.StartsWith("16 tracks (0 with sound), 8 listeners, ", StringComparison.Ordinal));
        var current = (await store.CurrentAsync(default))!;
        Assert.Equal($"Published {current.Version}", lines[^1]);
        var manifest = (await store.FindAsync(current.Version, default))!;
        Assert.Equal((16, 8, 1), (manifest.Counts.Tracks, manifest.Counts.Listeners, manifest.Counts.Playlists));
        Assert.InRange(manifest.Measurements.Coverage, 0.1, 1);

        using var holder = new ModelHolder(
            objects,
            new ModelLoaderOptions { Directory = Path.Combine(home.Data.Temporary, "models"), PathOf = objects.PathOf },
            home.Clock,
            Microsoft.Extensions.Logging.Abstractions.NullLogger<ModelHolder>.Instance);
        using var lease = await holder.RentAsync(default);
        Assert.Equal((current.Version, 16), (lease!.Version, lease.Model.Tracks.Count));

        foreach (var file in Directory.EnumerateFiles(Path.Combine(home.Data.Objects, "models"), "*", SearchOption.AllDirectories))
        {
            var text = System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file));
            Assert.DoesNotContain("listener 1", text);
            Assert.DoesNotContain(TrainingHome.Listener("listener 1"), text);
        }

        Assert.False(Directory.Exists(Path.Combine(home.Data.Temporary, "train")));
    }

    [Fact]
    public async Task The_same_data_seed_and_threads_give_the_same_files()
    {
        await FillAsync();
        var (one, two, other) = (await TrainAsync("5"), await TrainAsync("5"), await TrainAsync("6"));
        Assert.Equal(one.Files, two.Files);
        Assert.NotEqual(one.Files, other.Files);
        Assert.Equal(new ModelSettings(16, 3, 6, 2), other.Settings);

        async Task<ModelManifest> TrainAsync(string seed)
        {
            var lines = await RunAsync("train", "--seed", seed, "--threads", "2", "--factors", "16", "--iterations", "3");
            return (await store.FindAsync(Version(lines), default))!;
        }
    }

    [Fact]
    public async Task A_model_that_is_not_published_is_listed_and_can_be_published_and_rolled_back()
    {
        await FillAsync();
        var one = Version(await RunAsync("train", "--seed", "1"));
        var two = Version(await RunAsync("train", "--seed", "2", "--no-publish"));
        Assert.Equal(one, (await store.CurrentAsync(default))!.Version);
        var listed = await RunAsync("models", "list");
        Assert.Equal(
            new[] { $"* {one}", $"  {two}" }.OrderByDescending(line => line[2..]), listed.Select(line => line[..(two.Length + 2)]));
        Assert.Equal($"Published {two}", (await RunAsync("models", "publish", two))[^1]);
        Assert.Equal([$"Published {one}"], await RunAsync("models", "rollback"));
        Assert.Equal([$"Published {two}"], await RunAsync("models", "rollback", two));
        Assert.Equal(two, (await store.CurrentAsync(default))!.Version);
    }

    [Fact]
    public async Task A_failed_check_names_the_number_and_force_publishes_anyway()
    {
        await FillAsync();
        var one = Version(await RunAsync("train"));
        var tracks = Enumerable.Range(1, 4).SelectMany(i => new[] { $"a{i}", $"b{i}", $"c{i}" }).Select(home.TrackId).ToList();
        foreach (var track in tracks)
            await home.Database.CommitAsync(
                [Domain.Data.Mutation.Delete(Domain.Data.Schema.Current.Table("Playables"), new Domain.Data.Key(track))], default);
        var error = await FailAsync("train");
        Assert.Matches("^[^ ]+ is not published: .*The number of tracks is 4, below 0.5 of 16\\.", error);
        Assert.Equal(one, (await store.CurrentAsync(default))!.Version);
        var two = VersionPattern().Match(error).Value;
        Assert.Contains("The number of tracks is 4", await FailAsync("models", "publish", two));
        Assert.Contains(await RunAsync("models", "publish", two, "--force"), line =>
            line.StartsWith("Published despite: ", StringComparison.Ordinal));
        Assert.Equal(two, (await store.CurrentAsync(default))!.Version);
    }

    [Fact]
    public async Task An_empty_data_directory_is_a_one_line_error()
    {
        Assert.Equal("There are no tracks to train a model on.", await FailAsync("train"));
        Assert.Empty(await RunAsync("models", "list"));
        Assert.Equal("No version was published before the present one.", await FailAsync("models", "rollback"));
        Assert.Equal("There is no version x.", await FailAsync("models", "publish", "x"));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 1)]
    [InlineData(5, 0)]
    [InlineData(5, 1)]
    [InlineData(5, 2)]
    public async Task Small_data_directories_have_a_model(int tracks, int listeners)
    {
        home.AddArtist("a", tracks);
        for (var i = 0; i < listeners; i++)
        {
            home.AddListener($"listener {i}");
            home.Play($"listener {i}", "a1");
        }

        await home.FlushAsync();
        Version(await RunAsync("train"));
        Version(await RunAsync("train"));
        Assert.All(await store.ListAsync(default), model => Assert.Equal(tracks, model.Manifest!.Counts.Tracks));
    }

    [Fact]
    public async Task Damaged_models_and_those_of_other_versions_are_listed_and_replaced()
    {
        await FillAsync();
        var one = Version(await RunAsync("train"));
        var path = objects.PathOf(ModelStore.ObjectOf(one, ModelFiles.Factors))!;
        var intact = await File.ReadAllBytesAsync(path);
        await File.WriteAllBytesAsync(path, [.. intact[..^1], (byte)(intact[^1] ^ 1)]);
        Assert.StartsWith(path, await FailAsync("models", "publish", one));
        await File.WriteAllBytesAsync(path, intact[..^9]);
        Assert.StartsWith(path, await FailAsync("models", "publish", one));
        File.Delete(path);
        Assert.NotEmpty(await FailAsync("models", "publish", one));

        var manifest = objects.PathOf(ModelStore.ObjectOf(one, "manifest.json"))!;
        var text = await File.ReadAllTextAsync(manifest);
        await File.WriteAllTextAsync(manifest, text.Replace("\"format\": 1", "\"format\": 2", StringComparison.Ordinal));
        Assert.Contains("format 2; 1 is supported", await FailAsync("models", "publish", one));
        Assert.Equal([$"* {one}  damaged, or of another version"], await RunAsync("models", "list"));

        var two = Version(await RunAsync("train", "--seed", "2"));
        Assert.Equal(two, (await store.CurrentAsync(default))!.Version);
        await File.WriteAllTextAsync(objects.PathOf("models/current.json")!, "{");
        Assert.StartsWith("models/current.json: the pointer is damaged", await FailAsync("models", "list"));
        Version(await RunAsync("train", "--seed", "3"));
    }

    [Fact]
    public async Task Only_one_training_runs_at_a_time()
    {
        await FillAsync();
        using (DirectoryLock.Take(home.Data, "train", "taken"))
            Assert.Equal($"Another training is running on {home.Data.Root}.", await FailAsync("train"));
        Version(await RunAsync("train"));
    }

    [Theory]
    [InlineData("train", "--factors", "0")]
    [InlineData("train", "--factors", "x")]
    [InlineData("train", "--iterations", "1001")]
    [InlineData("train", "--threads", "0")]
    [InlineData("train", "--seed", "-1")]
    [InlineData("train", "--no-publish", "--force")]
    [InlineData("train", "nonsense")]
    [InlineData("models")]
    [InlineData("models", "publish")]
    [InlineData("models", "list", "x")]
    public async Task Wrong_usage_exits_with_2(params string[] arguments)
    {
        using var error = new StringWriter();
        Assert.Equal(2, await CommandLine.RunAsync(arguments, TextWriter.Null, error));
        Assert.NotEmpty(error.ToString());
    }

    private Task FillAsync()
    {
        home.AddListening();
        return home.FlushAsync();
    }

    private static string Version(IReadOnlyList<string> lines) => VersionPattern().Match(lines[^1]) is { Success: true } match
        ? match.Value
        : throw new InvalidOperationException(string.Join('\n', lines));

    private Task<List<string>> RunAsync(params string[] arguments) => RunAsync(0, Console.Error, arguments);

    private async Task<string> FailAsync(params string[] arguments)
    {
        using var error = new StringWriter();
        await RunAsync(1, error, arguments);
        return Assert.Single(error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private async Task<List<string>> RunAsync(int exitCode, TextWriter error, params string[] arguments)
    {
        using var output = new StringWriter();
        home.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(exitCode, await CommandLine.RunAsync([.. arguments, "--data", home.Data.Root], output, error, home.Clock));
        return [.. output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    [GeneratedRegex("[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}")]
    private static partial Regex VersionPattern();
}
