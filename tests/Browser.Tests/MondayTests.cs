using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Local;
using Spotify.Local.Commands;
using Spotify.Local.Warehouse;
using static Microsoft.Playwright.Assertions;

namespace Spotify.Browser.Tests;

/// <summary>A listener's Monday: from music files to the playlist of the week in the browser, and the feedback on it.</summary>
[Collection(PlayerTests.Name)]
public sealed class MondayTests(PlayerFixture fixture) : IAsyncLifetime
{
    private const int ArtistsPerGenre = 3;
    private const int TracksPerArtist = 4;
    private const int Seconds = 5;
    private const int Listeners = 8;
    private const int PlayedByAda = 4;

    private static readonly string[] Genres = ["Jazz", "Rock"];

    private static readonly Statement Tracks = new("SELECT PlayableId, Name FROM Playables WHERE Type = 'track' ORDER BY Name");

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");

    private string Data => Path.Combine(directory.FullName, "data");

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync()
    {
        directory.Delete(recursive: true);
        return Task.CompletedTask;
    }

    [BrowserFact]
    public async Task The_playlist_of_the_week_appears_in_the_library_and_plays_in_the_browser()
    {
        var music = directory.CreateSubdirectory("music").FullName;
        await MakeMusicAsync(music);
        await RunAsync("import", music, "--data", Data, "--qualities", "normal");

        SignalingWarehouse warehouse = null!;
        await using var server = await LocalServer.StartAsync(
            builder => builder.Services.AddSingleton<IWarehouse>(services => warehouse = new SignalingWarehouse(
                new SqliteWarehouse(services.GetRequiredService<DataDirectory>().Warehouse, WarehouseSchema.Current))),
            data: Data);
        var played = await PlayAsync(server);
        await warehouse.PlaysAsync((Listeners * ArtistsPerGenre * TracksPerArtist) + PlayedByAda);

        await RunAsync("train", "--data", Data, "--factors", "8", "--threads", "1");
        await RunAsync("weekly", "--data", Data, "--threads", "1");
        using var ada = await server.SignInAsync("ada");
        var listed = (await ada.GetJsonAsync("/v1/me/playlists"))["items"]!.AsArray()
            .Single(playlist => playlist!.At("name") == "Discover Weekly")!;
        var items = (await ada.GetJsonAsync($"/v1/playlists/{listed.At("id")}"))["items"]!["items"]!.AsArray();
        Assert.NotEmpty(items);
        Assert.DoesNotContain(items, item => played.Contains(item!.At("item", "id")!));

        await using (var player = await fixture.OpenAsync(server: server))
        {
            await player.SignInAsync("ada");
            await player.Page.GetByRole(AriaRole.Region, new PageGetByRoleOptions { Name = "Made for you" })
                .GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = "Discover Weekly" })
                .ClickAsync();
            await Expect(player.Page.Locator("h1")).ToHaveTextAsync("Discover Weekly");
            await Expect(player.Page.Locator(".track-description").First).ToHaveTextAsync(items[0]!.At("reason", "text")!);
            await player.Page.Locator(".hero").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Play" }).ClickAsync();
            await player.SoundsAsync(items[0]!.At("item", "name")!);
            await player.ReachesAsync(1);
            // The next track comes from the playlist, too.
            await player.SoundsAsync(items[1]!.At("item", "name")!);
            await warehouse.PlaysAsync(1);
        }

        var feedback = await RunAsync("feedback", "--data", Data);
        Assert.Matches(@"discover-weekly +default +any +all +\d+ +\d+ +\d+ +[1-9]", feedback);
    }

    // Each listener plays all tracks of a genre; ada plays some of the first one.
    private static async Task<HashSet<string>> PlayAsync(LocalServer server)
    {
        var tracks = await server.Database.QueryAsync(Tracks, Parameters.None, null, default)
            .Select(row => (Id: row.String("PlayableId"), Name: row.String("Name"))).ToListAsync();
        Assert.Equal(Genres.Length * ArtistsPerGenre * TracksPerArtist, tracks.Count);
        for (var i = 0; i < Listeners; i++) await ReportAsync($"listener-{i}", TracksOf(Genres[i % Genres.Length]));
        var played = TracksOf(Genres[0]).Take(PlayedByAda).ToList();
        await ReportAsync("ada", played);
        return [.. played];

        IEnumerable<string> TracksOf(string genre) =>
            tracks.Where(track => track.Name.StartsWith(genre, StringComparison.Ordinal)).Select(track => track.Id);

        async Task ReportAsync(string user, IEnumerable<string> ids)
        {
            using var client = await server.SignInAsync(user);
            var now = server.Services.GetRequiredService<TimeProvider>().GetUtcNow();
            var events = ids.Select((id, i) => new
            {
                id = $"{user} {i}",
                type = "stream_end",
                uri = $"spotify:track:{id}",
                timestamp = now.AddMinutes(-i - 1),
                played_ms = Seconds * 1000,
                duration_ms = Seconds * 1000,
                end_reason = "completed",
            });
            using var reported = await client.PostAsJsonAsync("/v1/events", new { events });
            Assert.Equal(System.Net.HttpStatusCode.Accepted, reported.StatusCode);
        }
    }

    // A tone of another pitch for each track, all by one process.
    private static async Task MakeMusicAsync(string folder)
    {
        var (inputs, outputs) = (new List<string>(), new List<string>());
        foreach (var (genre, artist, number) in Genres.SelectMany(genre => Enumerable.Range(0, ArtistsPerGenre * TracksPerArtist)
            .Select(i => (genre, i / TracksPerArtist, i % TracksPerArtist))))
        {
            var (index, name) = (inputs.Count / 4, $"{genre} {artist}-{number}");
            inputs.AddRange(["-f", "lavfi", "-i", $"sine=frequency={200 + (20 * index)}:sample_rate=44100:duration={Seconds}"]);
            outputs.AddRange(
            [
                "-map", index.ToString(CultureInfo.InvariantCulture), "-metadata", $"title={name}", "-metadata", $"artist={genre} {artist}",
                "-metadata", $"album=Album of {genre} {artist}", "-metadata", $"genre={genre}", "-metadata", $"track={number + 1}",
                Path.Combine(folder, $"{name}.flac"),
            ]);
        }

        using var ffmpeg = Process.Start(new ProcessStartInfo("ffmpeg", ["-loglevel", "error", .. inputs, .. outputs])
        {
            RedirectStandardError = true,
        })!;
        var errors = await ffmpeg.StandardError.ReadToEndAsync();
        await ffmpeg.WaitForExitAsync();
        Assert.True(ffmpeg.ExitCode == 0, errors);
    }

    private static async Task<string> RunAsync(params string[] arguments)
    {
        var (output, errors) = (new StringWriter(), new StringWriter());
        var exitCode = await CommandLine.RunAsync(arguments, output, errors);
        Assert.True(exitCode == 0, $"{string.Join(' ', arguments)}: {output}{errors}");
        return output.ToString();
    }

    /// <summary>A warehouse that tells how many plays were appended.</summary>
    private sealed class SignalingWarehouse(SqliteWarehouse warehouse) : IWarehouse, IDisposable
    {
        private readonly SemaphoreSlim plays = new(0);

        /// <summary>Waits for further plays.</summary>
        public async Task PlaysAsync(int count)
        {
            for (var i = 0; i < count; i++) Assert.True(await plays.WaitAsync(TimeSpan.FromSeconds(60)));
        }

        public async Task AppendAsync(WarehouseTable table, IReadOnlyList<WarehouseRow> rows, CancellationToken ct)
        {
            await warehouse.AppendAsync(table, rows, ct);
            if (table.Name == "plays") plays.Release(rows.Count);
        }

        public IAsyncEnumerable<Row> QueryAsync(WarehouseStatement statement, Parameters parameters, CancellationToken ct) =>
            warehouse.QueryAsync(statement, parameters, ct);

        public Task<long> ExecuteAsync(WarehouseStatement statement, Parameters parameters, CancellationToken ct) =>
            warehouse.ExecuteAsync(statement, parameters, ct);

        public Task<long> ExportAsync(WarehouseExport export, Parameters parameters, string prefix, CancellationToken ct) =>
            warehouse.ExportAsync(export, parameters, prefix, ct);

        public void Dispose()
        {
            plays.Dispose();
            warehouse.Dispose();
        }
    }
}
