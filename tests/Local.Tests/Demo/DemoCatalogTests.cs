using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Demo;

namespace Spotify.Local.Tests.Demo;

public sealed class DemoCatalogTests
{
    [Fact]
    public async Task A_read_failure_is_not_cached()
    {
        var database = new Mock<IDatabase>();
        database.SetupSequence(
                mock => mock.ReadAsync(It.IsAny<Table>(), It.IsAny<Key>(), It.IsAny<Staleness?>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new TimeoutException())
            .ReturnsAsync((Row?)null);
        var catalog = new DemoCatalog(database.Object, TimeProvider.System);
        await Assert.ThrowsAsync<TimeoutException>(catalog.ContentsAsync);
        Assert.Null(await catalog.ContentsAsync());
    }
}
