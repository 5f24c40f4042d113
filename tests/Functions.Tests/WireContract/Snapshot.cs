using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Spotify.Domain.Catalog;

namespace Spotify.Functions.Tests.WireContract;

/// <summary>
/// Responses as they were when somebody last looked at them: a file of <c>Snapshots/</c> each. With <c>UPDATE_SNAPSHOTS=1</c> in the
/// environment the tests write them instead, for the change to be read in the diff.
/// </summary>
internal static partial class Snapshot
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Whether the files are to be written.</summary>
    public static bool IsUpdating => Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1";

    /// <summary>The names of the files there are.</summary>
    public static IEnumerable<string> Names => Directory.EnumerateFiles(Folder(), "*.json").Select(file => Path.GetFileNameWithoutExtension(file));

    /// <summary>Compares a response with its file, or writes that.</summary>
    /// <param name="baseUrl">The host's address, which differs each time.</param>
    public static void Check(string name, string request, int status, string? body, Uri baseUrl)
    {
        var snapshot = new JsonObject { ["request"] = request, ["status"] = status };
        if (body is { Length: > 0 })
        {
            body = body.Replace(baseUrl.AbsoluteUri, "https://api.example/", StringComparison.Ordinal);
            snapshot["body"] = Normalised(status == StatusCodes.Status201Created ? WithoutNewId(body) : JsonNode.Parse(body));
        }

        var actual = snapshot.ToJsonString(Indented) + "\n";
        var path = Path.Combine(Folder(), name + ".json");
        if (IsUpdating)
        {
            File.WriteAllText(path, actual);
            return;
        }

        Assert.True(File.Exists(path), $"There is no snapshot {name}.json: run the test with UPDATE_SNAPSHOTS=1, read what it writes and commit it.");
        Assert.Equal(File.ReadAllText(path), actual);
    }

    // What has just been made has an id of its own each time, from which that of its snapshot follows.
    private static JsonNode? WithoutNewId(string body)
    {
        if (JsonNode.Parse(body) is not JsonObject made || made["id"]?.GetValue<string>() is not { } id) return JsonNode.Parse(body);
        var known = JsonNode.Parse(body.Replace(id, "(id)", StringComparison.Ordinal))!;
        known["snapshot_id"] = "(snapshot)";
        return known;
    }

    // Times of saving are now; a list of all markets would hide the rest.
    private static JsonNode? Normalised(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, member.Key == "added_at" && IsTime(member.Value) ? "(time)" : Normalised(member.Value)))),
        JsonArray entries when entries.Count == Markets.All.Count && entries.Select(entry => entry?.ToString()).SequenceEqual(Markets.All) => new JsonArray("(all markets)"),
        JsonArray entries => new JsonArray([.. entries.Select(Normalised)]),
        _ => node?.DeepClone(),
    };

    private static bool IsTime(JsonNode? value) => TimePattern().IsMatch(value?.ToString() ?? "");

    private static string Folder()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!root.EnumerateFiles("*.sln").Any()) root = root.Parent ?? throw new DirectoryNotFoundException("The tests run outside of the repository.");
        return Path.Combine(root.FullName, "tests", "Functions.Tests", "WireContract", "Snapshots");
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")]
    private static partial Regex TimePattern();
}
