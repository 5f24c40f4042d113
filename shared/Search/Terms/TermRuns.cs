namespace Spotify.Search.Terms;

/// <summary>Sorted runs of counted terms.</summary>
public static class TermRuns
{
    /// <summary>Merges runs and closes them: adds their frequencies, and keeps the greatest popularity.</summary>
    /// <param name="runs">The runs, at their start.</param>
    /// <param name="sink">Gets the terms.</param>
    /// <param name="ct">Cancels the merge.</param>
    /// <returns>The number of documents that were counted.</returns>
    /// <exception cref="InvalidDataException">A run is damaged.</exception>
    public static async Task<long> MergeAsync(IReadOnlyList<TermRunReader> runs, ITermSink sink, CancellationToken ct)
    {
        try
        {
            await MergeOpenAsync(runs, sink, ct).ConfigureAwait(false);
            return runs.Sum(run => run.Documents);
        }
        finally
        {
            foreach (var run in runs) await run.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static async Task MergeOpenAsync(IReadOnlyList<TermRunReader> runs, ITermSink sink, CancellationToken ct)
    {
        var order = Comparer<TermRunReader>.Create((x, y) => x.Term.SequenceCompareTo(y.Term));
        var queue = new PriorityQueue<TermRunReader, TermRunReader>(order);
        foreach (var run in runs) await AdvanceAsync(run).ConfigureAwait(false);
        var term = new byte[TermRunReader.MaxTermLength];
        while (queue.TryDequeue(out var run, out _))
        {
            var length = run.Term.Length;
            run.Term.CopyTo(term);
            var (frequency, popularity) = ((long)run.Frequency, run.Popularity);
            await AdvanceAsync(run).ConfigureAwait(false);
            while (queue.TryPeek(out var same, out _) && same.Term.SequenceEqual(term.AsSpan(0, length)))
            {
                (frequency, popularity) = (frequency + same.Frequency, Math.Max(popularity, same.Popularity));
                queue.Dequeue();
                await AdvanceAsync(same).ConfigureAwait(false);
            }

            sink.Add(term.AsSpan(0, length), (int)Math.Min(frequency, int.MaxValue), popularity);
        }

        async ValueTask AdvanceAsync(TermRunReader run)
        {
            ct.ThrowIfCancellationRequested();
            if (await run.ReadAsync(ct).ConfigureAwait(false)) queue.Enqueue(run, run);
        }
    }
}
