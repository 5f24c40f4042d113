using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Spotify.Hosting.Tests;

public sealed class WarmUpTests
{
    [Fact]
    public async Task Steps_run_concurrently_before_the_start_completes()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        var both = new Barrier(2);
        var finished = 0;
        for (var i = 0; i < 2; i++)
        {
            builder.Services.AddWarmUp(async (_, ct) =>
            {
                await Task.Run(() => both.SignalAndWait(TimeSpan.FromSeconds(30), ct), ct);
                Interlocked.Increment(ref finished);
            });
        }

        using var host = builder.Build();
        await host.StartAsync();
        Assert.Equal(2, finished);
    }

    [Fact]
    public async Task A_failed_step_stops_the_start()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddWarmUp((_, _) => throw new InvalidOperationException("no credentials"));
        using var host = builder.Build();
        Assert.Equal("no credentials", (await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync())).Message);
    }

    [Fact]
    public async Task Removed_steps_do_not_run()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddWarmUp((_, _) => throw new InvalidOperationException("no credentials")).RemoveWarmUp();
        using var host = builder.Build();
        await host.StartAsync();
    }
}
