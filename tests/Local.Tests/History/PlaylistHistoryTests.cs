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
/// Eight clients edit shared playlists while the host is killed and restarted. One order of the edits must explain every response. The
/// environment variable <c>SPOTIFY_HISTORY_EDITS</c> sets the number of acknowledged edits: 500 by default, 5000 for the long form.
/// </summary>
public sealed class PlaylistHistoryTests(ITestOutputHelper output) : IDisposable
{
    private const int Clients = 8;
    private const int Playlists = 3;
    private const int Kills = 5;

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public async Task One_order_of_edits_explains_every_response_although_the_host_is_killed()
    {
        var wanted = int.Parse(Environment.GetEnvironmentVariable("SPOTIFY_HISTORY_EDITS") ?? "500", CultureInfo.InvariantCulture);
        using (var database = new SqliteDatabase(new DataDirectory(directory.FullName).Database, Schema.Current))
            await database.CommitAsync([.. Mutations], default);
        string[] uris =
        [
            .. new[] { Dawn, Duet, Swedish, Future, TestCatalog.Explicit }.Select(track => $"spotify:track:{track.Id}"),
            .. new[] { Pilot, Finale }.Select(episode => $"spotify:episode:{episode.Id}"),
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
                // In the last round the clients stop; in the others the host is killed while they continue.
                reached.TrySetResult();
                return round < Kills;
            }))));
            await Task.WhenAny(reached.Task, running);
            if (round < Kills) await host.KillAsync();
            await running.WaitAsync(TimeSpan.FromMinutes(5));
            if (round < Kills) continue;
            foreach (var playlist in playlists) await editors[0].ReadAsync(host.Http, playlist);
        }

        var (edits, reads) = (editors.SelectMany(editor => editor.Edits).ToList(), editors.SelectMany(editor => editor.Reads).ToList());
        var (refused, unanswered) = (edits.Count(edit => edit.Refused), edits.Count(edit => edit.Version is null && !edit.Refused));
        output.WriteLine(
            $"{acknowledged} edits acknowledged, {refused} refused, {unanswered} without a response; {reads.Count} reads; {Kills} kills");
        Assert.True(acknowledged >= wanted);
        foreach (var playlist in playlists)
        {
            Assert.Null(HistoryChecker.Check(
                [.. edits.Where(edit => edit.PlaylistId == playlist)], [.. reads.Where(read => read.PlaylistId == playlist)]));
        }
    }

    private static async Task PrepareAsync(HttpClient http, IReadOnlyList<RandomEditor> editors, List<string> playlists)
    {
        foreach (var editor in editors)
        {
            using var form = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("user", editor.UserId)]);
            using var response = await http.PostAsync("/api/token", form);
            var token = JsonNode.Parse(await response.Content.ReadAsStringAsync())!.At("access_token");
            editor.Token = new AuthenticationHeaderValue("Bearer", token);
        }

        for (var i = 0; i < Playlists; i++)
        {
            var details = """{"name":"Ours","public":false,"collaborative":true}""";
            using var created = await SendAsync(HttpMethod.Post, "/v1/me/playlists", editors[0], details);
            playlists.Add(JsonNode.Parse(await created.Content.ReadAsStringAsync())!.At("id")!);
            foreach (var editor in editors.Skip(1))
                (await SendAsync(HttpMethod.Put, $"/v1/playlists/{playlists[^1]}/followers", editor, "{}")).Dispose();
        }

        async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, RandomEditor editor, string body)
        {
            using var request = new HttpRequestMessage(method, path)
            {
                Content = new StringContent(body, Encoding.UTF8, "application/json"),
                Headers = { Authorization = editor.Token },
            };
            var response = await http.SendAsync(request);
            Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode}");
            return response;
        }
    }
}
