using FsCheck;
using FsCheck.Fluent;
using Spotify.Domain.Playlists;

namespace Spotify.Domain.Tests.Playlists;

/// <summary>Comparisons of the position arithmetic with edits of a list of distinct items.</summary>
public sealed class PlaylistOperationTests
{
    [Fact]
    public void Positions_follow_their_items() => ForAllEdits((before, operations) =>
    {
        var (after, _) = Apply(before, operations);
        var change = Change(before, operations);
        return Enumerable.Range(0, before.Count).All(position => (change.MapItem(position) ?? -1) == after.IndexOf(before[position]));
    });

    [Fact]
    public void Gaps_stay_before_the_item_they_preceded_or_its_next_remaining_successor() => ForAllEdits((before, operations) =>
    {
        var change = Change(before, operations);
        return Enumerable.Range(0, before.Count + 1).All(gap =>
        {
            var list = before;
            int? anchor = gap < before.Count ? before[gap] : null;
            foreach (var operation in operations)
            {
                var (next, _) = Apply(list, [operation]);
                while (anchor is { } item && !next.Contains(item))
                    anchor = list.IndexOf(item) is var at && at + 1 < list.Count ? list[at + 1] : null;
                list = next;
            }

            return change.MapGap(gap) == (anchor is { } present ? list.IndexOf(present) : list.Count);
        });
    });

    [Fact]
    public void Changes_round_trip() => ForAllEdits((before, operations) =>
    {
        var change = Change(before, operations);
        var again = PlaylistChange.Parse(change.ItemsBefore, change.OperationsText);
        return again.OperationsText == change.OperationsText
            && Enumerable.Range(0, before.Count).All(position => again.MapItem(position) == change.MapItem(position));
    });

    [Fact]
    public void Operations_calculate_the_new_length() => ForAllEdits((before, operations) =>
        operations.Aggregate(before.Count, (length, operation) => operation.LengthAfter(length)) == Apply(before, operations).After.Count);

    [Fact]
    public void Position_sets_equal_hash_sets() => Prop.ForAll<List<NonNegativeInt>>(positions =>
    {
        var plain = positions.Select(position => position.Get).ToHashSet();
        var set = PositionSet.Of(positions.Select(position => position.Get));
        return set.Count == plain.Count && set.SequenceEqual(plain.Order())
            && Enumerable.Range(0, 110).All(position =>
                set.Contains(position) == plain.Contains(position)
                && set.CountBelow(position) == plain.Count(below => below < position));
    }).QuickCheckThrowOnFailure();

    private static void ForAllEdits(Func<List<int>, List<PlaylistOperation>, bool> holds) =>
        Prop.ForAll<NonNegativeInt, List<(byte Kind, List<byte> Positions, byte Gap)>>((length, edits) =>
        {
            var before = Enumerable.Range(0, length.Get % 20).ToList();
            var (operations, current) = (new List<PlaylistOperation>(), before.Count);
            foreach (var (kind, places, place) in edits)
            {
                var positions = PositionSet.Of(current == 0 ? [] : places.Select(position => position % current));
                var gap = place % (current + 1);
                operations.Add((kind % 3) switch
                {
                    0 => new ItemInsertion(gap, places.Count),
                    1 => new ItemRemoval(positions),
                    _ => new ItemMove(positions, gap),
                });
                current = operations[^1].LengthAfter(current);
            }

            return holds(before, operations);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    private static PlaylistChange Change(List<int> before, List<PlaylistOperation> operations) => new(before.Count, operations);

    private static (List<int> After, int Next) Apply(List<int> list, IEnumerable<PlaylistOperation> operations)
    {
        var (items, next) = (list.ToList(), 1000 + list.DefaultIfEmpty().Max());
        foreach (var operation in operations)
        {
            switch (operation)
            {
                case ItemInsertion insertion:
                    items.InsertRange(insertion.Before, Enumerable.Range(next, insertion.Count));
                    next += insertion.Count;
                    break;
                case ItemRemoval removal:
                    var removed = removal.Positions.Select(position => items[position]).ToHashSet();
                    items.RemoveAll(removed.Contains);
                    break;
                case ItemMove move:
                    var moved = move.Positions.Select(position => items[position]).ToList();
                    var (left, right) = (items.Take(move.Before).Except(moved).ToList(), items.Skip(move.Before).Except(moved).ToList());
                    items = [.. left, .. moved, .. right];
                    break;
            }
        }

        return (items, next);
    }
}
