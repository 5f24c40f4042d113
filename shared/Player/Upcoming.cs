using Spotify.Domain;

namespace Spotify.Player;

/// <summary>The items that come next: of the context, the queue and the radio.</summary>
public static class Upcoming
{
    /// <summary>
    /// Appends the next items of a window of the context, after <see cref="PlayerState.NextKeys"/>, up to
    /// <see cref="PlayerLimits.MaxNext"/>. Leaves out items that come next already.
    /// </summary>
    public static PlayerState Refill(this PlayerState state, ContextWindow window)
    {
        if (state.NextIsComplete) return state;
        var uids = new Uids(state.NextUid);
        var next = state.Next.ToList();
        var known = next.Select(item => item.Key).Append(state.ShuffleStart).OfType<string>().Select(Stable)
            .ToHashSet(StringComparer.Ordinal);
        if (state.Item is { Source: ItemSource.Context, Key: { } current }) known.Add(Stable(current));
        var isComplete = window.NextIsComplete;
        foreach (var item in window.Next.Where(item => known.Add(Stable(item.Key))))
        {
            if (next.Count >= PlayerLimits.MaxNext)
            {
                isComplete = false;
                break;
            }

            next.Add(uids.FromContext(item));
        }

        return next.Count == state.Next.Count && !isComplete
            ? state
            : state with { Next = next, NextIsComplete = isComplete, NextUid = uids.Next };

        string Stable(string key) => state.Context?.StableKey(key) ?? key;
    }

    /// <summary>Appends an item to the queue. Changes nothing if the queue has <see cref="PlayerLimits.MaxQueue"/> items.</summary>
    public static PlayerState Enqueue(this PlayerState state, string uri, long durationMs)
    {
        if (state.Queue.Count >= PlayerLimits.MaxQueue) return state;
        var uids = new Uids(state.NextUid);
        var item = uids.From(ItemSource.Queue, new ContextItem("", uri, durationMs));
        return state with { Queue = [.. state.Queue, item], NextUid = uids.Next };
    }

    /// <summary>
    /// Replaces the queue, by up to <see cref="PlayerLimits.MaxQueue"/> items. Items that were in the queue keep their ids.
    /// </summary>
    public static PlayerState WithQueue(this PlayerState state, IReadOnlyList<ContextItem> items)
    {
        var uids = new Uids(state.NextUid);
        var before = state.Queue.ToLookup(item => item.Uri, StringComparer.Ordinal)
            .ToDictionary(same => same.Key, same => new Queue<PlayerItem>(same), StringComparer.Ordinal);
        var queue = items.Take(PlayerLimits.MaxQueue)
            .Select(item => before.TryGetValue(item.Uri, out var same) && same.TryDequeue(out var kept)
                ? kept
                : uids.From(ItemSource.Queue, item))
            .ToList();
        return queue.SequenceEqual(state.Queue) ? state : state with { Queue = queue, NextUid = uids.Next };
    }

    /// <summary>
    /// Records that a radio is requested. The request has the id <see cref="PlayerState.AutoplayUid"/>. Changes nothing unless
    /// <see cref="PlayerState.WantsAutoplay"/>.
    /// </summary>
    public static PlayerState RequestAutoplay(this PlayerState state)
    {
        if (!state.WantsAutoplay) return state;
        var uids = new Uids(state.NextUid);
        return state with { Autoplay = AutoplayState.Requested, AutoplayUid = uids.New(), NextUid = uids.Next };
    }

    /// <summary>
    /// Appends the items of a radio, up to <see cref="PlayerLimits.MaxAutoplay"/>. If playback has ended by itself less than
    /// <see cref="PlayerLimits.AutoplayWait"/> ago, the first one begins on the active device, which gets a command. Changes nothing if the
    /// request is not the latest one or was answered.
    /// </summary>
    /// <param name="state">The state.</param>
    /// <param name="requestUid">The id of the request.</param>
    /// <param name="items">The items. Their keys are ignored. The radio ends if there are none.</param>
    /// <param name="now">The time.</param>
    /// <param name="revision">The revision of the document that is written, for the command.</param>
    public static PlayerState WithAutoplay(
        this PlayerState state, string requestUid, IReadOnlyList<ContextItem> items, DateTimeOffset now, long revision)
    {
        if (state.Autoplay != AutoplayState.Requested || state.AutoplayUid != requestUid) return state;
        if (items.Count == 0) return state with { Autoplay = AutoplayState.Exhausted };
        var uids = new Uids(state.NextUid);
        var radio = items.Take(PlayerLimits.MaxAutoplay).Select(item => uids.From(ItemSource.Autoplay, item));
        var next = state.Next.Concat(radio).Take(PlayerLimits.MaxNextAfterBack).ToList();
        state = state with { Next = next, Autoplay = AutoplayState.Done, NextUid = uids.Next };
        return state.EndedAt > now - PlayerLimits.AutoplayWait && state.ActiveDevice(now) is { } device
            ? state.Advance(AdvanceReason.Skipped, now).State.With(new DeviceCommand(revision, device.Id, DeviceCommand.Next, now))
            : state;
    }

    /// <summary>Returns the state with more items of its list, if few are left.</summary>
    internal static PlayerState RefillFromList(this PlayerState state) => state.Context is null && state.LacksNext()
        ? state.Refill(ItemList.After(state.List, state.NextKeys.FirstOrDefault(), state.ShuffleSeed))
        : state;

    internal static bool LacksNext(this PlayerState state) =>
        state is { Item: not null, NextIsComplete: false } && state.Next.Count < PlayerLimits.MinNext;

    internal static IReadOnlyList<string> KeysBeforeRefill(this PlayerState state) =>
    [
        .. state.Next.Reverse().Select(item => item.Key).Append(state.ContextKey == state.ShuffleStart ? null : state.ContextKey)
            .OfType<string>(),
    ];

    internal static bool IsNearEnd(this PlayerState state) =>
        state is { NextIsComplete: true, Repeat: RepeatMode.Off, Item: { } item }
        && (state.Autoplay == AutoplayState.None || state is { Autoplay: AutoplayState.Done, Item.Source: ItemSource.Autoplay })
        && state.Next.Count + state.Queue.Count <= PlayerLimits.AutoplayAt
        && SpotifyUri.TryParse(item.Uri, out var uri) && uri.Type == EntityType.Track;
}
