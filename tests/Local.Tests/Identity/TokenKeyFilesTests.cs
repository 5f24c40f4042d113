using Microsoft.Extensions.DependencyInjection;
using Spotify.Contracts;
using Spotify.Fixtures;
using Spotify.Web.Identity.Issuing;

namespace Spotify.Local.Tests.Identity;

/// <summary>The key files of one machine pass the contract of <see cref="ITokenKeys"/>.</summary>
public sealed class TokenKeyFilesTests : TokenKeysContract, IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");

    public void Dispose() => directory.Delete(recursive: true);

    protected override async Task<ITokenKeys> OpenAsync()
    {
        await using var server = await LocalServer.StartAsync(data: directory.FullName);
        return server.Services.GetRequiredService<ITokenKeys>();
    }
}
