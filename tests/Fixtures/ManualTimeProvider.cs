namespace Spotify.Fixtures;

/// <summary>A clock that tests advance. Its timers fire when it is advanced.</summary>
public sealed class ManualTimeProvider(DateTimeOffset start) : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<ManualTimer> timers = [];
    private DateTimeOffset now = start;

    /// <summary>Creates a clock that starts at the current time.</summary>
    public ManualTimeProvider() : this(System.GetUtcNow())
    {
    }

    /// <summary>The time. Setting it fires the timers that are due.</summary>
    public DateTimeOffset Now
    {
        get
        {
            lock (gate) return now;
        }

        set
        {
            List<ManualTimer> due;
            lock (gate)
            {
                now = value;
                due = [.. timers.Where(timer => timer.DueAt <= now).OrderBy(timer => timer.DueAt)];
                foreach (var timer in due) timer.Reschedule(now);
            }

            foreach (var timer in due) timer.Fire();
        }
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Now;

    public override long GetTimestamp() => Now.UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Advances the clock.</summary>
    public void Advance(TimeSpan by) => Now += by;

    private sealed class ManualTimer(ManualTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan period;

        public DateTimeOffset DueAt { get; private set; } = DateTimeOffset.MaxValue;

        public void Fire() => callback(state);

        public void Reschedule(DateTimeOffset now) => DueAt = period > TimeSpan.Zero ? now + period : DateTimeOffset.MaxValue;

        public bool Change(TimeSpan dueTime, TimeSpan newPeriod)
        {
            lock (clock.gate)
            {
                period = newPeriod;
                DueAt = dueTime < TimeSpan.Zero ? DateTimeOffset.MaxValue : clock.now + dueTime;
                if (!clock.timers.Contains(this)) clock.timers.Add(this);
            }

            return true;
        }

        public void Dispose()
        {
            lock (clock.gate) clock.timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
