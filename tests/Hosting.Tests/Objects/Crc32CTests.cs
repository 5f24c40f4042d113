using Spotify.Hosting.Objects;

namespace Spotify.Hosting.Tests.Objects;

public sealed class Crc32CTests
{
    [Fact]
    public void The_checksum_is_that_of_the_standard() =>
        Assert.Equal(Convert.ToBase64String([0xe3, 0x06, 0x92, 0x83]), Crc32C.Of("123456789"u8));
}
