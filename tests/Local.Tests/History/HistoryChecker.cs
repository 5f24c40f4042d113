using Spotify.Domain.Playlists;

namespace Spotify.Local.Tests.History;

/// <summary>
/// A search for an order of the edits of a playlist that explains every response: an acknowledged edit created the version in its response,
/// an edit without a response created one of the other versions or none, a refused edit created none, and each read shows its version.
/// </summary>
internal sealed class HistoryChecker
{
    // The times of the requests leave few orders to try, so that a search ends long before.
    private const int MaxSteps = 1_000_000;

    private readonly ILookup<long, PlaylistEdit> acknowledged;
    private readonly ILookup<long, PlaylistRead> reads;
    private readonly List<(PlaylistEdit Edit, long After, long Before)> unanswered;
    private readonly long last;
    private readonly List<List<ModelItem>> versions = [[]];
    private readonly HashSet<PlaylistEdit> used = new(ReferenceEqualityComparer.Instance);
    private string problem = "";
    private int furthest;
    private int identities;
    private int steps;

    private HistoryChecker(IReadOnlyList<PlaylistEdit> edits, IReadOnlyList<PlaylistRead> reads)
    {
        acknowledged = edits.Where(edit => edit.Version is not null).ToLookup(edit => edit.Version!.Value);
        this.reads = reads.ToLookup(read => read.Version);
        last = edits.Select(edit => edit.Version ?? 1).Concat(reads.Select(read => read.Version)).DefaultIfEmpty(1).Max();
        var known = edits.Where(edit => edit.Version is not null).ToList();
        unanswered =
        [
            .. edits.Where(edit => edit.Version is null).Select(edit => (
                edit,
                Versions(known.Where(other => other.Ended < edit.Started)).DefaultIfEmpty(1).Max(),
                Versions(known.Where(other => other.Started > edit.Ended && Creates(other))).DefaultIfEmpty(long.MaxValue).Min())),
        ];
    }

    /// <summary>Returns the first response that no order explains; null if there is none.</summary>
    /// <param name="edits">The edits of a playlist that is empty in version 1.</param>
    /// <param name="reads">The reads of the playlist.</param>
    public static string? Check(IReadOnlyList<PlaylistEdit> edits, IReadOnlyList<PlaylistRead> reads)
    {
        if (StaleResponse(edits, reads) is { } stale) return stale;
        var checker = new HistoryChecker([.. edits.Where(edit => !edit.Refused)], reads);
        return checker.Shows(1) && checker.Explain() ? checker.WrongRefusal(edits.Where(edit => edit.Refused)) : checker.problem;
    }

    // A refusal is right if, at some moment during the request, more changes were made since the edit's base than are kept, or nothing
    // was left to move.
    private string? WrongRefusal(IEnumerable<PlaylistEdit> refused)
    {
        var known = acknowledged.SelectMany(group => group).ToList();
        foreach (var edit in refused)
        {
            var first = Versions(known.Where(other => other.Ended < edit.Started)).Append(edit.BaseVersion!.Value).Max();
            var after = Versions(known.Where(other => other.Started > edit.Ended && Creates(other))).Append(versions.Count + 1L).Min();
            var possible = Enumerable.Range((int)first, (int)(after - first)).Any(version =>
                version - edit.BaseVersion > PlaylistChange.Kept || edit.Apply(versions.GetRange(0, version), identities) is null);
            if (!possible) return $"{edit} was refused, although it can be applied to each of the versions {first} to {after - 1}.";
        }

        return null;
    }

    // A request that starts after another has ended sees at least its version.
    private static string? StaleResponse(IReadOnlyList<PlaylistEdit> edits, IReadOnlyList<PlaylistRead> reads)
    {
        var responses = edits.Where(edit => edit.Version is not null)
            .Select(edit => (edit.Started, edit.Ended, Version: edit.Version!.Value, Creates: Creates(edit)))
            .Concat(reads.Select(read => (read.Started, read.Ended, read.Version, Creates: false)))
            .ToList();
        var ended = responses.OrderBy(response => response.Ended).ToList();
        var (next, seen) = (0, 0L);
        foreach (var response in responses.OrderBy(response => response.Started))
        {
            for (; next < ended.Count && ended[next].Ended < response.Started; next++) seen = Math.Max(seen, ended[next].Version);
            if (response.Version < seen || (response.Creates && response.Version == seen))
                return $"Version {response.Version} was returned after version {seen}.";
        }

        return null;
    }

    private static IEnumerable<long> Versions(IEnumerable<PlaylistEdit> edits) => edits.Select(edit => edit.Version!.Value);

    // A removal of nothing returns the current version, and a repeated addition the version it created before.
    private static bool Creates(PlaylistEdit edit) => edit is not (Removal or Addition { Key: not null });

    private bool Explain()
    {
        var version = versions.Count + 1L;
        if (version > last) return true;
        if (++steps > MaxSteps) return Fail(version, "the search takes too long");
        foreach (var edit in Candidates(version))
        {
            // An edit without a response may follow a version that this order of edits has not created yet.
            if (edit.BaseVersion >= version || edit.Apply(versions, identities) is not { } items) continue;
            versions.Add(items);
            used.Add(edit);
            identities += 1000;
            if (Shows(version) && Explain()) return true;
            versions.RemoveAt(versions.Count - 1);
            used.Remove(edit);
        }

        return Fail(version, "no edit can have created it");
    }

    private IEnumerable<PlaylistEdit> Candidates(long version)
    {
        var creators = acknowledged[version].Where(edit => edit is not Removal).ToList();
        if (creators.Count > 1) return [];
        if (creators.Count == 1) return creators;
        var possible = unanswered.Where(one => version > one.After && version < one.Before && !used.Contains(one.Edit));
        return acknowledged[version].Concat(possible.Select(one => one.Edit));
    }

    // Whether the responses about a version agree with the model.
    private bool Shows(long version)
    {
        var items = versions[^1];
        foreach (var read in reads[version])
        {
            var expected = items.Select(item => (item.Uri, item.AddedBy)).ToList();
            if (read.Total == items.Count && read.Items.SequenceEqual(expected.Take(read.Items.Count))) continue;
            var (actual, wanted) = (string.Join(' ', read.Items), string.Join(' ', expected));
            return Fail(version, $"it was read as [{actual}], {read.Total} in total, and should be [{wanted}]");
        }

        foreach (var edit in acknowledged[version])
            if (!used.Contains(edit) && edit.Apply(versions, identities) is not null) return Fail(version, $"{edit} had no effect");
        return true;
    }

    private bool Fail(long version, string why)
    {
        if (version > furthest) (furthest, problem) = ((int)version, $"Version {version}: {why}.");
        return false;
    }
}
