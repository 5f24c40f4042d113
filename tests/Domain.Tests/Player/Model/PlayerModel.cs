using Spotify.Player;

namespace Spotify.Domain.Tests.Player.Model;

/// <summary>
/// A player as its listener would describe it: whole lists instead of windows, and a position that is counted with each tick of the clock
/// instead of calculated from an anchor.
/// </summary>
/// <param name="leaseMs">The lease of devices in milliseconds.</param>
internal sealed class PlayerModel(long leaseMs)
{
    private IReadOnlyList<ModelTrack> context = [];

    public List<ModelDevice> Devices { get; } = [];

    public ModelDevice? Active { get; private set; }

    public ModelTrack? Current { get; private set; }

    /// <summary>The number of times that an item has begun.</summary>
    public int Beginnings { get; private set; }

    public long PositionMs { get; private set; }

    public bool IsPlaying { get; private set; }

    public RepeatMode Repeat { get; private set; }

    public long? Seed { get; private set; }

    public List<ModelTrack> History { get; private set; } = [];

    public List<ModelTrack> Queue { get; private set; } = [];

    public List<ModelTrack> Ahead { get; private set; } = [];

    /// <summary>Whether a radio was requested and has not answered.</summary>
    public bool AwaitsRadio { get; private set; }

    private bool RadioAsked { get; set; }

    private bool RadioIsOver { get; set; }

    /// <summary>The time since playback ended by itself; null if it has not, or a command came since then.</summary>
    private long? EndedAgoMs { get; set; }

    private int Place { get; set; } = -1;

    public ModelDevice? Device(string id) => Devices.Find(device => device.Id == id);

    public void Tick(long ms)
    {
        EndedAgoMs += ms;
        if (IsPlaying) PositionMs = Math.Min(PositionMs + Math.Min(ms, Active!.LeaseLeftMs), Current!.Ms);
        foreach (var device in Devices) device.LeaseLeftMs -= ms;
        foreach (var gone in Devices.Where(device => device.LeaseLeftMs <= 0).ToList()) Leave(gone.Id);
    }

    public void Register(string id, int volume)
    {
        if (Device(id) is not { } device)
        {
            Devices.Add(new ModelDevice(id, volume, leaseMs));
            return;
        }

        if (device.Volume != volume || device.LeaseLeftMs * 2 < leaseMs) (device.Volume, device.LeaseLeftMs) = (volume, leaseMs);
    }

    public void Renew(string id, bool always)
    {
        if (Device(id) is { } device && (always || device.LeaseLeftMs * 2 < leaseMs)) device.LeaseLeftMs = leaseMs;
    }

    public void Leave(string id)
    {
        if (Active?.Id == id) (Active, IsPlaying) = (null, false);
        Devices.RemoveAll(device => device.Id == id);
    }

    public void Transfer(string id, bool play)
    {
        if (Active?.Id != id) Device(id)!.StoppedByOthers = 0;
        Active = Device(id);
        if (play) Resume();
    }

    public void SetVolume(string id, int percent) => Device(id)!.Volume = percent;

    public void Play(IReadOnlyList<ModelTrack> tracks, int? offset, long? seed, long positionMs)
    {
        context = tracks;
        History = [];
        Enter(offset, seed);
        (PositionMs, IsPlaying) = (Math.Min(positionMs, Current!.Ms), true);
    }

    public void Resume() => IsPlaying = Current is not null && Active is not null;

    public void Pause() => IsPlaying = false;

    public void Seek(long ms)
    {
        if (Current is not null) PositionMs = Math.Clamp(ms, 0, Current.Ms);
    }

    public bool Next() => MoveOn(hasEnded: false);

    public void End()
    {
        if (Repeat == RepeatMode.Track) Begin(Current!, isPlaying: true);
        else MoveOn(hasEnded: true);
    }

    public void Previous()
    {
        if (Current is null) return;
        if (PositionMs > 3000 || History.Count == 0)
        {
            PositionMs = 0;
            return;
        }

        (Current.Source == ItemSource.Queue ? Queue : Ahead).Insert(0, Current);
        var last = History[^1];
        History.RemoveAt(History.Count - 1);
        Begin(last, isPlaying: true);
        if (History.Append(last).LastOrDefault(track => track.Place >= 0) is { } track) Place = track.Place;
    }

    public void SetRepeat(RepeatMode mode)
    {
        if (mode == RepeatMode.Context && Repeat != mode && RadioAsked)
        {
            Ahead.RemoveAll(track => track.Source == ItemSource.Autoplay);
            RadioAsked = AwaitsRadio = RadioIsOver = false;
        }

        Repeat = mode;
    }

