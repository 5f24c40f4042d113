using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Spotify.Domain.Data;
using Spotify.Domain.Users;
using Spotify.Fixtures;
using Spotify.Local.Database;

namespace Spotify.Local.Tests.Crash;

public sealed class CrashTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public async Task Acknowledged_changes_survive_when_the_host_is_killed_during_requests()
    {
        var acknowledged = new List<(string User, string Token)>();
        for (var round = 0; round < 3; round++)
        {
            await using var host = await HostProcess.ServeAsync(directory.FullName, "--no-demo");
            var enough = new TaskCompletionSource();
            var writers = Enumerable.Range(0, 16).Select(writer => Task.Run(async () =>
            {
                for (var i = 0; ; i++)
                {
                    var user = $"user-{round}-{writer}-{i}";
                    var token = await SignInAsync(host.Http, user);
                    if (token is null) return;
                    lock (acknowledged)
                    {
                        acknowledged.Add((user, token));
                        if (acknowledged.Count >= 40 * (round + 1)) enough.TrySetResult();
                    }
                }
            })).ToList();
            await enough.Task.WaitAsync(TimeSpan.FromSeconds(60));
            await host.KillAsync();
            await Task.WhenAll(writers);
        }

        await using var again = await HostProcess.ServeAsync(directory.FullName, "--no-demo");
        using var database = new SqliteDatabase(new DataDirectory(directory.FullName).Database, Schema.Current);
        foreach (var (user, token) in acknowledged)
        {
            Assert.NotNull(await database.ReadAsync(User.Table, new Key(user), null, default));
            using var response = await GetAsync(again.Http, "/v1/markets", token);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    [Theory]
    [InlineData("keys")]
    [InlineData("database.sqlite")]
    [InlineData("database.sqlite-wal")]
    public async Task A_host_killed_at_its_first_start_creates_the_whole_demo_at_its_second(string file)
    {
        await using (var starting = HostProcess.Start(directory.FullName))
        {
            await starting.WaitForFileAsync(Path.Combine(directory.FullName, file));
            await starting.KillAsync();
        }

        await using var host = await HostProcess.ServeAsync(directory.FullName);
        var token = await SignInAsync(host.Http, "ada");
        using var response = await GetAsync(host.Http, "/v1/search?q=a&type=track,playlist", token!);
        var results = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        Assert.Equal("1", results.At("playlists", "total"));
        Assert.NotEqual("0", results.At("tracks", "total"));
    }

    private static async Task<HttpResponseMessage> GetAsync(HttpClient client, string path, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await client.SendAsync(request);
    }

    private static async Task<string?> SignInAsync(HttpClient client, string user)
    {
        try
        {
            using var form = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("user", user)]);
            using var response = await client.PostAsync("/api/token", form);
            return response.IsSuccessStatusCode ? JsonNode.Parse(await response.Content.ReadAsStringAsync())!.At("access_token") : null;
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return null;
        }
    }
}
