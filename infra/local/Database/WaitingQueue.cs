using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Spotify.Local.Database;

/// <summary>A queue to which any thread adds and from which one thread at a time takes. No item is left without a taker.</summary>
internal sealed class WaitingQueue<T>
{
    private readonly ConcurrentQueue<T> items = new();
    private int taking;

    /// <summary>Adds an item.</summary>
    /// <returns>Whether the caller becomes the taker.</returns>
    public bool Add(T item)
    {
        items.Enqueue(item);
        return TryStart();
    }

    /// <summary>Takes the first item. Called by the taker only.</summary>
    public bool TryTake([MaybeNullWhen(false)] out T item) => items.TryDequeue(out item);

    /// <summary>Makes the caller the taker, unless there is one.</summary>
    public bool TryStart() => Interlocked.Exchange(ref taking, 1) == 0;

    /// <summary>Ends taking. Called by the taker only.</summary>
    /// <returns>Whether there are items again and the caller is still the taker.</returns>
    public bool End()
    {
        // A full fence. With a mere volatile write, the processor may look at the queue before others see the write; an item added in
        // between would then be left by both its adder and this taker.
        Interlocked.Exchange(ref taking, 0);
        return !items.IsEmpty && TryStart();
    }
}
