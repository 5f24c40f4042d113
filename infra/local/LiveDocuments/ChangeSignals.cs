namespace Spotify.Local.LiveDocuments;

/// <summary>
/// Signals of changed documents to watchers in this process. A signal says that there was a change, not which, so that nothing is kept for
/// a watcher that is slow.
/// </summary>
internal sealed class ChangeSignals
{
    private readonly Dictionary<string, Signal> signals = new(StringComparer.Ordinal);
    private readonly Lock gate = new();

    /// <summary>The number of documents that are watched.</summary>
    public int Count
    {
        get
        {
            lock (gate) return signals.Count;
        }
    }

    /// <summary>Adds a watcher of a document. Disposing the watch removes the watcher.</summary>
    public Watch Begin(string id)
    {
        lock (gate)
        {
            if (!signals.TryGetValue(id, out var signal)) signals.Add(id, signal = new Signal());
            signal.Watchers++;
            return new Watch(this, id, signal);
        }
    }

    /// <summary>Signals a change of a document.</summary>
    public void Raise(string id)
    {
        TaskCompletionSource changed;
        lock (gate)
        {
            if (!signals.TryGetValue(id, out var signal)) return;
            (changed, signal.Changed) = (signal.Changed, NewChange());
        }

        changed.SetResult();
    }

    private void End(string id, Signal signal)
    {
        lock (gate)
            if (--signal.Watchers == 0) signals.Remove(id);
    }

    private static TaskCompletionSource NewChange() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The watch of a document by one watcher.</summary>
    internal sealed class Watch(ChangeSignals signals, string id, Signal signal) : IDisposable
    {
        /// <summary>
        /// Completes at the next change. Get it before reading the document, so that a change in between is not missed.
        /// </summary>
        public Task Changed
        {
            get
            {
                lock (signals.gate) return signal.Changed.Task;
            }
        }

        /// <inheritdoc/>
        public void Dispose() => signals.End(id, signal);
    }

    /// <summary>The signal that the watchers of a document share.</summary>
    internal sealed class Signal
    {
        public int Watchers { get; set; }

        public TaskCompletionSource Changed { get; set; } = NewChange();
    }
}
