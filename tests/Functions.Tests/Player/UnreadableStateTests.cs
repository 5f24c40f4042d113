using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Functions.Player;

namespace Spotify.Functions.Tests.Player;

/// <summary>Tests of documents that another version, or a fault, has damaged.</summary>
public sealed class UnreadableStateTests(UnreadableStateTests.Host host) : IClassFixture<UnreadableStateTests.Host>
{
    [Fact]
    public async Task An_unreadable_state_is_logged_and_counted_once_per_read_and_the_listener_can_play()
    {
        var app = await host.DeviceAsync("broken", "phone");
        await DamageAsync("broken", _ => "{\"devices\":[");
        using var counted = new Counter(host);

        Assert.Null(await app.PlaybackAsync());

        Assert.Equal((1, 1), (counted.Value, Errors(2)));
        await app.ConnectAsync("""{"name":"phone","type":"computer"}""");
        await app.PlayAsync();
        await app.AssertPlaysAsync(PlayerHost.Track(0), "phone");
        Assert.Equal((2, 2), (counted.Value, Errors(2)));
    }

    [Fact]
    public async Task A_member_of_a_wrong_type_is_lost_alone()
    {
        var app = await host.DeviceAsync("bent", "phone");
        await app.PlayAsync(offset: 4);
        await DamageAsync("bent", state => state.Replace("\"commands\":[]", "\"commands\":[7]", StringComparison.Ordinal));
        using var counted = new Counter(host);

        await app.AssertPlaysAsync(PlayerHost.Track(4), "phone");

        Assert.Equal(1, counted.Value);
        await app.DoAsync("POST", "/next");
        await app.AssertPlaysAsync(PlayerHost.Track(5), "phone");
        Assert.Equal(2, counted.Value);
    }

    private int Errors(long revision) => host.Log.Texts.Count(text =>
        text.StartsWith($"The state of a player, revision {revision}, could not be read", StringComparison.Ordinal));

    private async Task DamageAsync(string user, Func<string, string> damage)
    {
        var document = (await host.States.ReadAsync(user, default))!;
        var damaged = document with { Revision = document.Revision + 1, State = damage(document.State), Version = null };
        Assert.NotEqual(document.State, damaged.State);
        Assert.True(await host.States.TryWriteAsync(user, document, damaged, default));
    }

    /// <summary>The counter of unreadable states of a host, from now.</summary>
    private sealed class Counter : IDisposable
    {
        private readonly MeterListener listener = new();
        private int value;

        public Counter(PlayerHost host)
        {
            var meters = host.Server.Services.GetRequiredService<IMeterFactory>();
            listener.InstrumentPublished = (instrument, own) =>
            {
                if (instrument.Meter.Name == PlayerMetrics.MeterName && ReferenceEquals(instrument.Meter.Scope, meters))
                    own.EnableMeasurementEvents(instrument);
            };
            listener.SetMeasurementEventCallback<long>((_, count, _, _) => Interlocked.Add(ref value, (int)count));
            listener.Start();
        }

        public int Value => value;

        public void Dispose() => listener.Dispose();
    }

    /// <summary>A host whose log is captured.</summary>
    public sealed class Host : PlayerHost
    {
        public LogCapture Log { get; } = new();

        protected override void Configure(WebApplicationBuilder builder) => Log.AddTo(builder.Services);
    }
}
