using System.Net;
using System.Text.Json.Nodes;
using Spotify.Domain.Data;
using Spotify.Functions.Tests.Licenses.Issuing;
using Spotify.Fixtures;

namespace Spotify.Functions.Tests.Licenses.Sync;

/// <summary>A device that syncs as an app does: it keeps the cursor and the list of what to have.</summary>
internal sealed class SyncModel(LicenseServer offline, string user, DeviceModel device)
{
    /// <summary>The cursor of the last response; null before the first.</summary>
    public string? Cursor { get; set; }

    /// <summary>The items that the device is to have.</summary>
    public HashSet<string> Items { get; } = new(StringComparer.Ordinal);

    /// <summary>The maximum number of changes of one response.</summary>
    public int MaxChanges { get; private set; }

    /// <summary>Sends a request and returns the response. Does not acknowledge it.</summary>
    public async Task<JsonNode> GetAsync(string? cursor, string query = "")
    {
        using var client = offline.SignIn(user);
        using var response = await client.GetAsync($"{device.Path}/sync?cursor={cursor}{query}");
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{(int)response.StatusCode} {text}");
        Assert.True(response.Headers.Contains("Server-Time"));
        return JsonNode.Parse(text)!;
    }

    /// <summary>Syncs until there are no more pages, and returns the changes.</summary>
    /// <param name="query">Other parameters.</param>
    /// <param name="between">What happens after the first page.</param>
    public async Task<List<JsonNode>> SyncAsync(string query = "", Func<Task>? between = null)
    {
        var (changes, shown, isFull) = (new List<JsonNode>(), new HashSet<string>(StringComparer.Ordinal), Cursor is null);
        for (var pages = 0; ; pages++)
        {
            Assert.True(pages < 100, "The sync does not end.");
            var page = await GetAsync(Cursor, query);
            // A response that is lost is the same when it is asked for again.
            if (pages == 0)
            {
                var again = await GetAsync(Cursor, query);
                Assert.Subset(
                    again["changes"]!.AsArray().Select(change => change!.ToJsonString()).Order().ToHashSet(),
                    page["changes"]!.AsArray().Where(change => change!.At("op") != "drop" || change!["reason"] is null)
                        .Select(change => change!.ToJsonString()).ToHashSet());
            }

            isFull = page["full"]!.GetValue<bool>();
            MaxChanges = Math.Max(MaxChanges, page["changes"]!.AsArray().Count);
            foreach (var change in page["changes"]!.AsArray())
            {
                changes.Add(change!);
                var uri = change!.At("uri")!;
                shown.Add(uri);
                if (change!.At("op") == "drop") Items.Remove(uri);
                else Items.Add(uri);
            }

            Cursor = page.At("cursor");
            if (!page["more"]!.GetValue<bool>()) break;
            if (pages == 0 && between is not null) await between();
        }

        if (isFull) Items.IntersectWith(shown);
        return changes;
    }

    /// <summary>Asserts that the device has what the service has for it.</summary>
    public async Task AssertCompleteAsync()
    {
        var rows = await offline.RowsAsync(LicenseServer.OfflineTracksOf, device);
        Assert.Equal(
            rows.Where(row => row.String("State") != "dropped").Select(row => $"spotify:track:{row.String("PlayableId")}").Order(),
            Items.Order());
        Assert.Equal(Items.Count, await offline.TracksAsync(device));
    }

    /// <summary>Returns operations and URIs, in order.</summary>
    public static string[] Lines(IEnumerable<JsonNode> changes) => [.. changes.Select(change => $"{change.At("op")} {change.At("uri")}")];
}
