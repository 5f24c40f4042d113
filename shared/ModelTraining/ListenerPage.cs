using System.Runtime.CompilerServices;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;

namespace Spotify.ModelTraining;

/// <summary>Listeners with consecutive pseudonyms, which are read together.</summary>
internal sealed class ListenerPage
{
    // Without suspects, and without accounts that are being removed.
    private static readonly Statement Page = new(
        """
        SELECT Listeners.ListenerId FROM Listeners
        LEFT JOIN AccountRemovals ON AccountRemovals.UserId = Listeners.UserId
        WHERE Listeners.ListenerId > @after AND AccountRemovals.UserId IS NULL
          AND (Listeners.SuspectUntil IS NULL OR Listeners.SuspectUntil <= @now)
        ORDER BY Listeners.ListenerId LIMIT @limit
        """,
        ("after", ColumnType.String), ("now", ColumnType.Timestamp), ("limit", ColumnType.Int64));

    private readonly Dictionary<string, int> listeners = new(StringComparer.Ordinal);

    private ListenerPage(List<string> ids)
    {
        Ids = ids;
        for (var i = 0; i < ids.Count; i++) listeners.Add(ids[i], i);
    }

    /// <summary>The pseudonyms, in ascending order.</summary>
    public IReadOnlyList<string> Ids { get; }

    /// <summary>Returns the pages of all listeners.</summary>
    /// <param name="database">The database.</param>
    /// <param name="lengthOf">Returns the length of the next page.</param>
    /// <param name="now">The present time.</param>
    /// <param name="ct">Cancels the call.</param>
    public static async IAsyncEnumerable<ListenerPage> ReadAsync(
        IDatabase database, Func<int> lengthOf, DateTimeOffset now, [EnumeratorCancellation] CancellationToken ct)
    {
        for (string? after = ""; after is not null;)
        {
            var length = lengthOf();
            var ids = await database
                .QueryAsync(Page, new Parameters { { "after", after }, { "now", now }, { "limit", length } }, Staleness.Recent, ct)
                .Select(row => row.String("ListenerId")).ToListAsync(ct);
            if (ids.Count > 0) yield return new ListenerPage(ids);
            after = ids.Count < length ? null : ids[^1];
        }
    }

    /// <summary>Finds the number of a listener on the page.</summary>
    public bool TryFind(string listenerId, out int listener) => listeners.TryGetValue(listenerId, out listener);

    /// <summary>Returns the parameters <c>first</c> and <c>last</c>.</summary>
    public Parameters Range() => new() { { "first", Ids[0] }, { "last", Ids[^1] } };
}
