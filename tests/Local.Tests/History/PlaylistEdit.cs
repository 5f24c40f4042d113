namespace Spotify.Local.Tests.History;

/// <summary>An item of the model. Two with the same URI are told apart.</summary>
internal sealed record ModelItem(int Identity, string Uri, string AddedBy);

/// <summary>An edit that a client asked for.</summary>
/// <param name="PlaylistId">Of which playlist.</param>
/// <param name="UserId">By whom.</param>
/// <param name="Started">When it was first sent.</param>
/// <param name="BaseVersion">The version its positions are judged in; null: the one it changes.</param>
internal abstract record PlaylistEdit(string PlaylistId, string UserId, long Started, long? BaseVersion)
{
    /// <summary>When its answer was there, or its connection gone.</summary>
    public long Ended { get; set; } = long.MaxValue;

    /// <summary>The version it was answered with; null: not acknowledged, so that it may have happened or not.</summary>
    public long? Version { get; set; }

    /// <summary>Whether it was refused because it cannot be carried over the changes since <see cref="BaseVersion"/>; it has no effect then.</summary>
    public bool Refused { get; set; }

    /// <summary>What it makes of the last of the versions; null: it would not have made a new one.</summary>
    /// <param name="versions">The items of each version, from version 1 at index 0.</param>
    /// <param name="nextIdentity">The identities of items that are added start there.</param>
    public abstract List<ModelItem>? Apply(IReadOnlyList<List<ModelItem>> versions, int nextIdentity);

    /// <summary>The items its positions are judged in.</summary>
    protected List<ModelItem> BaseOf(IReadOnlyList<List<ModelItem>> versions) => BaseVersion is { } version ? versions[(int)version - 1] : versions[^1];

    /// <summary>
    /// Where a gap of the base is now: before the item it was before; where that was removed, before what followed it; at the end if
    /// it was there.
    /// </summary>
    protected int GapNow(IReadOnlyList<List<ModelItem>> versions, int gap)
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

internal sealed record Addition(string PlaylistId, string UserId, long Started, long? BaseVersion, IReadOnlyList<string> Uris, int? Position, string? Key)
    : PlaylistEdit(PlaylistId, UserId, Started, BaseVersion)
{
    public override List<ModelItem> Apply(IReadOnlyList<List<ModelItem>> versions, int nextIdentity)
    {
        var items = versions[^1].ToList();
        items.InsertRange(GapNow(versions, Position ?? BaseOf(versions).Count), Uris.Select((uri, i) => new ModelItem(nextIdentity + i, uri, UserId)));
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
        var gap = GapNow(versions, Before);
        return [.. items.Take(gap).Where(item => !wanted.Contains(item)), .. moved, .. items.Skip(gap).Where(item => !wanted.Contains(item))];
    }
}

internal sealed record Removal(string PlaylistId, string UserId, long Started, long? BaseVersion, string Uri, IReadOnlyList<int>? Positions)
    : PlaylistEdit(PlaylistId, UserId, Started, BaseVersion)
{
    public override List<ModelItem>? Apply(IReadOnlyList<List<ModelItem>> versions, int nextIdentity)
    {
        var items = versions[^1];
        var removed = Positions is null ? BaseOf(versions).Where(item => item.Uri == Uri).ToHashSet() : Positions.Select(position => BaseOf(versions)[position]).ToHashSet();
        var left = items.Where(item => !removed.Contains(item)).ToList();
        return left.Count < items.Count ? left : null;
    }
}

/// <summary>What a client saw of a playlist.</summary>
/// <param name="Items">URI and adder of the first items, up to a page.</param>
internal sealed record PlaylistRead(string PlaylistId, long Started, long Ended, long Version, int Total, IReadOnlyList<(string Uri, string AddedBy)> Items);
