using System.Collections.Concurrent;
using System.Diagnostics;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Google.LiveDocuments;
using Spotify.Google.Tests.Database;

namespace Spotify.Google.Tests.LiveDocuments;

/// <summary>Live documents over a network that loses requests and responses.</summary>
public sealed class FirestoreFaultTests : IAsyncLifetime
{
    private const string User = "listener";
    private const string Read = "BatchGetDocuments";
    private const string Write = "Commit";

    private readonly string project = FirestoreClients.NewProject();
    private readonly ConcurrentQueue<string> calls = [];
    private LossyProxy proxy = null!;
    private FirestorePlayerStates states = null!;
    private FirestorePlayerStates other = null!;

    public async Task InitializeAsync()
    {
        Skip.If(FirestoreEmulator.Missing is not null, FirestoreEmulator.Missing);
        var emulator = await FirestoreEmulator.GetAsync();
        proxy = await LossyProxy.StartAsync(emulator.Host);
        states = FirestoreClients.States(project, proxy.Host);
        other = FirestoreClients.States(project, emulator.Host);
    }

    public async Task DisposeAsync()
    {
        if (proxy is not null) await proxy.DisposeAsync();
    }

    [SkippableFact]
    public async Task A_read_and_a_write_are_one_call_each()
    {
        Fail(Fault.None, times: 0);
        Assert.True(await states.TryWriteAsync(User, null, Document(1), default));
        var read = await states.ReadAsync(User, default);
        Assert.True(await states.TryWriteAsync(User, read, Document(2), default));
        Assert.False(await states.TryWriteAsync(User, read, Document(2), default));
        await states.DeleteAsync(User, default);
        Assert.Equal([Write, Read, Write, Write, Write], calls);
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_lost_request_is_repeated(bool first)
    {
        var read = first ? null : await FirstAsync();
        Fail(Fault.LoseRequest, times: 2);
        Assert.True(await states.TryWriteAsync(User, read, Document(first ? 1 : 2), default));
        Assert.Equal(3, calls.Count);
        Fail(Fault.LoseRequest, times: 2);
        Assert.Equal(first ? 1 : 2, (await states.ReadAsync(User, default))!.Revision);
        Fail(Fault.LoseRequest, times: 2);
        await states.DeleteAsync(User, default);
        Assert.Null(await other.ReadAsync(User, default));
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_write_whose_response_is_lost_succeeds_once(bool first)
    {
        var read = first ? null : await FirstAsync();
        var next = Document(first ? 1 : 2) with { Revocations = "[]", ValidSince = DateTimeOffset.FromUnixTimeSeconds(1) };
        Fail(Fault.LoseResponse, times: 1);
        Assert.True(await states.TryWriteAsync(User, read, next, default));
        Assert.Equal([Write, Write, Read], calls);
        Assert.Equal(next.Revision, (await other.ReadAsync(User, default))!.Revision);
    }

    [SkippableFact]
    public async Task A_lost_write_that_another_write_preceded_is_a_conflict()
    {
        var read = await FirstAsync();
        Assert.True(await other.TryWriteAsync(User, read, new PlayerDocument(2, """{"by":"other"}"""), default));
        Fail(Fault.LoseResponse, times: 1);
        Assert.False(await states.TryWriteAsync(User, read, Document(2), default));
    }

    [SkippableFact]
    public async Task A_lost_write_that_another_write_follows_is_not_a_conflict_because_it_may_have_been_written()
    {
        var read = await FirstAsync();
        var tries = 0;
        proxy.Decide = method =>
        {
            if (method != Write) return Fault.None;
            if (Interlocked.Increment(ref tries) == 1) return Fault.LoseResponse;
            var current = other.ReadAsync(User, default).GetAwaiter().GetResult();
            Assert.True(other.TryWriteAsync(User, current, Document(3), default).GetAwaiter().GetResult());
            return Fault.None;
        };
        var error = await Assert.ThrowsAsync<TimeoutException>(() => states.TryWriteAsync(User, read, Document(2), default));
        Assert.Contains("another write has followed", error.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task An_outage_ends_calls_at_the_deadline_and_calls_after_it_succeed()
    {
        var limited = FirestoreClients.States(project, proxy.Host, TimeSpan.FromSeconds(1));
        foreach (var fault in new[] { Fault.LoseRequest, Fault.Hang })
        {
            Fail(fault, times: int.MaxValue);
            var watch = Stopwatch.StartNew();
            foreach (var call in (Func<Task>[])
                [
                    () => limited.ReadAsync(User, default), () => limited.TryWriteAsync(User, null, Document(1), default),
                    () => limited.DeleteAsync(User, default),
                ])
            {
                var error = await Assert.ThrowsAsync<TimeoutException>(call);
                Assert.Contains("within 1 s", error.Message, StringComparison.Ordinal);
            }

            Assert.InRange(watch.Elapsed, TimeSpan.FromSeconds(2.5), TimeSpan.FromSeconds(30));
        }

        Fail(Fault.None, times: 0);
        Assert.True(await states.TryWriteAsync(User, null, Document(1), default));
    }

    [SkippableFact]
    public async Task A_caller_cancels_calls_under_way()
    {
        Fail(Fault.Hang, times: int.MaxValue);
        using var canceled = new CancellationTokenSource();
        Task[] underWay =
        [
            states.ReadAsync(User, canceled.Token), states.TryWriteAsync(User, null, Document(1), canceled.Token),
            states.DeleteAsync(User, canceled.Token),
        ];
        await canceled.CancelAsync();
        foreach (var call in underWay) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [SkippableFact]
    public async Task An_instance_starts_while_Firestore_is_unavailable()
    {
        Fail(Fault.LoseRequest, times: int.MaxValue);
        var limited = FirestoreClients.States(project, proxy.Host, TimeSpan.FromSeconds(1));
        await limited.OpenAsync(default);
        Assert.NotEmpty(calls);
        Fail(Fault.None, times: 0);
        Assert.Null(await limited.ReadAsync(User, default));
    }

    private static PlayerDocument Document(long revision) => new(revision, $$"""{"revision":{{revision}}}""");

    private async Task<PlayerDocument?> FirstAsync()
    {
        Assert.True(await other.TryWriteAsync(User, null, Document(1), default));
        return await other.ReadAsync(User, default);
    }

    /// <summary>The next calls fail, and those after them are forwarded.</summary>
    private void Fail(Fault fault, int times)
    {
        calls.Clear();
        proxy.Decide = method =>
        {
            calls.Enqueue(method);
            return calls.Count <= times ? fault : Fault.None;
        };
    }
}
