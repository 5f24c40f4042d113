using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Contracts;
using Spotify.Google.Signing;
using Spotify.Web.Identity.Issuing;

namespace Spotify.Google.Tests.Signing;

/// <summary>The keys from Secret Manager pass the contract of <see cref="ITokenKeys"/>.</summary>
public sealed class TokenKeyRingTests : TokenKeysContract
{
    private readonly IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
    {
        ["TokenKeys:0:Pem"] = TokenKey.New(), ["TokenKeys:1:Pem"] = TokenKey.New(),
    }).Build();

    protected override Task<ITokenKeys> OpenAsync() => Task.FromResult(
        new ServiceCollection().AddSingleton(configuration).AddTokenKeys().BuildServiceProvider().GetRequiredService<ITokenKeys>());
}
