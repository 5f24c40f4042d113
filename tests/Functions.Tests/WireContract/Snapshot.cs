using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Spotify.Domain.Catalog;

namespace Spotify.Functions.Tests.WireContract;

/// <summary>
/// A comparison of responses with the reviewed ones in <c>Snapshots/</c>, one file each. If the environment variable
/// <c>UPDATE_SNAPSHOTS</c> is 1, the files are written instead, so that the changes can be reviewed in the diff.
/// </summary>
internal static partial class Snapshot
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Whether to write the files.</summary>
    public static bool IsUpdating => Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1";

    /// <summary>The names of the existing files.</summary>
    public static IEnumerable<string> Names =>
        Directory.EnumerateFiles(Folder(), "*.json").Select(file => Path.GetFileNameWithoutExtension(file));

    /// <summary>Compares a response with its file, or writes the file.</summary>
    /// <param name="baseUrl">The URL of the host, which differs in each run.</param>
    public static void Check(string name, string request, int status, string? body, Uri baseUrl)
    {
        var snapshot = new JsonObject { ["request"] = request, ["status"] = status };
        if (body is { Length: > 0 })
        {
            body = body.Replace(baseUrl.AbsoluteUri, "https://api.example/", StringComparison.Ordinal);
            snapshot["body"] = Normalized(status == StatusCodes.Status201Created ? WithoutNewId(body) : JsonNode.Parse(body));
        }

        var actual = snapshot.ToJsonString(Indented) + "\n";
        var path = Path.Combine(Folder(), name + ".json");
        if (IsUpdating)
        {
            File.WriteAllText(path, actual);
            return;
        }

        Assert.True(
            File.Exists(path),
            $"There is no snapshot {name}.json: run the test with UPDATE_SNAPSHOTS=1, read what it writes and commit it.");
        Assert.Equal(File.ReadAllText(path), actual);
    }

    // New playlists have random ids, and snapshot ids depend on them.
    private static JsonNode? WithoutNewId(string body)
    {
        if (JsonNode.Parse(body) is not JsonObject made || made["id"]?.GetValue<string>() is not { } id) return JsonNode.Parse(body);
        var known = JsonNode.Parse(body.Replace(id, "(id)", StringComparison.Ordinal))!;
        known["snapshot_id"] = "(snapshot)";
        return known;
    }

    // Times of saving and of changes differ in each run, and lists of all markets would make the files unreadable.
    private static JsonNode? Normalized(JsonNode? node) => node switch
    {
        JsonObject members =>
            new JsonObject(
                members.Select(
                    member =>
                        KeyValuePair.Create(
                            member.Key, IsTime(member) ? "(time)" : Normalized(member.Value)))),
        JsonArray entries when entries.Count == Markets.All.Count && entries.Select(entry => entry?.ToString())
            .SequenceEqual(Markets.All) =>
            new JsonArray("(all markets)"),
        JsonArray entries => new JsonArray([.. entries.Select(Normalized)]),
        _ => node?.DeepClone(),
    };

    private static bool IsTime(KeyValuePair<string, JsonNode?> member) => member.Key switch
    {
        "added_at" => TimePattern().IsMatch(member.Value?.ToString() ?? ""),
        "timestamp" => member.Value?.GetValueKind() == JsonValueKind.Number,
        _ => false,
    };

    private static string Folder()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!root.EnumerateFiles("*.sln").Any())
            root = root.Parent ?? throw new DirectoryNotFoundException("The tests run outside of the repository.");
        return Path.Combine(root.FullName, "tests", "Functions.Tests", "WireContract", "Snapshots");
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")]
    private static partial Regex TimePattern();
}
