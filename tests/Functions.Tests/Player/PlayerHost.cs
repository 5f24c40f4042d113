using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Catalog;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Functions.Tests.Playlists;
using Spotify.Local.LiveDocuments;
using Spotify.Player;

namespace Spotify.Functions.Tests.Player;

/// <summary>A host with a catalog, on a clock that the tests advance. Radios are requested, but not made.</summary>
public class PlayerHost : IAsyncLifetime
{
    /// <summary>An album with more tracks than a window.</summary>
    public static readonly Album Long = TestCatalog.NewAlbum("Long", "album", "2001", TestCatalog.Beyonce);

    /// <summary>The tracks of <see cref="Long"/>, in order.</summary>
    public static readonly IReadOnlyList<Playable> Tracks =
        [.. Enumerable.Range(1, 70).Select(number => TestCatalog.NewTrack(Long, number, $"Song {number}", TestCatalog.Beyonce))];

    /// <summary>The URI of <see cref="Long"/>.</summary>
    public static string LongUri => $"spotify:album:{Long.Id}";

    /// <summary>The clock.</summary>
    public ManualTimeProvider Clock { get; } =
        new(DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()));

    /// <summary>The host.</summary>
    public LocalServer Server { get; private set; } = null!;

    /// <summary>The live documents of the host.</summary>
    public InterceptedPlayerStates States { get; private set; } = null!;

    /// <summary>The tasks that were requested.</summary>
    internal RecordedTasks Tasks { get; } = new();

    /// <summary>Returns the URI of a track of <see cref="Long"/>, from 0.</summary>
    public static string Track(int index) => Tracks[index].Uri();

    public async Task InitializeAsync()
    {
        Server = await LocalServer.StartAsync(builder =>
        {
            builder.UseClock(Clock);
            builder.Services.AddSingleton<ITaskQueue>(Tasks);
            builder.Services.AddSingleton<IPlayerStates>(services =>
                States = new InterceptedPlayerStates(services.GetRequiredService<SqlitePlayerStates>()));
            Configure(builder);
        });
        _ = Server.Services.GetRequiredService<IPlayerStates>();
        await Server.WriteAsync(
        [
            .. TestCatalog.Mutations, .. CatalogWriter.Write(Long),
            .. Tracks.SelectMany(track => CatalogWriter.Write(track, Long.Name)),
        ]);
    }

    public async Task DisposeAsync() => await Server.DisposeAsync();

    /// <summary>Returns an app without a device.</summary>
    public async Task<PlayerApp> AppAsync(string user, string product = "premium") =>
        new(this, user, await Server.SignInAsync(user, product), null);

    /// <summary>Returns an app on a device that is connected.</summary>
    public async Task<PlayerApp> DeviceAsync(string user, string id, string product = "premium", string type = "computer")
    {
        var app = new PlayerApp(this, user, await Server.SignInAsync(user, product), id);
        await app.ConnectAsync($$"""{"name":"{{id}}","type":"{{type}}","volume_percent":50}""");
        return app;
    }

    /// <summary>Returns the state in the live document of a listener.</summary>
    public async Task<(PlayerState State, long Revision)> StateAsync(string user)
    {
        var document = await States.ReadAsync(user, default);
        return document is null ? (PlayerState.Empty, 0) : (PlayerStateJson.Parse(document.State), document.Revision);
    }

    /// <summary>Configures the host.</summary>
    protected virtual void Configure(WebApplicationBuilder builder)
    {
    }

    /// <summary>A task queue that keeps what is added.</summary>
    internal sealed class RecordedTasks : ITaskQueue
    {
        /// <summary>The failure of the next calls; null for none.</summary>
        public Exception? Failure { get; set; }

        /// <summary>The tasks.</summary>
        public ConcurrentQueue<(Queue Queue, TaskRequest Task)> All { get; } = [];

        /// <summary>Returns the bodies of the tasks of a listener.</summary>
        public IReadOnlyList<string> Of(string user) =>
        [
            .. All.Select(one => Encoding.UTF8.GetString(one.Task.Body.Span))
                .Where(body => body.Contains($"\"{user}\"", StringComparison.Ordinal)),
        ];

        public Task EnqueueAsync(Queue queue, IReadOnlyList<TaskRequest> tasks, CancellationToken ct)
        {
            ct.ThrowIfCancellationRequested();
            if (Failure is not null) throw Failure;
            foreach (var task in tasks) All.Enqueue((queue, task));
            return Task.CompletedTask;
        }
    }
}
