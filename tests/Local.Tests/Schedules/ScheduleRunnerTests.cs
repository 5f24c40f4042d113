using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Functions.ObjectRemovals;
using Spotify.Local.Queues;
using Spotify.Web.Functions;

namespace Spotify.Local.Tests.Schedules;

public sealed class ScheduleRunnerTests : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private readonly ManualTimeProvider clock = new(DateTimeOffset.UtcNow);
    private readonly DirectoryInfo data = Directory.CreateTempSubdirectory("spotify-");
    private readonly Channel<(string Body, bool HasToken)> calls = Channel.CreateUnbounded<(string, bool)>();
    private int status = StatusCodes.Status200OK;

    public void Dispose() => data.Delete(recursive: true);

    [Fact]
    public async Task Calls_the_endpoint_with_a_token_and_the_body_when_it_is_time()
    {
        await using var server = await StartAsync();

        clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(("""{"shard":1}""", true), await NextAsync());
        await RecordedAsync(server);
        clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(("""{"shard":1}""", true), await NextAsync());
    }

    [Fact]
    public async Task Makes_up_for_missed_calls_with_one_call_at_start()
    {
        await using (await StartAsync())
        {
        }

        clock.Advance(TimeSpan.FromMinutes(45));
        await using var server = await StartAsync();

        await NextAsync();
        await RecordedAsync(server);
        Assert.False(calls.Reader.TryRead(out _));
    }

    [Fact]
    public async Task Makes_no_call_at_the_first_start_or_before_it_is_time()
    {
        await using (await StartAsync())
        {
        }

        await using var server = await StartAsync();
        Assert.False(calls.Reader.TryRead(out _));
    }

    [Fact]
    public async Task Repeats_a_failed_call_after_a_pause()
    {
        status = StatusCodes.Status503ServiceUnavailable;
        await using var server = await StartAsync();
        clock.Advance(TimeSpan.FromMinutes(10));
        await NextAsync();
        status = StatusCodes.Status200OK;

        await NextWhileTimePassesAsync(server);
    }

    [Fact]
    public async Task Makes_a_call_that_failed_again_at_the_next_start()
    {
        status = StatusCodes.Status503ServiceUnavailable;
        await using (var server = await StartAsync())
        {
            clock.Advance(TimeSpan.FromMinutes(10));
            for (var attempt = 1; attempt <= 4; attempt++) await NextWhileTimePassesAsync(server);
        }

        status = StatusCodes.Status200OK;
        await using var restarted = await StartAsync();
        await NextAsync();
        await RecordedAsync(restarted);
    }

    [Fact]
    public async Task Continues_if_the_clock_is_set_back()
    {
        var now = clock.Now;
        clock.Advance(TimeSpan.FromDays(365));
        await using (await StartAsync())
        {
        }

        clock.Now = now;
        await using var server = await StartAsync();
        await NextWhileTimePassesAsync(server);
    }

    [Fact]
    public async Task Deletes_objects_that_are_no_longer_referenced()
    {
        await using var server = await StartAsync();
        var store = server.Services.GetRequiredService<IObjectStore>();
        await store.WriteAsync("tracks/t/r/high.ogg", new MemoryStream([1]), new WriteOptions("audio/ogg"), default);
        await server.WriteAsync(ObjectRemovalService.Removal("tracks/t/r/", clock.GetUtcNow().AddMinutes(5)));

        clock.Advance(TimeSpan.FromMinutes(10));

        await RecordedAsync(server, ObjectRemovalsFunction.Definition.Schedules[0].Name);
        Assert.Null(await store.FindAsync("tracks/t/r/high.ogg", default));
    }

    private async Task<LocalServer> StartAsync()
    {
        var function = new FunctionDefinition("weekly", Caller.Scheduler)
        {
            Schedules = [new Schedule("weekly", "/tasks/weekly", "*/10 * * * *") { Body = """{"shard":1}""" }],
            MapRoutes = routes => routes.MapPost("/tasks/weekly", async context =>
            {
                using var reader = new StreamReader(context.Request.Body);
                var hasToken = context.Request.Headers.Authorization.ToString().StartsWith("Bearer ey", StringComparison.Ordinal);
                context.Response.StatusCode = status;
                await calls.Writer.WriteAsync((await reader.ReadToEndAsync(), hasToken));
            }),
        };
        var server = await LocalServer.StartAsync(
            builder => builder.Services.AddSingleton<TimeProvider>(clock), data.FullName, functions: function);
        // The first start is recorded as the last call; from then on the clock may advance.
        foreach (var schedule in new[] { "weekly", "object-removals" }) await LastCallAsync(server, schedule);
        return server;
    }

    private async Task<(string Body, bool HasToken)> NextAsync() => await calls.Reader.ReadAsync().AsTask().WaitAsync(Timeout);

    /// <summary>Returns the next call, with the clock advancing until it is made.</summary>
    private async Task NextWhileTimePassesAsync(LocalServer server)
    {
        var next = NextAsync();
        while (!next.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(next, server.Http.GetAsync("/healthz"));
        }

        await next;
    }

    private Task<DateTimeOffset> LastCallAsync(LocalServer server, string schedule) => server.Services.GetRequiredService<QueueFile>()
        .WriteAsync(session => session.LastCall(schedule, clock.GetUtcNow()), default);

    /// <summary>Completes when the call of the present time is recorded.</summary>
    private async Task RecordedAsync(LocalServer server, string schedule = "weekly")
    {
        using var timeout = new CancellationTokenSource(Timeout);
        while (await LastCallAsync(server, schedule) < Instant.Truncate(clock.GetUtcNow())) timeout.Token.ThrowIfCancellationRequested();
    }
}
