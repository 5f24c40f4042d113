namespace Spotify.Local.Tests.Edge;

/// <summary>Waiting for what another process or thread is about to do.</summary>
internal static class Poll
{
    /// <summary>Waits until a condition holds; fails after a minute.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!condition())
        {
            deadline.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
