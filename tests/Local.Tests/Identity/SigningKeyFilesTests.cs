using Microsoft.Extensions.DependencyInjection;
using Spotify.Contracts;
using Spotify.Fixtures;
using Spotify.Web.Identity.Issuing;

namespace Spotify.Local.Tests.Identity;

/// <summary>The key files of one machine pass the contract of <see cref="IPublishedKeys"/>.</summary>
public abstract class SigningKeyFilesTests : PublishedKeysContract, IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");

    public void Dispose() => directory.Delete(recursive: true);

    protected override async Task<IPublishedKeys> OpenAsync()
    {
        await using var server = await LocalServer.StartAsync(data: directory.FullName);
        var keys = Read(server.Services);
        _ = keys.All;
        return keys;
    }

    protected abstract IPublishedKeys Read(IServiceProvider services);
}

public sealed class TokenKeyFilesTests : SigningKeyFilesTests
{
    protected override IPublishedKeys Read(IServiceProvider services) => services.GetRequiredService<ITokenKeys>();
}

public sealed class LicenseKeyFilesTests : SigningKeyFilesTests
{
    protected override IPublishedKeys Read(IServiceProvider services) => services.GetRequiredService<ILicenseKeys>();
}
