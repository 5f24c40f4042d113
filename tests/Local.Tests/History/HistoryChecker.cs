using Spotify.Domain.Playlists;

namespace Spotify.Local.Tests.History;

/// <summary>
/// Looks for one order of edits that explains all that clients of a playlist were told: each acknowledged edit makes the version it was
/// answered with, an edit that was not acknowledged makes one that nobody else made or none, a refused one cannot have made one, and each
/// read shows its version.
/// </summary>
internal sealed class HistoryChecker
{
    // Versions are told apart by when they can have been made, so a search never goes far wrong.
    private const int MaxSteps = 1_000_000;

    private readonly ILookup<long, PlaylistEdit> acknowledged;
    private readonly ILookup<long, PlaylistRead> reads;
    private readonly List<(PlaylistEdit Edit, long After, long Before)> uncertain;
    private readonly long last;
    private readonly List<List<ModelItem>> versions = [[]];
    private readonly HashSet<PlaylistEdit> used = new(ReferenceEqualityComparer.Instance);
    private string complaint = "";
    private int furthest;
    private int identities;
    private int steps;

    private HistoryChecker(IReadOnlyList<PlaylistEdit> edits, IReadOnlyList<PlaylistRead> reads)
    {
        acknowledged = edits.Where(edit => edit.Version is not null).ToLookup(edit => edit.Version!.Value);
        this.reads = reads.ToLookup(read => read.Version);
        last = edits.Select(edit => edit.Version ?? 1).Concat(reads.Select(read => read.Version)).DefaultIfEmpty(1).Max();
        var known = edits.Where(edit => edit.Version is not null).ToList();
        uncertain = [.. edits.Where(edit => edit.Version is null).Select(edit => (
            edit,
            known.Where(other => other.Ended < edit.Started).Select(other => other.Version!.Value).DefaultIfEmpty(1).Max(),
            known.Where(other => other.Started > edit.Ended && Makes(other)).Select(other => other.Version!.Value).DefaultIfEmpty(long.MaxValue).Min()))];
    }

    /// <summary>What cannot be explained; null if everything can.</summary>
    /// <param name="edits">The edits of a playlist that starts empty in version 1.</param>
    /// <param name="reads">The reads of it.</param>
    public static string? Check(IReadOnlyList<PlaylistEdit> edits, IReadOnlyList<PlaylistRead> reads)
    {
        if (StaleAnswer(edits, reads) is { } stale) return stale;
        var checker = new HistoryChecker([.. edits.Where(edit => !edit.Refused)], reads);
        return checker.Shows(1) && checker.Explain() ? checker.WrongRefusal(edits.Where(edit => edit.Refused)) : checker.complaint;
    }

    /// <summary>A refused edit found, at some moment while it was asked for, more changes since its base than are kept, or nothing to move.</summary>
    private string? WrongRefusal(IEnumerable<PlaylistEdit> refused)
    {
        var known = acknowledged.SelectMany(group => group).ToList();
        foreach (var edit in refused)
        {
            var first = known.Where(other => other.Ended < edit.Started).Select(other => other.Version!.Value).Append(edit.BaseVersion!.Value).Max();
            var after = known.Where(other => other.Started > edit.Ended && Makes(other)).Select(other => other.Version!.Value).Append(versions.Count + 1L).Min();
            var possible = Enumerable.Range((int)first, (int)(after - first)).Any(version =>
                version - edit.BaseVersion > PlaylistChange.Kept || edit.Apply(versions.GetRange(0, version), identities) is null);
            if (!possible) return $"{edit} was refused, and could have been carried to any of the versions {first} to {after - 1}.";
        }

        return null;
    }

    /// <summary>Whoever starts after another has ended sees at least its version.</summary>
    private static string? StaleAnswer(IReadOnlyList<PlaylistEdit> edits, IReadOnlyList<PlaylistRead> reads)
    {
        var answers = edits.Where(edit => edit.Version is not null).Select(edit => (edit.Started, edit.Ended, Version: edit.Version!.Value, Makes: Makes(edit)))
            .Concat(reads.Select(read => (read.Started, read.Ended, read.Version, Makes: false)))
            .ToList();
        var ended = answers.OrderBy(answer => answer.Ended).ToList();
        var (next, seen) = (0, 0L);
        foreach (var answer in answers.OrderBy(answer => answer.Started))
        {
            for (; next < ended.Count && ended[next].Ended < answer.Started; next++) seen = Math.Max(seen, ended[next].Version);
            if (answer.Version < seen || (answer.Makes && answer.Version == seen)) return $"Version {answer.Version} was answered after version {seen} had been.";
        }

        return null;
    }

    // The answer to a removal of nothing is the version there is, and to a repeated addition the version it made before.
    private static bool Makes(PlaylistEdit edit) => edit is not (Removal or Addition { Key: not null });

    private bool Explain()
    {
        var version = versions.Count + 1L;
        if (version > last) return true;
        if (++steps > MaxSteps) return Fail(version, "the search takes too long");
        foreach (var edit in Candidates(version))
        {
            if (edit.Apply(versions, identities) is not { } items) continue;
            versions.Add(items);
            used.Add(edit);
            identities += 1000;
            if (Shows(version) && Explain()) return true;
            versions.RemoveAt(versions.Count - 1);
            used.Remove(edit);
        }

        return Fail(version, "no edit can have made it");
    }

    private IEnumerable<PlaylistEdit> Candidates(long version)
    {
        var makers = acknowledged[version].Where(edit => edit is not Removal).ToList();
        if (makers.Count > 1) return [];
        return makers.Count == 1 ? makers : acknowledged[version].Concat(uncertain.Where(one => version > one.After && version < one.Before && !used.Contains(one.Edit)).Select(one => one.Edit));
    }

    /// <summary>Whether what was seen of a version is what it is.</summary>
    private bool Shows(long version)
    {
        var items = versions[^1];
        foreach (var read in reads[version])
        {
            if (read.Total != items.Count || !read.Items.SequenceEqual(items.Take(read.Items.Count).Select(item => (item.Uri, item.AddedBy))))
                return Fail(version, $"it was read as [{string.Join(' ', read.Items)}], {read.Total} in all, and should be [{string.Join(' ', items.Select(item => (item.Uri, item.AddedBy)))}]");
        }

        foreach (var edit in acknowledged[version])
            if (!used.Contains(edit) && edit.Apply(versions, identities) is not null) return Fail(version, $"{edit} had no effect");
        return true;
    }

    private bool Fail(long version, string why)
    {
        if (version > furthest) (furthest, complaint) = ((int)version, $"Version {version}: {why}.");
        return false;
    }
}
