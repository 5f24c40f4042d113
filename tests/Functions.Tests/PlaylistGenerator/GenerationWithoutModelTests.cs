using Spotify.Domain.Data;
using Spotify.Events.Taste;
using Spotify.Functions.TasteUpdater;
using static Spotify.Functions.Tests.PlaylistGenerator.GeneratorServer;

namespace Spotify.Functions.Tests.PlaylistGenerator;

/// <summary>The generation of playlists when there is no model.</summary>
public sealed class GenerationWithoutModelTests : IAsyncLifetime
{
    private readonly GeneratorServer home = new();

    public Task InitializeAsync() => home.InitializeAsync();

    public Task DisposeAsync() => home.DisposeAsync();

    [Fact]
    public async Task A_listener_gets_unheard_popular_tracks_of_favorite_genres_and_the_market()
    {
        await home.AddListenerAsync("ada", genre: 3);
        var taste = new TasteState();
        taste.Apply(new TastePlay("1", home.Clock.Now, 1000) { Genres = ["genre 3"] }, home.Clock.Now);
        await home.Server.WriteAsync(TasteStore.Write("ada", taste, home.Clock.Now));
        await home.GenerateAsync("ada");

        var tracks = await home.TracksAsync("ada");
        Assert.Equal(30, tracks.Count);
        Assert.Equal(15, tracks.Count(track => GenreOf(track) == 3));
        // The most popular ones of the catalog.
        Assert.Equal(15, tracks.Count(track => GenreOf(track) == 0));
        Assert.DoesNotContain(tracks, track => Enumerable.Range(0, Artists).Any(artist => track == Track(3, artist, 0)));
        Assert.Null((await home.StateAsync("ada"))!.StringOrNull("ModelVersion"));
    }

    [Fact]
    public async Task A_listener_of_whom_nothing_is_known_gets_the_popular_tracks_of_the_market()
    {
        await home.AddUserAsync("bob", country: "US");
        await home.GenerateAsync("bob");
        var tracks = await home.TracksAsync("bob");
        Assert.Equal(30, tracks.Count);
        Assert.All(tracks, track => Assert.True(GenreOf(track) == 0 && IsInUnitedStates(track)));
    }

    [Fact]
    public async Task The_last_list_stays_if_there_is_nothing_to_recommend()
    {
        await home.AddListenerAsync("ada");
        await home.GenerateAsync("ada");
        var last = await home.TracksAsync("ada");
        home.Clock.Advance(TimeSpan.FromDays(7));
        foreach (var table in (string[])["SearchEntries", "ChartWindows", "ChartHours"])
            await home.Server.WriteAsync(Mutation.DeleteRange(Schema.Current.Table(table), new Key(""), new Key("~")));
        await home.GenerateAsync("ada");

        Assert.Equal(last, await home.TracksAsync("ada"));
        Assert.Equal("2026-11-23", (await home.StateAsync("ada"))!.String("Period"));
    }

    [Fact]
    public async Task A_damaged_model_is_as_no_model()
    {
        var version = await home.PublishAsync();
        await home.AddListenerAsync("ada");
        var file = Directory.EnumerateFiles(home.Server.Data, "tracks.bin", SearchOption.AllDirectories)
            .Single(path => path.Contains(version, StringComparison.Ordinal));
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[bytes.Length / 2] ^= 1;
        File.SetAttributes(file, FileAttributes.Normal);
        await File.WriteAllBytesAsync(file, bytes);
        await home.GenerateAsync("ada");

        Assert.Equal(30, (await home.TracksAsync("ada")).Count);
        Assert.Null((await home.StateAsync("ada"))!.StringOrNull("ModelVersion"));
    }

    [Fact]
    public async Task A_model_that_is_published_later_is_used_for_the_next_week()
    {
        await home.AddListenerAsync("ada");
        await home.GenerateAsync("ada");
        var version = await home.PublishAsync();
        home.Clock.Advance(TimeSpan.FromDays(7));
        // The first request notices the new version, and waits because there is no other.
        await home.GenerateAsync("ada");
        Assert.Equal(version, (await home.StateAsync("ada"))!.String("ModelVersion"));
    }
}
