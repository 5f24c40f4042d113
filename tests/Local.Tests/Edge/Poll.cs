namespace Spotify.Local.Tests.Edge;

/// <summary>A wait for the work of another process or thread.</summary>
internal static class Poll
{
    /// <summary>Waits until a condition holds; fails after a minute.</summary>
    public static Task UntilAsync(Func<bool> condition) => UntilAsync(() => Task.FromResult(condition()), TimeSpan.FromMinutes(1));

    /// <summary>Waits until a condition holds; fails after a time.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, TimeSpan longest)
    {
        // At intervals, because a loop without a pause would take a core from the work it waits for.
        using var deadline = new CancellationTokenSource(longest);
        using var interval = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!await condition()) await interval.WaitForNextTickAsync(deadline.Token);
    }
}
