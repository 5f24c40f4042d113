namespace Spotify.Local.Tests.History;

/// <summary>The checker finds what it is there to find.</summary>
public sealed class HistoryCheckerTests
{
    private static readonly PlaylistEdit First = new Addition("p", "ada", 1, 1, ["a", "b"], 0, null) { Ended = 2, Version = 2 };
    private static readonly PlaylistEdit Second = new Addition("p", "bob", 1, 1, ["c"], 0, null) { Ended = 3, Version = 3 };

    [Fact]
    public void A_history_that_can_be_is_explained() =>
        Assert.Null(HistoryChecker.Check([First, Second], [Read(4, 3, ("a", "ada"), ("b", "ada"), ("c", "bob")), Read(4, 3, ("a", "ada"), ("b", "ada"), ("c", "bob"))]));

    [Fact]
    public void An_edit_that_was_not_acknowledged_may_have_happened_or_not()
    {
        var lost = new Addition("p", "eve", 3, 3, ["d"], 0, null) { Ended = 5 };
        var removal = new Removal("p", "eve", 3, null, "a", null) { Ended = 5 };
        Assert.Null(HistoryChecker.Check([First, Second, lost], [Read(6, 3, ("a", "ada"), ("b", "ada"), ("c", "bob"))]));
        Assert.Null(HistoryChecker.Check([First, Second, removal, lost], [Read(6, 4, ("d", "eve"), ("a", "ada"), ("b", "ada"), ("c", "bob"))]));
        Assert.Null(HistoryChecker.Check([First, Second, lost, removal], [Read(6, 5, ("d", "eve"), ("b", "ada"), ("c", "bob"))]));
        Assert.NotNull(HistoryChecker.Check([First, Second, lost], [Read(6, 5, ("d", "eve"), ("a", "ada"), ("b", "ada"), ("c", "bob"))]));
    }

    [Fact]
    public void A_lost_update_is_found()
    {
        Assert.Contains("Version 3", HistoryChecker.Check([First, Second], [Read(4, 3, ("c", "bob"))]));
        Assert.NotNull(HistoryChecker.Check([First, Second], [Read(4, 3, ("a", "ada"), ("b", "ada"))]));
    }

    [Fact]
    public void Two_edits_of_one_version_are_found() =>
        Assert.NotNull(HistoryChecker.Check([First, new Addition("p", "bob", 1, 1, ["c"], 0, null) { Ended = 3, Version = 2 }], []));

    [Fact]
    public void A_version_that_nobody_made_is_found() => Assert.Contains("Version 3", HistoryChecker.Check([First], [Read(3, 3, ("a", "ada"))]));

    [Fact]
    public void A_stale_read_is_found() => Assert.Contains("after version 2", HistoryChecker.Check([First], [Read(3, 1)]));

    [Fact]
    public void A_removal_without_effect_is_found_where_it_should_have_one()
    {
        Assert.Null(HistoryChecker.Check([First, new Removal("p", "bob", 3, null, "x", null) { Ended = 4, Version = 2 }], []));
        Assert.Contains("no effect", HistoryChecker.Check([First, new Removal("p", "bob", 3, null, "a", null) { Ended = 4, Version = 2 }], []));
    }

    [Fact]
    public void A_refusal_without_reason_is_found()
    {
        Assert.Contains("was refused", HistoryChecker.Check([First, new Reordering("p", "bob", 3, 2, 0, 1, 2) { Ended = 4, Refused = true }], []));
        Assert.Null(HistoryChecker.Check(
            [First, new Replacement("p", "bob", 3, null, []) { Ended = 4, Version = 3 }, new Reordering("p", "bob", 5, 2, 0, 1, 2) { Ended = 6, Refused = true }], []));
    }

    private static PlaylistRead Read(long at, long version, params (string Uri, string AddedBy)[] items) => new("p", at, at + 1, version, items.Length, items);
}
