using Spotify.Player;

namespace Spotify.Domain.Tests.Player.Model;

/// <summary>A command of a random sequence. The numbers choose the device and the arguments.</summary>
public readonly record struct Step(byte Kind, byte Device, byte Argument);

/// <summary>A state and its model, to which the same commands are given. Throws when the two differ or an invariant is broken.</summary>
internal sealed class PlayerSession
{
    private const long LeaseMs = 60_000;

    private static readonly TimeSpan Lease = TimeSpan.FromMilliseconds(LeaseMs);

    private readonly Dictionary<string, string?> shownUids = [];
    private long seeds = 1;
    private int numbers = 5000;

    /// <summary>The state.</summary>
    public PlayerState State { get; private set; } = PlayerState.Empty;

    /// <summary>The model.</summary>
    public PlayerModel Model { get; } = new(LeaseMs);

    /// <summary>The revision of the state.</summary>
    public long Revision { get; private set; }

    /// <summary>The time.</summary>
    public DateTimeOffset Now { get; private set; } = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_000);

    /// <summary>Runs a step, and compares the state with the model.</summary>
    public void Run(Step step)
    {
        var id = $"d{step.Device % 4}";
        var argument = step.Argument;
        if (Model.Device(id) is not { } device)
        {
            Register(id, argument % 101);
            return;
        }

        switch (step.Kind % 24)
        {
            case 0: Register(id, argument % 101); break;
            case 1: Tick(argument * 40); break;
            case 2: Tick(argument % 8 == 0 ? argument * 400 : argument * 10); break;
            case 3: Start(device, argument, isList: false); break;
            case 4: Start(device, argument, isList: true); break;
            case 5: Command(device, DeviceCommand.Play, state => state.Resume(Now), Model.Resume); break;
            case 6: Command(device, DeviceCommand.Pause, state => state.Pause(Now), Model.Pause); break;
            case 7: Command(device, DeviceCommand.Seek, state => state.Seek(argument * 300, Now), () => Model.Seek(argument * 300)); break;
            case 8 or 9 or 10:
                for (var times = argument % 3 == 0 ? argument % 40 : 1; times > 0; times--) Next(device);
                break;
            case 11 or 12:
                for (var times = argument % 5 == 0 ? argument % 60 : 1; times > 0; times--) Previous(device);
                break;
            case 13:
                var mode = (RepeatMode)(argument % 3);
                Command(device, DeviceCommand.Repeat, state => state.SetRepeat(mode), () => Model.SetRepeat(mode));
                break;
            case 14: Shuffle(device, argument % 2 == 0 ? seeds++ : null); break;
            case 15: Enqueue(device); break;
            case 16: ReplaceQueue(device, argument); break;
            case 17: Transfer(device, argument); break;
            case 18: SetVolume(device, argument % 101); break;
            case 19 or 20: Report(device, new DeviceReport(id) { Ended = true }); break;
            case 21:
                var (ms, isPlaying) = (argument * 200, argument % 3 != 0);
                Report(device, new DeviceReport(id) { PositionMs = ms, IsPlaying = isPlaying, Volume = argument % 101 });
                break;
            case 22: AnswerRadio(argument); break;
            case 23 when argument % 6 == 0: Write(state => state.Leave(id, Now), () => Model.Leave(id)); break;
            default: Catch(device); break;
        }
    }

    /// <summary>Goes to the next item.</summary>
    public bool Next(ModelDevice sender)
    {
        var moved = false;
        Command(sender, DeviceCommand.Next, state =>
        {
            (state, moved) = state.Advance(AdvanceReason.Skipped, Now, Restart(state));
            return state;
        }, () => Assert.Equal(Model.Next(), moved));
        return moved;
    }

    /// <summary>Goes back.</summary>
    public void Previous(ModelDevice sender) =>
        Command(sender, DeviceCommand.Previous, state => state.Back(Now).State, Model.Previous);

    /// <summary>Lets a device read the state and acknowledge its commands.</summary>
    public void Catch(ModelDevice device)
    {
        Write(state => state.Report(new DeviceReport(device.Id) { Revision = Revision }, Now), () => { });
        (device.Seen, device.Plays, shownUids[device.Id]) = (Revision, Model.Beginnings, State.Item?.Uid);
        Assert.DoesNotContain(State.Commands, command => command.DeviceId == device.Id);
    }

    private void Register(string id, int volume) => Write(
        state => state.Register(new PlayerDevice(id, "app", $"Device {id}", "computer", volume, Now, Now + Lease)),
        () => Model.Register(id, volume));

    private void Tick(long ms)
    {
        Now = Now.AddMilliseconds(ms);
        Model.Tick(ms);
        Assert.Equal(Model.PositionMs, State.PositionAt(Now));
        Assert.Equal(Model.IsPlaying, State.IsPlayingAt(Now));
        Assert.Equal(Model.Active?.Id, State.ActiveDevice(Now)?.Id);
        Write(state => state, () => { });
    }

    private void Start(ModelDevice sender, int argument, bool isList)
    {
        var (context, tracks) = Contexts.All[argument % Contexts.All.Count];
        int? offset = argument % 4 == 0 ? null : argument * 7 % tracks.Count;
        if (isList) offset ??= 0;
        long? seed = argument % 3 == 0 ? seeds++ : null;
        if (Model.Active is null || argument % 2 == 0) TakeOver(sender, sender);
        var start = isList
            ? PlayStart.OfList([.. tracks.Select(Contexts.Item)], offset!.Value, seed, argument * 100)
            : new PlayStart(context, Contexts.Start(context, offset, seed)) { ShuffleSeed = seed, PositionMs = argument * 100 };
        Command(sender, DeviceCommand.Play, state => state.Start(start, Now), () => Model.Play(tracks, offset, seed, argument * 100));
    }

    private void Shuffle(ModelDevice sender, long? seed) => Command(
        sender, DeviceCommand.Shuffle,
        state => state.WithShuffle(
            seed,
            state.Context is { } context
                ? Contexts.After(context, state.ShuffleKeys(seed).FirstOrDefault(), seed, PlayerLimits.MaxNext)
                : null),
        () => Model.Shuffle(seed));

    private void Enqueue(ModelDevice sender)
    {
        var track = Contexts.Track(numbers++, source: ItemSource.Queue);
        Command(sender, DeviceCommand.Queue, state => state.Enqueue(track.Uri, track.Ms), () => Model.Enqueue(track));
    }

    private void ReplaceQueue(ModelDevice sender, int argument)
    {
        var tracks = Model.Queue.Where((_, i) => (i + argument) % 3 != 0).Reverse().ToList();
        if (argument % 2 == 0) tracks.Add(Contexts.Track(numbers++, source: ItemSource.Queue));
        if (argument % 16 == 0) tracks.AddRange(Enumerable.Range(0, 230).Select(_ => Contexts.Track(numbers++, source: ItemSource.Queue)));
        var kept = State.Queue.ToDictionary(item => item.Uri, item => item.Uid);
        Command(
            sender, DeviceCommand.Queue, state => state.WithQueue([.. tracks.Select(Contexts.Item)]), () => Model.ReplaceQueue(tracks));
        Assert.All(State.Queue, item => Assert.Equal(kept.GetValueOrDefault(item.Uri, item.Uid), item.Uid));
    }

    private void Transfer(ModelDevice sender, int argument)
    {
        var target = Model.Devices[argument % Model.Devices.Count];
        TakeOver(sender, target);
        if (argument % 2 == 0) Command(sender, DeviceCommand.Play, state => state.Activate(target.Id, true, Now), Model.Resume);
    }

    private void TakeOver(ModelDevice sender, ModelDevice target)
    {
        var former = Model.Active;
        Write(state => state.Activate(target.Id, null, Now), () => Model.Transfer(target.Id, play: false), [
            (sender, target, DeviceCommand.Transfer), .. former is null || former == target
                ? Array.Empty<(ModelDevice, ModelDevice, string)>()
                : [(sender, former, DeviceCommand.Stop)],
        ]);
    }

    private void SetVolume(ModelDevice sender, int percent)
    {
        if (Model.Active is not { } target) return;
        Command(sender, DeviceCommand.Volume, state => state.SetVolume(target.Id, percent), () => Model.SetVolume(target.Id, percent));
    }

    private void Report(ModelDevice device, DeviceReport report)
    {
        report = report with { Revision = device.Seen, Uid = shownUids.GetValueOrDefault(device.Id) };
        Assert.Equal(report.Ended && Model.Heeds(device), State.Ends(report, Now));
        Write(state => state.Report(report, Now, Restart(state)), () =>
        {
            if (report.Volume is { } volume && device.Seen >= device.VolumeByOthers) device.Volume = volume;
            if (!Model.Heeds(device)) return;
            if (report.Ended) Model.End();
            else Model.Follow(report.PositionMs ?? Model.PositionMs, report.IsPlaying ?? Model.IsPlaying);
        });
        Assert.Same(State, State.Report(report, Now, Restart(State)));
    }

    private void AnswerRadio(int count)
    {
        var tracks = Enumerable.Range(0, count % 30).Select(_ => Contexts.Track(numbers++, source: ItemSource.Autoplay)).ToList();
        var stale = State.WithAutoplay("0", [.. tracks.Select(Contexts.Item)], Now, Revision + 1);
        Assert.Same(State, stale);
        var began = Model.BeginsRadio(tracks);
        var device = Model.Active;
        Write(
            state => state.WithAutoplay(state.AutoplayUid ?? "", [.. tracks.Select(Contexts.Item)], Now, Revision + 1),
            () => Model.AnswerRadio(tracks));
        if (began) device!.MovedByOthers = Revision;
    }

    // A command for the active device.
    private void Command(ModelDevice sender, string type, Func<PlayerState, PlayerState> change, Action model)
    {
        if (Model.Active is { } target) Write(change, model, (sender, target, type));
    }

    private void Write(
        Func<PlayerState, PlayerState> change, Action model, params (ModelDevice Sender, ModelDevice Target, string Type)[] commands)
    {
        var settled = State.WithoutExpired(Now);
        var changed = Read(change(settled));
        model();
        Model.AskForRadio();
        changed = changed.RequestAutoplay();
        if (commands.Length > 0)
        {
            changed = changed.WithoutEnd();
            Model.ForgetEnd();
        }

        foreach (var (sender, target, type) in commands)
        {
            if (changed != settled && sender != target)
            {
                changed = changed.With(new DeviceCommand(Revision + 1, target.Id, type, Now));
                if (type == DeviceCommand.Volume) target.VolumeByOthers = Revision + 1;
                else if (type == DeviceCommand.Stop) target.StoppedByOthers = Revision + 1;
                else if (type is not (DeviceCommand.Repeat or DeviceCommand.Shuffle or DeviceCommand.Queue))
                    target.MovedByOthers = Revision + 1;
            }

            changed = changed.Renew(sender.Id, Lease, Now, always: changed != State);
            Model.Renew(sender.Id, always: changed != State);
        }

        if (changed != State)
        {
            Revision++;
            var json = PlayerStateJson.Serialize(changed, Revision);
            State = PlayerStateJson.Parse(json);
            Assert.Equal(json, PlayerStateJson.Serialize(State, Revision));
        }

        Compare();
        Invariants.Hold(State);
    }

    private static ContextWindow? Restart(PlayerState state) =>
        state.NeedsRestart ? Contexts.Start(state.Context!, null, state.RestartSeed) : null;

    // Reads fewer items than asked for, as a reader may whose items are partly unavailable.
    private static PlayerState Read(PlayerState state)
    {
        while (state.NeedsNext)
            state = state.Refill(Contexts.After(state.Context!, state.NextKeys.FirstOrDefault(), state.ShuffleSeed, 25));

        return state;
    }

    private void Compare()
    {
        Assert.Equal(
            Model.Devices.Select(device => (device.Id, (int?)device.Volume)), State.Devices.Select(device => (device.Id, device.Volume)));
        Assert.Equal(
            Model.Devices.Select(device => Now.AddMilliseconds(device.LeaseLeftMs)), State.Devices.Select(device => device.LeaseEndsAt));
        Assert.Equal(Model.Active?.Id, State.ActiveDevice(Now)?.Id);
        Assert.Equal((Model.Current?.Uri, Model.Current?.Source), (State.Item?.Uri, State.Item?.Source));
        Assert.Equal((Model.IsPlaying, Model.PositionMs), (State.IsPlayingAt(Now), State.PositionAt(Now)));
        Assert.Equal((Model.Repeat, Model.Seed), (State.Repeat, State.ShuffleSeed));
        Assert.Equal(Model.History.Select(track => track.Uri), State.Previous.Select(item => item.Uri));
        Assert.Equal(Model.Queue.Select(track => track.Uri), State.Queue.Select(item => item.Uri));
        Assert.Equal(Model.Ahead.Take(State.Next.Count).Select(track => track.Uri), State.Next.Select(item => item.Uri));
        Assert.True(State.Next.Count >= Math.Min(Model.Ahead.Count, PlayerLimits.MinNext));
        if (State.NextIsComplete) Assert.Equal(Model.Ahead.Count, State.Next.Count);
        Assert.Equal(Model.AwaitsRadio, State.Autoplay == AutoplayState.Requested);
    }
}
