namespace Spotify.Local.Tests.History;

/// <summary>Tests that the checker accepts possible histories and finds impossible ones.</summary>
public sealed class HistoryCheckerTests
{
    private static readonly PlaylistEdit First = new Addition("p", "ada", 1, 1, ["a", "b"], 0, null) { Ended = 2, Version = 2 };
    private static readonly PlaylistEdit Second = new Addition("p", "bob", 1, 1, ["c"], 0, null) { Ended = 3, Version = 3 };

    [Fact]
    public void A_possible_history_is_accepted()
    {
        var read = Read(4, 3, ("a", "ada"), ("b", "ada"), ("c", "bob"));
        Assert.Null(HistoryChecker.Check([First, Second], [read, read]));
    }

    [Fact]
    public void An_edit_without_a_response_may_have_happened_or_not()
    {
        var lost = new Addition("p", "eve", 3, 3, ["d"], 0, null) { Ended = 5 };
        var removal = new Removal("p", "eve", 3, null, "a", null) { Ended = 5 };
        Assert.Null(HistoryChecker.Check([First, Second, lost], [Read(6, 3, ("a", "ada"), ("b", "ada"), ("c", "bob"))]));
        Assert.Null(HistoryChecker.Check(
            [First, Second, removal, lost], [Read(6, 4, ("d", "eve"), ("a", "ada"), ("b", "ada"), ("c", "bob"))]));
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
    public void Two_edits_with_the_same_version_are_found() =>
        Assert.NotNull(HistoryChecker.Check([First, new Addition("p", "bob", 1, 1, ["c"], 0, null) { Ended = 3, Version = 2 }], []));

    [Fact]
    public void A_version_without_an_edit_is_found() =>
        Assert.Contains("Version 3", HistoryChecker.Check([First], [Read(3, 3, ("a", "ada"))]));

    [Fact]
    public void A_stale_read_is_found() =>
        Assert.Contains("after version 2", HistoryChecker.Check([First], [Read(3, 1)]));

    [Fact]
    public void A_removal_of_an_existing_item_without_effect_is_found()
    {
        Assert.Null(HistoryChecker.Check([First, Remove("x")], []));
        Assert.Contains("no effect", HistoryChecker.Check([First, Remove("a")], []));

        static Removal Remove(string uri) => new("p", "bob", 3, null, uri, null) { Ended = 4, Version = 2 };
    }

    [Fact]
    public void An_unjustified_refusal_is_found()
    {
        Assert.Contains("was refused", HistoryChecker.Check([First, RefusedMove(3)], []));
        var replacement = new Replacement("p", "bob", 3, null, []) { Ended = 4, Version = 3 };
        Assert.Null(HistoryChecker.Check([First, replacement, RefusedMove(5)], []));

        static Reordering RefusedMove(long at) => new("p", "bob", at, 2, 0, 1, 2) { Ended = at + 1, Refused = true };
    }

    private static PlaylistRead Read(long at, long version, params (string Uri, string AddedBy)[] items) =>
        new("p", at, at + 1, version, items.Length, items);
}
