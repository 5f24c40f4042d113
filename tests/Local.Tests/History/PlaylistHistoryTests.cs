using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Spotify.Domain.Data;
using Spotify.Fixtures;
using Spotify.Local.Database;
using Xunit.Abstractions;
using static Spotify.Fixtures.TestCatalog;

namespace Spotify.Local.Tests.History;

/// <summary>
/// Eight clients edit shared playlists while the host is killed and started again. There must be one order of the edits that explains
/// all answers. The environment variable <c>SPOTIFY_HISTORY_EDITS</c> sets how many edits are acknowledged (500 otherwise; 5000 for the
/// full run).
/// </summary>
public sealed class PlaylistHistoryTests(ITestOutputHelper output) : IDisposable
{
    private const int Clients = 8;
    private const int Playlists = 3;
    private const int Kills = 5;

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public async Task One_order_of_edits_explains_every_answer_although_the_host_is_killed()
    {
        var wanted = int.Parse(Environment.GetEnvironmentVariable("SPOTIFY_HISTORY_EDITS") ?? "500", CultureInfo.InvariantCulture);
        using (var database = new SqliteDatabase(new DataDirectory(directory.FullName).Database, Schema.Current)) await database.CommitAsync([.. Mutations], default);
        string[] uris =
        [
            .. new[] { Dawn, Duet, Swedish, Future, TestCatalog.Explicit }.Select(track => $"spotify:track:{track.Id}"), .. new[] { Pilot, Finale }.Select(episode => $"spotify:episode:{episode.Id}"),
        ];
        var editors = Enumerable.Range(0, Clients).Select(i => new RandomEditor($"user-{i}", uris, seed: i)).ToList();
        var playlists = new List<string>();
        var acknowledged = 0;
        for (var round = 0; round <= Kills; round++)
        {
            await using var host = await HostProcess.ServeAsync(directory.FullName, "--no-demo");
            if (round == 0) await PrepareAsync(host.Http, editors, playlists);
            var (target, reached) = (wanted * (round + 1) / (Kills + 1), new TaskCompletionSource());
            var running = Task.WhenAll(editors.Select(editor => Task.Run(() => editor.RunAsync(host.Http, playlists, () =>
            {
                if (Interlocked.Increment(ref acknowledged) < target) return true;
                // The last round ends; in the others the host is killed amid what comes next.
                reached.TrySetResult();
                return round < Kills;
            }))));
            await Task.WhenAny(reached.Task, running);
            if (round < Kills) await host.KillAsync();
            await running.WaitAsync(TimeSpan.FromMinutes(5));
            if (round < Kills) continue;
            foreach (var playlist in playlists) await editors[0].ReadAsync(host.Http, playlist);
        }

        output.WriteLine($"{acknowledged} edits acknowledged, {editors.Sum(editor => editor.Edits.Count(edit => edit.Version is null && !edit.Refused))} cut off, "
            + $"{editors.Sum(editor => editor.Edits.Count(edit => edit.Refused))} refused; {editors.Sum(editor => editor.Reads.Count)} reads; {Kills} kills");
        Assert.True(acknowledged >= wanted);
        foreach (var playlist in playlists)
        {
            var edits = editors.SelectMany(editor => editor.Edits).Where(edit => edit.PlaylistId == playlist).ToList();
            Assert.Null(HistoryChecker.Check(edits, [.. editors.SelectMany(editor => editor.Reads).Where(read => read.PlaylistId == playlist)]));
        }
    }

    private static async Task PrepareAsync(HttpClient http, IReadOnlyList<RandomEditor> editors, List<string> playlists)
    {
        foreach (var editor in editors)
        {
            using var response = await http.PostAsync("/api/token", new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("user", editor.UserId)]));
            editor.Token = new AuthenticationHeaderValue("Bearer", JsonNode.Parse(await response.Content.ReadAsStringAsync())!.At("access_token"));
        }

        for (var i = 0; i < Playlists; i++)
        {
            using var made = await SendAsync(HttpMethod.Post, "/v1/me/playlists", editors[0], """{"name":"Ours","public":false,"collaborative":true}""");
            playlists.Add(JsonNode.Parse(await made.Content.ReadAsStringAsync())!.At("id")!);
            foreach (var editor in editors.Skip(1)) (await SendAsync(HttpMethod.Put, $"/v1/playlists/{playlists[^1]}/followers", editor, "{}")).Dispose();
        }

        async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, RandomEditor editor, string body)
        {
            using var request = new HttpRequestMessage(method, path) { Content = new StringContent(body, Encoding.UTF8, "application/json"), Headers = { Authorization = editor.Token } };
            var response = await http.SendAsync(request);
            Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode}");
            return response;
        }
    }
}
