using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spotify.Domain.Playlists;
using Spotify.Fixtures;

namespace Spotify.Local.Tests.History;

/// <summary>A client that edits shared playlists at random, often based on an old read, and records the responses.</summary>
internal sealed class RandomEditor(string userId, IReadOnlyList<string> uris, int seed)
{
    private const int PageSize = 50;
    private const int Remembered = 3;

    private readonly Random random = new(seed);
    private readonly Dictionary<string, Queue<PlaylistRead>> seen = [];
    private readonly List<Addition> toRepeat = [];

    public string UserId => userId;

    public AuthenticationHeaderValue? Token { get; set; }

    public List<PlaylistEdit> Edits { get; } = [];

    public List<PlaylistRead> Reads { get; } = [];

    /// <summary>
    /// Edits until the host is killed or <paramref name="acknowledged"/>, which is called after each acknowledged edit, returns false.
    /// </summary>
    public async Task RunAsync(HttpClient http, IReadOnlyList<string> playlists, Func<bool> acknowledged)
    {
        try
        {
            foreach (var addition in toRepeat.ToList())
            {
                await SendAsync(http, addition);
                toRepeat.Remove(addition);
            }

            while (true)
            {
                var playlist = playlists[random.Next(playlists.Count)];
                if (!seen.ContainsKey(playlist) || random.Next(2) == 0) await ReadAsync(http, playlist);
                var edit = Choose(playlist);
                Edits.Add(edit);
                if (await SendAsync(http, edit) && !acknowledged()) return;
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            // The host has been killed.
        }
    }

    /// <summary>Reads a playlist.</summary>
    public async Task ReadAsync(HttpClient http, string playlist)
    {
        var started = Stopwatch.GetTimestamp();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/playlists/{playlist}?additional_types=episode");
        var json = await ResponseAsync(http, request);
        Assert.True(SnapshotId.TryParse(json.At("snapshot_id")!, playlist, out var version));
        var items = json["items"]!["items"]!.AsArray().Select(item => (item!.At("item", "uri")!, item!.At("added_by", "id")!)).ToList();
        var total = json["items"]!["total"]!.GetValue<int>();
        var read = new PlaylistRead(playlist, started, Stopwatch.GetTimestamp(), version, total, items);
        Assert.Equal(Math.Min(PageSize, read.Total), items.Count);
        Reads.Add(read);
        if (!seen.TryGetValue(playlist, out var reads)) seen[playlist] = reads = new Queue<PlaylistRead>();
        reads.Enqueue(read);
        if (reads.Count > Remembered) reads.Dequeue();
    }

    private PlaylistEdit Choose(string playlist)
    {
        var reads = seen[playlist];
        var read = reads.ElementAt(random.Next(reads.Count));
        var now = Stopwatch.GetTimestamp();
        var shown = read.Items.Count;
        var choice = random.Next(100);
        if (choice < 3) return new Replacement(playlist, userId, now, random.Next(2) == 0 ? null : read.Version, Some(random.Next(8)));
        if (shown == 0 || choice < (read.Total > PageSize - 10 ? 15 : 50))
        {
            // Some with a key, so that they can be repeated if the host was killed during the request.
            var key = random.Next(2) == 0 ? Guid.NewGuid().ToString() : null;
            return random.Next(3) == 0
                ? new Addition(playlist, userId, now, null, Some(random.Next(1, 4)), null, key)
                : new Addition(playlist, userId, now, read.Version, Some(random.Next(1, 4)), random.Next(read.Total + 1), key);
        }

        if (choice < 75)
        {
            var start = random.Next(read.Total);
            var length = random.Next(1, Math.Min(6, read.Total - start) + 1);
            return new Reordering(playlist, userId, now, read.Version, start, length, random.Next(read.Total + 1));
        }

        var position = random.Next(shown);
        var uri = read.Items[position].Uri;
        if (choice < 85) return new Removal(playlist, userId, now, random.Next(2) == 0 ? null : read.Version, uri, null);
        var positions = Enumerable.Range(0, shown)
            .Where(other => read.Items[other].Uri == uri && (other == position || random.Next(2) == 0));
        return new Removal(playlist, userId, now, read.Version, uri, [.. positions]);
    }

    private string[] Some(int count) => [.. Enumerable.Range(0, count).Select(_ => uris[random.Next(uris.Count)])];

    // Returns whether the edit was acknowledged.
    private async Task<bool> SendAsync(HttpClient http, PlaylistEdit edit)
    {
        try
        {
            var json = await ResponseAsync(http, Request(edit));
            edit.Ended = Stopwatch.GetTimestamp();
            if (json["error"] is { } error)
            {
                Assert.True(edit.BaseVersion is not null, $"{edit}: {error}");
                edit.Refused = true;
                return false;
            }

            Assert.True(SnapshotId.TryParse(json.At("snapshot_id")!, edit.PlaylistId, out var version));
            edit.Version = version;
            return true;
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            edit.Ended = Stopwatch.GetTimestamp();
            if (edit is Addition { Key: not null } addition && !toRepeat.Contains(addition)) toRepeat.Add(addition);
            throw;
        }
    }

    private static HttpRequestMessage Request(PlaylistEdit edit)
    {
        string? snapshot = edit.BaseVersion is { } version ? SnapshotId.Format(edit.PlaylistId, version) : null;
        var (method, body) = edit switch
        {
            Addition addition =>
                (HttpMethod.Post, (object)new { uris = addition.Uris, position = addition.Position, snapshot_id = snapshot }),
            Replacement replacement =>
                (HttpMethod.Put, new { uris = replacement.Uris, snapshot_id = snapshot }),
            Reordering move =>
                (HttpMethod.Put, new
                {
                    range_start = move.Start,
                    range_length = move.Length,
                    insert_before = move.Before,
                    snapshot_id = snapshot,
                }),
            Removal removal =>
                (HttpMethod.Delete, new
                {
                    items = new[] { new { uri = removal.Uri, positions = removal.Positions } },
                    snapshot_id = snapshot,
                }),
            _ => throw new ArgumentOutOfRangeException(nameof(edit)),
        };
        var request = new HttpRequestMessage(method, $"/v1/playlists/{edit.PlaylistId}/items")
        {
            Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json"),
        };
        if (edit is Addition { Key: { } key }) request.Headers.Add("Idempotency-Key", key);
        return request;
    }

    private async Task<JsonNode> ResponseAsync(HttpClient http, HttpRequestMessage request)
    {
        request.Headers.Authorization = Token;
        using var response = await http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(
            response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.BadRequest,
            $"{request.Method} {request.RequestUri}: {(int)response.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }
}
