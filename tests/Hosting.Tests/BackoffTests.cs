using Spotify.Fixtures;

namespace Spotify.Hosting.Tests;

public sealed class BackoffTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 4)]
    [InlineData(4, 5)]
    [InlineData(60, 5)]
    public async Task The_wait_doubles_up_to_the_maximum(int failures, int seconds)
    {
        var time = new ManualTimeProvider();
        var random = new Mock<Random>();
        random.Setup(source => source.NextDouble()).Returns(1);
        var waiting = new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), time, random.Object).WaitAsync(failures, default);
        time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(1));
        Assert.False(waiting.IsCompleted);
        time.Advance(TimeSpan.FromTicks(1));
        await waiting;
    }
}
