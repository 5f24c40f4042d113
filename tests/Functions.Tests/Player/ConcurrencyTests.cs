using System.Net;
using Spotify.Player;

namespace Spotify.Functions.Tests.Player;

/// <summary>Tests of writes that come at the same time.</summary>
public sealed class ConcurrencyTests(PlayerHost host) : IClassFixture<PlayerHost>, IDisposable
{
    public void Dispose() => host.States.BeforeWrite = null;

    [Fact]
    public async Task A_command_that_loses_a_conflict_is_applied_to_the_newer_state()
    {
        var phone = await host.DeviceAsync("conflict", "phone");
        var laptop = await host.DeviceAsync("conflict", "laptop");
        await phone.PlayAsync();
        var revision = await phone.RevisionAsync();
        host.States.BeforeWrite = async user =>
        {
            host.States.BeforeWrite = null;
            await laptop.DoAsync("POST", "/next");
        };

        await phone.DoAsync("POST", "/next");

        await phone.AssertPlaysAsync(PlayerHost.Track(2), "phone");
        Assert.Equal(revision + 2, await phone.RevisionAsync());
    }

    [Fact]
    public async Task A_command_whose_reason_is_gone_after_a_conflict_is_refused()
    {
        var phone = await host.DeviceAsync("gone", "phone");
        var laptop = await host.DeviceAsync("gone", "laptop");
        await phone.PlayAsync();
        host.States.BeforeWrite = async user =>
        {
            host.States.BeforeWrite = null;
            await phone.DoAsync("DELETE", "/devices/phone");
        };

        await laptop.FailAsync(HttpStatusCode.NotFound, "NO_ACTIVE_DEVICE", "PUT", "/pause");
    }

    [Fact]
    public async Task A_command_that_always_loses_is_told_to_try_again()
    {
        var phone = await host.DeviceAsync("loser", "phone");
        await phone.PlayAsync();
        var tries = 0;
        host.States.BeforeWrite = async user =>
        {
            tries++;
            var document = (await host.States.ReadAsync(user, default))!;
            await WriteAsync(document.Revision + 1);

            async Task WriteAsync(long revision)
            {
                var before = host.States.BeforeWrite;
                host.States.BeforeWrite = null;
                var rival = document with { Revision = revision, Version = null };
                Assert.True(await host.States.TryWriteAsync(user, document, rival, default));
                host.States.BeforeWrite = before;
            }
        };

        using var response = await phone.SendAsync("PUT", "/pause");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter!.Delta);
        Assert.Equal(8, tries);
        host.States.BeforeWrite = null;
        await phone.AssertPlaysAsync(PlayerHost.Track(0), "phone");
    }

    [Fact]
    public async Task Thirty_commands_of_three_devices_at_once_are_all_applied_and_all_devices_read_the_same_end()
    {
        PlayerApp[] devices =
        [
            await host.DeviceAsync("crowd", "phone"), await host.DeviceAsync("crowd", "laptop"), await host.DeviceAsync("crowd", "speaker"),
        ];
        await devices[0].PlayAsync();
        var first = await devices[0].RevisionAsync();

        await Task.WhenAll(Enumerable.Range(0, 30).Select(i => (i % 5) switch
        {
            0 => devices[i % 3].DoAsync("POST", "/next"),
            1 => devices[i % 3].DoAsync("POST", $"/queue?uri={PlayerHost.Track(i)}"),
            2 => devices[i % 3].DoAsync("PUT", $"/volume?volume_percent={i}"),
            3 => devices[i % 3].DoAsync("PUT", $"/seek?position_ms={i * 1000}"),
            _ => devices[i % 3].PlayAsync(offset: i),
        }));

        var (state, revision) = await host.StateAsync("crowd");
        // Writes are recorded when they have returned, which need not be in their order.
        Assert.Equal(Enumerable.Range(1, (int)revision).Select(i => (long)i), host.States.Revisions("crowd").Order());
        Assert.Equal(30, revision - first);
        var ends = await Task.WhenAll(devices.Select(device => device.ReportAsync()));
        Assert.All(ends, end => Assert.Equal(PlayerStateJson.Serialize(state, revision), end.ToJsonString(Relaxed)));
    }

    private static readonly System.Text.Json.JsonSerializerOptions Relaxed = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
