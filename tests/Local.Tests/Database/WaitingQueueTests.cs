using System.Diagnostics;
using Spotify.Local.Database;

namespace Spotify.Local.Tests.Database;

public sealed class WaitingQueueTests
{
    private readonly WaitingQueue<int> queue = new();
    private readonly long[] phases = new long[2];
    private readonly Stopwatch watch = Stopwatch.StartNew();

    // Without the fence, an item is left without a taker about once in a thousand rounds.
    [Fact]
    public async Task An_item_that_is_added_when_taking_ends_is_taken()
    {
        var left = 0;
        await Task.WhenAll(
            Task.Factory.StartNew(() => Run(0, Check), TaskCreationOptions.LongRunning),
            Task.Factory.StartNew(() => Run(1, () => { }), TaskCreationOptions.LongRunning));
        Assert.Equal(0, left);

        void Check()
        {
            if (queue.TryTake(out _)) left++;
        }
    }

    // Both threads add an item at the same time. After each round, the queue must be empty.
    private void Run(int thread, Action check)
    {
        for (var round = 0; watch.ElapsedMilliseconds < 1000 || round < 100; round++)
        {
            Meet(thread);
            if (thread == 1) Thread.SpinWait(round % 6);
            if (queue.Add(round)) TakeAll();
            Meet(thread);
            check();
        }

        Volatile.Write(ref phases[thread], long.MaxValue);
    }

    private void TakeAll()
    {
        do
        {
            while (queue.TryTake(out _))
            {
            }
        }
        while (queue.End());
    }

    private void Meet(int thread)
    {
        var phase = phases[thread] + 1;
        Volatile.Write(ref phases[thread], phase);
        for (var spins = 1; Volatile.Read(ref phases[1 - thread]) < phase; spins++)
            if (spins % 10_000 == 0) Thread.Yield();
    }
}
