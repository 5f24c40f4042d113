using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Contracts;
using Spotify.Google.Signing;
using Spotify.Web.Identity.Issuing;

namespace Spotify.Google.Tests.Signing;

/// <summary>The keys from Secret Manager pass the contract of <see cref="IPublishedKeys"/>.</summary>
public abstract class PemKeysTests(string setting) : PublishedKeysContract
{
    private readonly IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
    {
        [$"{setting}:0:Pem"] = TokenKey.New(), [$"{setting}:1:Pem"] = TokenKey.New(),
    }).Build();

    protected override Task<IPublishedKeys> OpenAsync() =>
        Task.FromResult(Read(new ServiceCollection().AddSingleton(configuration)));

    protected abstract IPublishedKeys Read(IServiceCollection services);
}

public sealed class TokenKeyRingTests() : PemKeysTests("TokenKeys")
{
    protected override IPublishedKeys Read(IServiceCollection services) =>
        services.AddTokenKeys().BuildServiceProvider().GetRequiredService<ITokenKeys>();
}

public sealed class LicenseKeyRingTests() : PemKeysTests("LicenseKeys")
{
    protected override IPublishedKeys Read(IServiceCollection services) =>
        services.AddLicenseKeys().BuildServiceProvider().GetRequiredService<ILicenseKeys>();
}