    public void Shuffle(long? seed)
    {
        if (seed.HasValue == Seed.HasValue) return;
        Seed = seed;
        if (Current is null or { Source: ItemSource.Autoplay } || context.Count == 0) return;
        Ahead = [.. seed is null ? context.Skip(Place + 1) : Shuffled(seed.Value).Where(track => track.Place != Place)];
        RadioAsked = AwaitsRadio = RadioIsOver = false;
    }

    public void Enqueue(ModelTrack track)
    {
        if (Queue.Count < 200) Queue.Add(track);
    }

    public void ReplaceQueue(IEnumerable<ModelTrack> tracks) => Queue = [.. tracks.Take(200)];

    /// <summary>Requests a radio if the end is near.</summary>
    public void AskForRadio()
    {
        if (AwaitsRadio || RadioIsOver || (RadioAsked && Current?.Source != ItemSource.Autoplay)) return;
        if (Repeat != RepeatMode.Off || Ahead.Count + Queue.Count > 5 || Current?.Uri.Contains(":track:") != true) return;
        RadioAsked = AwaitsRadio = true;
    }

    /// <summary>Returns whether the items of a radio begin at once, because playback has just ended.</summary>
    public bool BeginsRadio(IReadOnlyCollection<ModelTrack> tracks) =>
        AwaitsRadio && tracks.Count > 0 && EndedAgoMs < 120_000 && Active is not null;

    public void AnswerRadio(IReadOnlyCollection<ModelTrack> tracks)
    {
        var begins = BeginsRadio(tracks);
        if (AwaitsRadio) Ahead.AddRange(tracks.Take(20));
        if (AwaitsRadio && tracks.Count == 0) RadioIsOver = true;
        AwaitsRadio = false;
        if (begins) MoveOn(hasEnded: false);
    }

    /// <summary>Forgets that playback has ended, at each command.</summary>
    public void ForgetEnd() => EndedAgoMs = null;

    /// <summary>Returns whether a report of a device about its playback counts.</summary>
    public bool Heeds(ModelDevice device) =>
        Current is not null && Active == device && device.Plays == Beginnings
        && device.Seen >= Math.Max(device.MovedByOthers, device.StoppedByOthers);

    public void Follow(long positionMs, bool isPlaying)
    {
        positionMs = Math.Clamp(positionMs, 0, Current!.Ms);
        if (isPlaying == IsPlaying && Math.Abs(positionMs - PositionMs) < 1500) return;
        (PositionMs, IsPlaying, EndedAgoMs) = (positionMs, isPlaying, null);
    }

    private bool MoveOn(bool hasEnded)
    {
        var from = Current;
        if (Queue.Count > 0)
        {
            Begin(Queue[0], isPlaying: true);
            Queue.RemoveAt(0);
        }
        else if (Ahead.Count > 0)
        {
            Begin(Ahead[0], isPlaying: true);
            if (Current!.Place >= 0) Place = Current.Place;
            Ahead.RemoveAt(0);
        }
        else if (Repeat == RepeatMode.Context && Current is not null && context.Count > 0)
        {
            Remember(from);
            Enter(null, Seed is { } seed ? ShuffleOrder.SeedAfter(seed) : null);
            (PositionMs, IsPlaying) = (0, true);
            return true;
        }
        else
        {
            if (!hasEnded || (PositionMs == 0 && !IsPlaying)) return false;
            Begin(Current!, isPlaying: false);
            EndedAgoMs = 0;
            return false;
        }

        Remember(from);
        return true;
    }

    private void Enter(int? offset, long? seed)
    {
        Seed = seed;
        var order = seed is { } value ? Shuffled(value) : context;
        var first = offset is { } place ? context[place] : order[0];
        if (seed is null) History = [.. History.Concat(context.Take(first.Place)).TakeLast(50)];
        Ahead = [.. seed is null ? context.Skip(first.Place + 1) : order.Where(track => track != first)];
        Place = first.Place;
        RadioAsked = AwaitsRadio = RadioIsOver = false;
        Begin(first, isPlaying: true);
    }

    private void Begin(ModelTrack track, bool isPlaying)
    {
        Beginnings++;
        (Current, PositionMs, IsPlaying, EndedAgoMs) = (track, 0, isPlaying, null);
    }

    private void Remember(ModelTrack? track)
    {
        if (track is not null) History = [.. History.Append(track).TakeLast(50)];
    }

    private List<ModelTrack> Shuffled(long seed) =>
    [
        .. ShuffleOrder.Order(seed, [.. context.Select(track => new ShuffleItem(Contexts.Key(track.Place), Contexts.Artist(track.Uri)))])
            .Select(i => context[i]),
    ];
}
