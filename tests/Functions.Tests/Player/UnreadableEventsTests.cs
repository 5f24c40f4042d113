using Spotify.Fixtures;

namespace Spotify.Functions.Tests.Player;

/// <summary>Tests of events about documents that a fault has damaged.</summary>
public sealed class UnreadableEventsTests(PlayerHost host) : IClassFixture<PlayerHost>
{
    [Theory]
    [InlineData("{\"devices\":[")]
    [InlineData("{\"devices\":[{\"id\":\"a\",\"lease_ends_at\":\"soon\"}]}")]
    [InlineData("{\"devices\":[{\"id\":\"a\",\"lease_ends_at\":1.5}]}")]
    [InlineData("{\"devices\":[{\"id\":\"a\",\"lease_ends_at\":-9223372036854775808}]}")]
    public async Task Listeners_of_events_receive_a_valid_state_instead(string damaged)
    {
        var user = $"deaf{damaged.Length}";
        var app = await host.DeviceAsync(user, "phone");
        await DamageAsync(user, _ => damaged);

        using var events = await EventReader.OpenAsync(app.Http);

        var state = (await events.NextAsync())!;
        Assert.Equal("2", state.At("revision"));
        Assert.Empty(state["devices"]!.AsArray());
    }

    private async Task DamageAsync(string user, Func<string, string> damage)
    {
        var document = (await host.States.ReadAsync(user, default))!;
        var damaged = document with { Revision = document.Revision + 1, State = damage(document.State), Version = null };
        Assert.NotEqual(document.State, damaged.State);
        Assert.True(await host.States.TryWriteAsync(user, document, damaged, default));
    }
}
