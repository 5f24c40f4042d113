using Spotify.Domain.Ports;

namespace Spotify.Functions.Tests.Player;

/// <summary>Live tokens that are no secrets.</summary>
internal sealed class FakeLiveTokens(bool isDown = false) : ILiveTokens
{
    public Task<LiveToken> IssueAsync(string userId, CancellationToken ct) => isDown
        ? throw new IOException("Down")
        : Task.FromResult(new LiveToken("token", DateTimeOffset.UnixEpoch, "key", "project", $"players/{userId}"));
}
