using Grpc.Core;

namespace Spotify.Google.Tests;

public sealed class CredentialsTests
{
    [Fact]
    public async Task Emulators_get_no_credentials()
    {
        var credentials = new Credentials();
        Assert.Null(credentials.For("localhost:8085"));
        Assert.Same(ChannelCredentials.Insecure, credentials.ForChannel("localhost:8085"));
        await credentials.FetchAsync("localhost:8085", default);
    }
}
