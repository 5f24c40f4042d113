namespace Spotify.Local.Tests.History;

/// <summary>An item of the model. The identity distinguishes items with the same URI.</summary>
internal sealed record ModelItem(int Identity, string Uri, string AddedBy);

/// <summary>An edit that a client requested.</summary>
/// <param name="PlaylistId">The edited playlist.</param>
/// <param name="UserId">The user who edits.</param>
/// <param name="Started">When the request was first sent, as a timestamp of <see cref="System.Diagnostics.Stopwatch"/>.</param>
/// <param name="BaseVersion">The version to which the positions refer; null means the version that is changed.</param>
internal abstract record PlaylistEdit(string PlaylistId, string UserId, long Started, long? BaseVersion)
{
    /// <summary>When the response was received or the connection was lost.</summary>
    public long Ended { get; set; } = long.MaxValue;

    /// <summary>The version in the response; null if there was none, so that the edit may have been applied or not.</summary>
    public long? Version { get; set; }

    /// <summary>Whether the edit was refused because of the changes since <see cref="BaseVersion"/>, and had no effect.</summary>
    public bool Refused { get; set; }

    /// <summary>Returns the items after the edit of the last version; null if the edit does not create a version.</summary>
    /// <param name="versions">The items of each version, from version 1 at index 0.</param>
    /// <param name="nextIdentity">The identity of the first item added.</param>
    public abstract List<ModelItem>? Apply(IReadOnlyList<List<ModelItem>> versions, int nextIdentity);

    /// <summary>Returns the items to which the positions refer.</summary>
    protected List<ModelItem> BaseOf(IReadOnlyList<List<ModelItem>> versions) =>
        BaseVersion is { } version ? versions[(int)version - 1] : versions[^1];

    /// <summary>
    /// Returns the position in the last version of a gap in the base. A gap stays before the item that followed it, or if that item was
    /// removed, before the next one. A gap at the end stays at the end.
    /// </summary>
    protected int CurrentGap(IReadOnlyList<List<ModelItem>> versions, int gap)
    {
        var items = BaseOf(versions);
        var before = gap < items.Count ? items[gap] : null;
        for (var version = (int)(BaseVersion ?? versions.Count); version < versions.Count && before is not null; version++)
        {
            var (then, next) = (versions[version - 1], versions[version]);
            if (!next.Contains(before)) before = then.Skip(then.IndexOf(before) + 1).FirstOrDefault(next.Contains);
        }

        return before is null ? versions[^1].Count : versions[^1].IndexOf(before);
    }
}

internal sealed record Addition(
    string PlaylistId, string UserId, long Started, long? BaseVersion, IReadOnlyList<string> Uris, int? Position, string? Key)
    : PlaylistEdit(PlaylistId, UserId, Started, BaseVersion)
{
    public override List<ModelItem> Apply(IReadOnlyList<List<ModelItem>> versions, int nextIdentity)
    {
        var items = versions[^1].ToList();
        var gap = CurrentGap(versions, Position ?? BaseOf(versions).Count);
        items.InsertRange(gap, Uris.Select((uri, i) => new ModelItem(nextIdentity + i, uri, UserId)));
        return items;
    }
}

internal sealed record Replacement(string PlaylistId, string UserId, long Started, long? BaseVersion, IReadOnlyList<string> Uris)
    : PlaylistEdit(PlaylistId, UserId, Started, BaseVersion)
{
    public override List<ModelItem> Apply(IReadOnlyList<List<ModelItem>> versions, int nextIdentity) =>
        [.. Uris.Select((uri, i) => new ModelItem(nextIdentity + i, uri, UserId)), .. versions[^1].Except(BaseOf(versions))];
}

internal sealed record Reordering(string PlaylistId, string UserId, long Started, long? BaseVersion, int Start, int Length, int Before)
    : PlaylistEdit(PlaylistId, UserId, Started, BaseVersion)
{
    public override List<ModelItem>? Apply(IReadOnlyList<List<ModelItem>> versions, int nextIdentity)
    {
        var (items, wanted) = (versions[^1], BaseOf(versions).Skip(Start).Take(Length).ToHashSet());
        if (wanted.Count < Length) return null;
        var moved = items.Where(wanted.Contains).ToList();
        if (moved.Count == 0) return null;
        var gap = CurrentGap(versions, Before);
        return [.. items.Take(gap).Except(wanted), .. moved, .. items.Skip(gap).Except(wanted)];
    }
}

internal sealed record Removal(
    string PlaylistId, string UserId, long Started, long? BaseVersion, string Uri, IReadOnlyList<int>? Positions)
    : PlaylistEdit(PlaylistId, UserId, Started, BaseVersion)
{
    public override List<ModelItem>? Apply(IReadOnlyList<List<ModelItem>> versions, int nextIdentity)
    {
        var items = versions[^1];
        var before = BaseOf(versions);
        var removed = Positions is null ? before.Where(item => item.Uri == Uri) : Positions.Select(position => before[position]);
        var left = items.Except(removed).ToList();
        return left.Count < items.Count ? left : null;
    }
}

/// <summary>A response to a read of a playlist, with the URI and the adding user of each item on the first page.</summary>
internal sealed record PlaylistRead(
    string PlaylistId, long Started, long Ended, long Version, int Total, IReadOnlyList<(string Uri, string AddedBy)> Items);
