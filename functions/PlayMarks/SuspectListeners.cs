using Microsoft.Extensions.Options;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;

namespace Spotify.Functions.PlayMarks;

/// <summary>
/// Listeners with many marked plays. Their plays are left out of charts and taste for a while, which do not wait for marks.
/// </summary>
public sealed class SuspectListeners(
    PlayMarker marker, IWarehouse warehouse, IDatabase database, IOptions<PlayMarkOptions> options, TimeProvider time)
{
    private const int MaxIds = 50;

    private static readonly Table Listeners = Schema.Current.Table("Listeners");

    private static readonly WarehouseStatement Suspects = new(
        """
        SELECT listener_id, MIN(rule) AS rule
        FROM play_marks
        WHERE date BETWEEN @from AND @to AND marked_at >= @since
        GROUP BY listener_id
        HAVING COUNT(DISTINCT event_id) >= @marks
        ORDER BY listener_id
        """,
        ("from", ColumnType.Date), ("to", ColumnType.Date), ("since", ColumnType.Timestamp), ("marks", ColumnType.Int64));

    private static readonly Statement UsersOfListeners = new(
        $"SELECT UserId, ListenerId, SuspectUntil FROM Listeners WHERE ListenerId IN ({Statement.List("id", MaxIds)})",
        [.. Statement.ListParameters("id", MaxIds, ColumnType.String)]);

    /// <summary>Marks plays of today and yesterday.</summary>
    /// <returns>The number of new marks.</returns>
    public async Task<long> MarkRecentAsync(CancellationToken ct) =>
        await marker.MarkAsync(Today().AddDays(-1), ct) + await marker.MarkAsync(Today(), ct);

    /// <summary>Makes listeners suspect whose plays have been marked within the last two days.</summary>
    /// <returns>The number of listeners that were changed.</returns>
    public async Task<int> UpdateAsync(CancellationToken ct)
    {
        var now = Instant.Truncate(time.GetUtcNow());
        var recent = new Parameters
        {
            { "from", Today().AddDays(-1) }, { "to", Today() }, { "since", now.AddDays(-2) }, { "marks", options.Value.MarksOfSuspects },
        };
        var changed = 0;
        await foreach (var found in warehouse.QueryAsync(Suspects, recent, ct).Chunk(MaxIds).WithCancellation(ct))
        {
            var rules = found.ToDictionary(row => row.String("listener_id"), row => row.String("rule"));
            changed += await database.TransactAsync(transaction => UpdateAsync(transaction, rules, now), ct);
        }

        return changed;
    }

    // A listener is changed once a day at most. Listeners whose accounts are erased have no row.
    private async Task<int> UpdateAsync(ITransaction transaction, Dictionary<string, string> rules, DateTimeOffset now)
    {
        var (until, changed) = (now + options.Value.SuspectFor, 0);
        await foreach (var row in transaction.QueryAsync(UsersOfListeners, new Parameters().AddList("id", [.. rules.Keys], MaxIds)))
        {
            if (row.TimestampOrNull("SuspectUntil") is { } current && until - current < TimeSpan.FromDays(1)) continue;
            transaction.Add(Mutation.Update(
                Listeners,
                ("UserId", row.String("UserId")), ("SuspectUntil", until), ("SuspectRule", rules[row.String("ListenerId")])));
            changed++;
        }

        return changed;
    }

    private DateOnly Today() => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
}
