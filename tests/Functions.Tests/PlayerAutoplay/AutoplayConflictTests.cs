using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Local.LiveDocuments;
using Spotify.Player;
using static Spotify.Functions.Tests.Recommendations.PlantedMusic;

namespace Spotify.Functions.Tests.PlayerAutoplay;

/// <summary>Tests of radios that are appended while the listener's devices write.</summary>
public sealed class AutoplayConflictTests : IAsyncLifetime
{
    private ContestedStates states = null!;
    private LocalServer server = null!;
    private AutoplayBench bench = null!;

    public async Task InitializeAsync()
    {
        server = await LocalServer.StartAsync(builder => builder.Services.AddSingleton<IPlayerStates>(
            provider => states = new ContestedStates(provider.GetRequiredService<SqlitePlayerStates>())));
        await server.WriteAsync(Mutations);
        bench = new AutoplayBench(server);
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Writes_of_devices_in_between_are_kept()
    {
        using var listener = await server.SignInAsync("busy");
        var state = await bench.RequestAsync("busy", "album", listener);
        states.Conflicts = 3;
        await bench.SendAsync("busy", state.AutoplayUid!);
        var (revision, after) = await bench.ReadAsync("busy");
        Assert.Equal((5, AutoplayState.Done, 3), (revision, after.Autoplay, after.Queue.Count));
        Assert.Equal(PlayerLimits.MaxAutoplay, after.Next.Count(item => item.Source == ItemSource.Autoplay));
    }

    [Fact]
    public async Task The_queue_sends_a_task_again_whose_writes_all_came_second()
    {
        using var listener = await server.SignInAsync("busier");
        var state = await bench.RequestAsync("busier", "album", listener);
        states.Conflicts = int.MaxValue;
        using var response = await bench.PostAsync("busier", state.AutoplayUid!);
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal(AutoplayState.Requested, (await bench.ReadAsync("busier")).State.Autoplay);
        states.Conflicts = 0;
        await bench.SendAsync("busier", state.AutoplayUid!);
        Assert.Equal(AutoplayState.Done, (await bench.ReadAsync("busier")).State.Autoplay);
    }

    /// <summary>States that another device changes before each write, as long as there are conflicts left.</summary>
    private sealed class ContestedStates(IPlayerStates states) : IPlayerStates
    {
        public int Conflicts { get; set; }

        public Task<PlayerDocument?> ReadAsync(string userId, CancellationToken ct) => states.ReadAsync(userId, ct);

        public async Task<bool> TryWriteAsync(string userId, PlayerDocument? basedOn, PlayerDocument document, CancellationToken ct)
        {
            if (Conflicts > 0)
            {
                Conflicts--;
                var current = (await states.ReadAsync(userId, ct))!;
                var changed = PlayerStateJson.Parse(current.State).Enqueue($"spotify:track:{Hit(3).Id}", 1000);
                var revision = current.Revision + 1;
                var other = new PlayerDocument(revision, PlayerStateJson.Serialize(changed, revision));
                Assert.True(await states.TryWriteAsync(userId, current, other, ct));
            }

            return await states.TryWriteAsync(userId, basedOn, document, ct);
        }

        public Task DeleteAsync(string userId, CancellationToken ct) => states.DeleteAsync(userId, ct);
    }
}
