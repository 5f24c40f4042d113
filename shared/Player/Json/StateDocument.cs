using System.Globalization;

namespace Spotify.Player.Json;

/// <summary>The JSON object of a state. Each member is nullable, because a document may lack it.</summary>
internal sealed record StateDocument
{
    public long? Revision { get; init; }

    public IReadOnlyList<DeviceEntry?>? Devices { get; init; }

    public string? ActiveDeviceId { get; init; }

    public ContextEntry? Context { get; init; }

    public ItemEntry? Item { get; init; }

    public long? Timestamp { get; init; }

    public long? ProgressMs { get; init; }

    public bool? IsPlaying { get; init; }

    public long? EndedAt { get; init; }

    public string? RepeatState { get; init; }

    public bool? ShuffleState { get; init; }

    public long? ShuffleSeed { get; init; }

    public string? ShuffleStart { get; init; }

    public IReadOnlyList<ItemEntry?>? Previous { get; init; }

    public IReadOnlyList<ItemEntry?>? Queue { get; init; }

    public IReadOnlyList<ItemEntry?>? Next { get; init; }

    public bool? NextIsComplete { get; init; }

    public string? Autoplay { get; init; }

    public string? AutoplayUid { get; init; }

    public string? ContextKey { get; init; }

    public IReadOnlyList<ListEntry?>? List { get; init; }

    public IReadOnlyList<CommandEntry?>? Commands { get; init; }

    public IReadOnlyList<long>? Skips { get; init; }

    public long? NextUid { get; init; }

    public static StateDocument Of(PlayerState state, long revision) => new()
    {
        Revision = revision,
        Devices = [.. state.Devices.Select(DeviceEntry.Of)],
        ActiveDeviceId = state.ActiveDeviceId,
        Context = state.Context is { } context ? new ContextEntry(context.Type, context.Uri) : null,
        Item = state.Item is { } item ? ItemEntry.Of(item) : null,
        Timestamp = state.Position.At.ToUnixTimeMilliseconds(),
        ProgressMs = state.Position.Ms,
        IsPlaying = state.Position.IsPlaying,
        EndedAt = state.EndedAt?.ToUnixTimeMilliseconds(),
        RepeatState = WireNames.Of(state.Repeat),
        ShuffleState = state.ShuffleSeed is not null,
        ShuffleSeed = state.ShuffleSeed,
        ShuffleStart = state.ShuffleStart,
        Previous = [.. state.Previous.Select(ItemEntry.Of)],
        Queue = [.. state.Queue.Select(ItemEntry.Of)],
        Next = [.. state.Next.Select(ItemEntry.Of)],
        NextIsComplete = state.NextIsComplete,
        Autoplay = WireNames.Of(state.Autoplay),
        AutoplayUid = state.AutoplayUid,
        ContextKey = state.ContextKey,
        List = state.List.Count == 0 ? null : [.. state.List.Select(entry => new ListEntry(entry.Uri, entry.DurationMs, entry.Artist))],
        Commands = [.. state.Commands.Select(CommandEntry.Of)],
        Skips = [.. state.Skips.Select(skip => skip.ToUnixTimeMilliseconds())],
        NextUid = state.NextUid,
    };

    public PlayerState ToState()
    {
        var uids = new HashSet<string>(StringComparer.Ordinal);
        var item = Item?.ToItem();
        if (item is not null) uids.Add(item.Uid);
        var devices = Present(Devices, entry => entry.ToDevice()).DistinctBy(device => device.Id).Take(PlayerLimits.MaxDevices).ToList();
        var activeId = devices.Any(device => device.Id == ActiveDeviceId) ? ActiveDeviceId : null;
        var context = Context is { Uri: { } uri, Type: { } type } ? new PlayContext(uri, type) : null;
        var isShuffled = ShuffleSeed is >= 0 and <= ShuffleOrder.MaxSeed;
        var isPlaying = IsPlaying == true && activeId is not null && item is not null;
        var state = new PlayerState
        {
            Devices = devices,
            ActiveDeviceId = activeId,
            Context = context,
            Item = item,
            Position = new PlayerPosition(
                Times.OfMs(Timestamp ?? 0), Math.Clamp(ProgressMs ?? 0, 0, item?.DurationMs ?? 0), isPlaying),
            EndedAt = EndedAt is { } endedAt && !isPlaying ? Times.OfMs(endedAt) : null,
            Repeat = WireNames.Parse<RepeatMode>(RepeatState),
            ShuffleSeed = isShuffled ? ShuffleSeed : null,
            ShuffleStart = isShuffled ? ShuffleStart : null,
            Previous = [.. Items(Previous, uids).TakeLast(PlayerLimits.MaxPrevious)],
            Queue = [.. Items(Queue, uids).Take(PlayerLimits.MaxQueueAfterBack)],
            Next = [.. Items(Next, uids).Take(PlayerLimits.MaxNextAfterBack)],
            // Items that are missing are read again.
            NextIsComplete = NextIsComplete == true && Next is { Count: <= PlayerLimits.MaxNextAfterBack },
            Autoplay = WireNames.Parse<AutoplayState>(Autoplay),
            AutoplayUid = AutoplayUid,
            ContextKey = ContextKey,
            List = context is null ? ItemList.Of([.. Present(List, entry => entry.ToItem())]) : [],
            Commands =
            [
                .. Present(Commands, entry => entry.ToCommand()).Where(command => devices.Any(device => device.Id == command.DeviceId))
                    .TakeLast(PlayerLimits.MaxCommands),
            ],
            Skips = [.. (Skips ?? []).Select(Times.OfMs).TakeLast(PlayerLimits.MaxSkips)],
        };
        return state with { NextUid = Math.Max(NextUid is > 0 and < long.MaxValue / 2 ? NextUid.Value : 1, AfterAll(uids)) };
    }

    private static long AfterAll(IEnumerable<string> uids) =>
        uids.Select(uid => long.TryParse(uid, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0)
            .Where(number => number < long.MaxValue / 2)
            .DefaultIfEmpty().Max() + 1;

    private static IEnumerable<PlayerItem> Items(IReadOnlyList<ItemEntry?>? entries, HashSet<string> uids) =>
        Present(entries, entry => entry.ToItem()).Where(item => uids.Add(item.Uid));

    private static IEnumerable<T> Present<TEntry, T>(IReadOnlyList<TEntry?>? entries, Func<TEntry, T?> convert)
        where T : class => (entries ?? []).Select(entry => entry is null ? null : convert(entry)).OfType<T>();
}
