using System.Net;
using System.Net.Http.Json;
using Spotify.Audio;
using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Fixtures;
using static Spotify.Fixtures.TestCatalog;

namespace Spotify.Functions.Tests.Licenses.Keys;

/// <summary>
/// A machine whose key files of licenses or downloads are damaged: only licenses are affected, until the files are repaired.
/// </summary>
public sealed class DamagedKeysTests : IDisposable
{
    private static readonly AudioEncoding Vorbis = new(Codec.Vorbis, AudioQuality.High, 160, 100_000);

    private readonly DirectoryInfo data = Directory.CreateTempSubdirectory("spotify-");

    public void Dispose() => data.Delete(recursive: true);

    [Theory]
    [InlineData("content", true)]
    [InlineData("licenses", false)]
    public async Task The_server_starts_and_plays_while_licenses_are_refused_and_issues_them_once_the_file_is_repaired(
        string folder, bool hasTime)
    {
        using var device = await PrepareAsync();
        var file = Directory.GetFiles(Path.Combine(data.FullName, "keys", folder)).Single();
        var content = await File.ReadAllTextAsync(file);
        await File.WriteAllTextAsync(file, content[..^10]);

        await using var server = await LocalServer.StartAsync(data: data.FullName);
        using var ada = await server.SignInAsync("ada");
        Assert.NotNull((await ada.GetJsonAsync($"/v1/playback/tracks/{Dawn.Id}")).At("url"));
        Assert.Equal(device.Id, (await ada.GetJsonAsync(OfflineDevice.Path)).At("devices", 0, "id"));
        for (var round = 0; round < 2; round++)
        {
            using var refused = await AskAsync(ada, device);
            Assert.Equal(
                """{"error":{"status":503,"message":"Licenses are unavailable; try again later","reason":"LICENSES_UNAVAILABLE"}}""",
                await refused.Content.ReadAsStringAsync());
            Assert.Equal(
                (HttpStatusCode.ServiceUnavailable, "30", true),
                (refused.StatusCode, refused.Headers.RetryAfter?.ToString(), refused.Headers.CacheControl?.NoStore));
            Assert.Equal(hasTime, refused.Headers.Contains("Server-Time"));
        }

        using (var keys = await ada.GetAsync("/.well-known/license-keys.json"))
            Assert.Equal(hasTime ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable, keys.StatusCode);

        await File.WriteAllTextAsync(file, content);
        using var answer = await AskAsync(ada, device);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.True(answer.Headers.Contains("Server-Time"));
    }

    private static Task<HttpResponseMessage> AskAsync(HttpClient ada, OfflineDevice device) =>
        ada.PostAsJsonAsync($"{OfflineDevice.Path}/{device.Id}/licenses", new { uris = new[] { $"spotify:track:{Dawn.Id}" } });

    // A track that can be played, and a device that has asked for a license, so that there are keys.
    private async Task<OfflineDevice> PrepareAsync()
    {
        await using var server = await LocalServer.StartAsync(data: data.FullName);
        await server.WriteAsync(
            [.. Mutations, CatalogWriter.WriteAudio(Dawn.Id, SpotifyId.New(), EncodingList.Format([Vorbis]), -6.5, -1)]);
        using var ada = await server.SignInAsync("ada");
        var device = await OfflineDevice.RegisterAsync(ada);
        using var answer = await AskAsync(ada, device);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return device;
    }
}
