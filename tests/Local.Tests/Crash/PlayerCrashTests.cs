using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Spotify.Fixtures;
using Spotify.Local.LiveDocuments;

namespace Spotify.Local.Tests.Crash;

public sealed class PlayerCrashTests : IDisposable
{
    private const int Listeners = 16;
    private const int Rounds = 3;
    private const int ChangesOfRound = 200;
    private const string Device = "speaker";

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public async Task Acknowledged_changes_of_players_survive_when_the_host_is_killed_during_requests()
    {
        var acknowledged = new long[Listeners];
        for (var round = 0; round < Rounds; round++)
        {
            await using var host = await HostProcess.ServeAsync(directory.FullName, "--no-demo");
            var (left, enough) = (ChangesOfRound, new TaskCompletionSource());
            var tokens = await Task.WhenAll(Enumerable.Range(0, Listeners).Select(listener => SignInAsync(host.Http, User(listener))));
            var clients = tokens.Select((token, listener) => Task.Run(async () =>
            {
                while (await ChangeAsync(host.Http, token, acknowledged[listener] + 1) is { } revision)
                {
                    acknowledged[listener] = revision;
                    if (Interlocked.Decrement(ref left) == 0) enough.SetResult();
                }
            })).ToList();
            await enough.Task.WaitAsync(TimeSpan.FromSeconds(60));
            await host.KillAsync();
            await Task.WhenAll(clients);
            await CheckAsync(acknowledged);
        }
    }

    // The change that was under way when the host was killed may be there, too.
    private async Task CheckAsync(long[] acknowledged)
    {
        using var states = new SqlitePlayerStates(new DataDirectory(directory.FullName).Players);
        for (var listener = 0; listener < Listeners; listener++)
        {
            var document = (await states.ReadAsync(User(listener), default))!;
            Assert.InRange(document.Revision, acknowledged[listener], acknowledged[listener] + 1);
            var state = JsonNode.Parse(document.State)!;
            Assert.Equal($"{document.Revision}", state.At("revision"));
            Assert.Equal($"{Volume(document.Revision)}", state.At("devices", 0, "volume_percent"));
            acknowledged[listener] = document.Revision;
        }
    }

    private static string User(int listener) => $"listener-{listener}";

    private static long Volume(long revision) => revision % 101;

    // Returns the revision; null if the host has been killed.
    private static async Task<long?> ChangeAsync(HttpClient client, string token, long revision)
    {
        var volume = Volume(revision).ToString(CultureInfo.InvariantCulture);
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/v1/me/player/devices/{Device}")
        {
            Content = new StringContent(
                $$"""{"name":"Speaker","type":"speaker","volume_percent":{{volume}}}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        try
        {
            using var response = await client.SendAsync(request);
            response.EnsureSuccessStatusCode();
            return JsonNode.Parse(await response.Content.ReadAsStringAsync())!["revision"]!.GetValue<long>();
        }
        catch (Exception e) when (e is HttpRequestException { StatusCode: null } or IOException)
        {
            return null;
        }
    }

    private static async Task<string> SignInAsync(HttpClient client, string user)
    {
        using var form = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("user", user)]);
        using var response = await client.PostAsync("/api/token", form);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!.At("access_token")!;
    }
}
