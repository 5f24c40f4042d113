using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Data;

namespace Spotify.Functions.Library;

/// <summary>The stored state of items that are added to, removed from or looked up in a library, read in one query.</summary>
internal sealed class LibraryState
{
    private readonly Dictionary<(string Kind, string Type, string Id), Row> rows;

    private LibraryState(Dictionary<(string Kind, string Type, string Id), Row> rows) => this.rows = rows;

    /// <summary>Whether the user has a row.</summary>
    public bool HasUser => rows.Keys.Any(key => key.Kind == "self");

    /// <summary>Reads the state.</summary>
    /// <param name="query">Runs the statement.</param>
    /// <param name="statement">A statement of <see cref="LibraryStatements"/>.</param>
    /// <param name="userId">The user's id.</param>
    /// <param name="entries">The items.</param>
    public static async Task<LibraryState> ReadAsync(
        Func<Statement, Parameters, IAsyncEnumerable<Row>> query, Statement statement, string userId, IReadOnlyList<LibraryEntry> entries)
    {
        var parameters = new Parameters { { "user", userId } }
            .AddList("id", OrNone(entries.Select(entry => entry.Id)), LibraryStatements.MaxIds)
            .AddList("type", OrNone(entries.Select(entry => SpotifyUri.WireName(entry.Type))), LibraryStatements.MaxTypes);
        if (statement.Parameters.Any(parameter => parameter.Name == "shard")) parameters.Add("shard", FollowerCounts.Shard(userId));
        return new LibraryState(await query(statement, parameters).ToDictionaryAsync(
            row => (row.String("Kind"), row.String("Type"), row.String("Id"))));
    }

    /// <summary>Returns whether an item is in the library.</summary>
    public bool IsSaved(LibraryEntry entry) => rows.ContainsKey(Key("saved", entry));

    /// <summary>Returns when an item was added to the library; null if it is not in the library.</summary>
    public DateTimeOffset? SavedAt(LibraryEntry entry) => rows.GetValueOrDefault(Key("saved", entry))?.Timestamp("AddedAt");

    /// <summary>Returns whether the entity of an item exists.</summary>
    public bool Exists(LibraryEntry entry) => rows.ContainsKey(Key("exists", entry));

    /// <summary>Returns the number of followers of an entity in the user's shard.</summary>
    public long FollowersInShard(LibraryEntry entry) => Number(Key("followers", entry));

    /// <summary>Returns the number of items of a type in the library.</summary>
    public long Total(EntityType type) => Number(("total", SpotifyUri.WireName(type), ""));

    private long Number((string, string, string) key) => rows.GetValueOrDefault(key)?.Int64("Number") ?? 0;

    private static (string, string, string) Key(string kind, LibraryEntry entry) => (kind, SpotifyUri.WireName(entry.Type), entry.Id);

    // A list parameter has at least one value; no id and no type is empty.
    private static string[] OrNone(IEnumerable<string> values) => [.. values.Distinct(StringComparer.Ordinal).DefaultIfEmpty("")];
}
