using Spotify.Domain;
using Spotify.Functions.AudioIngest;

namespace Spotify.Functions.Tests.AudioIngest;

public sealed class SourcePlannerTests
{
    private static readonly string X = new('a', 64);
    private static readonly string Y = new('b', 64);
    private static readonly string Z = new('c', 64);

    private readonly HashSet<string> present = new(StringComparer.Ordinal);
    private readonly List<Source> known = [];

    [Fact]
    public void A_new_file_gets_an_id_derived_from_its_content()
    {
        var plan = Assert.Single(Plan(("/a", X)));
        Assert.Equal((SourceAction.Encode, Id(X)), (plan.Action, plan.Source.PlayableId));
    }

    [Fact]
    public void Files_with_the_same_content_are_one_track()
    {
        var plans = Plan(("/b", X), ("/a", X), ("/c", X));
        Assert.Equal(
            [("/a", SourceAction.Encode, null), ("/b", SourceAction.Attach, "/a"), ("/c", SourceAction.Attach, "/a")], Steps(plans));
        Assert.All(plans, plan => Assert.Equal(Id(X), plan.Source.PlayableId));
    }

    [Fact]
    public void A_touched_file_is_refreshed()
    {
        Know("/a", "track", X);
        Assert.Equal([("/a", SourceAction.Refresh, null)], Steps(Plan(("/a", X))));
    }

    [Fact]
    public void A_changed_file_keeps_its_track()
    {
        Know("/a", "track", X);
        var plan = Assert.Single(Plan(("/a", Y)));
        Assert.Equal((SourceAction.Encode, "track"), (plan.Action, plan.Source.PlayableId));
    }

    [Fact]
    public void An_edited_copy_becomes_a_new_track()
    {
        Know("/a", "track", X);
        Know("/b", "track", X);
        Assert.Equal((SourceAction.Encode, Id(Y)), Outcome(Plan(("/a", Y)), "/a"));
        Assert.Equal((SourceAction.Encode, Id(Y)), Outcome(Plan(("/b", Y)), "/b"));
    }

    [Fact]
    public void When_every_copy_is_edited_the_first_keeps_the_track()
    {
        Know("/a", "track", X);
        Know("/b", "track", X);
        var plans = Plan(("/b", Z), ("/a", Y));
        Assert.Equal((SourceAction.Encode, "track"), Outcome(plans, "/a"));
        Assert.Equal((SourceAction.Encode, Id(Z)), Outcome(plans, "/b"));

        // The result is the same if the import was killed after only one of the files.
        known.Clear();
        Know("/a", "track", X);
        Know("/b", Id(Z), Z);
        Assert.Equal((SourceAction.Encode, "track"), Outcome(Plan(("/a", Y)), "/a"));
        known.Clear();
        Know("/a", "track", Y);
        Know("/b", "track", X);
        Assert.Equal((SourceAction.Encode, Id(Z)), Outcome(Plan(("/b", Z)), "/b"));
    }

    [Fact]
    public void Copies_with_the_same_new_content_stay_one_track()
    {
        Know("/a", "track", X);
        Know("/b", "track", X);
        Assert.Equal([("/a", SourceAction.Encode, null), ("/b", SourceAction.Attach, "/a")], Steps(Plan(("/a", Y), ("/b", Y))));
    }

    [Fact]
    public void An_edited_file_takes_over_the_track_of_deleted_copies()
    {
        Know("/a", "track", X);
        Know("/gone", "track", X);
        present.Remove("/gone");
        var plan = Assert.Single(Plan(("/a", Y)));
        Assert.Equal("track", plan.Source.PlayableId);
        Assert.Equal("/gone", Assert.Single(plan.Stale).File.Path);
    }

    [Fact]
    public void A_moved_file_keeps_its_track()
    {
        Know("/old", "track", X);
        present.Remove("/old");
        var plans = Plan(("/new", X), ("/other", X));
        Assert.Equal([("/new", SourceAction.Update, null), ("/other", SourceAction.Attach, "/new")], Steps(plans));
        Assert.All(plans, plan => Assert.Equal("track", plan.Source.PlayableId));
        Assert.Equal("/old", Assert.Single(plans[0].Stale).File.Path);
    }

    [Fact]
    public void An_edited_tag_updates_the_track_and_encodes_nothing()
    {
        Know("/a", "track", X);
        var plan = Assert.Single(Plan(("/a", X + "tags")));
        Assert.Equal((SourceAction.Update, "track"), (plan.Action, plan.Source.PlayableId));
    }

    [Fact]
    public void A_moved_file_with_edited_tags_keeps_its_track()
    {
        Know("/old", "track", X);
        Know("/older", "same tags", X + "tags");
        present.Clear();
        var plans = Plan(("/new", X + "tags"), ("/other", X + "other tags"));
        Assert.Equal((SourceAction.Update, "same tags"), Outcome(plans, "/new"));
        Assert.Equal((SourceAction.Update, "track"), Outcome(plans, "/other"));
    }

    [Fact]
    public void The_same_audio_with_other_tags_is_another_track()
    {
        var plans = Plan(("/a", X), ("/b", X + "tags"), ("/c", X + "tags"));
        Assert.Equal(
            [("/a", SourceAction.Encode, null), ("/b", SourceAction.Encode, null), ("/c", SourceAction.Attach, "/b")], Steps(plans));
        Assert.Equal(2, plans.Select(plan => plan.Source.PlayableId).Distinct().Count());

        Know("/a", "track", X);
        Know("/copy", "track", X);
        Assert.Equal((SourceAction.Encode, Id(X)), Outcome(Plan(("/a", X + "tags")), "/a"));
        present.Remove("/copy");
        Assert.Equal((SourceAction.Encode, Id(X)), Outcome(Plan(("/new", X + "tags")), "/new"));
    }

    [Fact]
    public void A_content_whose_id_is_in_use_by_another_content_gets_another_id()
    {
        Know("/a", Id(X), Y);
        var plan = Assert.Single(Plan(("/b", X)));
        Assert.Equal(SourceAction.Encode, plan.Action);
        Assert.NotEqual(Id(X), plan.Source.PlayableId);
        Assert.True(SpotifyId.IsValid(plan.Source.PlayableId));
    }

    [Fact]
    public void A_copy_made_before_an_edit_becomes_a_new_track()
    {
        Know("/a", Id(X), X);
        var plans = Plan(("/a", Y), ("/copy", X));
        Assert.Equal((SourceAction.Encode, Id(X)), Outcome(plans, "/a"));
        Assert.Equal(SourceAction.Encode, Outcome(plans, "/copy").Action);
        Assert.NotEqual(Id(X), Outcome(plans, "/copy").PlayableId);
    }

    private static string Id(string audioHash) => SpotifyId.FromHash(Convert.FromHexString(audioHash));

    // A hash of the audio, optionally followed by tags.
    private static SourceContent Content(string hash) => new(hash, hash[..64], IsLossless: true);

    private static SourceFile At(string path) => new(path, 1, DateTimeOffset.UnixEpoch);

    private static IEnumerable<(string, SourceAction, string?)> Steps(IReadOnlyList<SourcePlan> plans) =>
        plans.Select(plan => (plan.Source.File.Path, plan.Action, plan.SameAs));

    private static (SourceAction Action, string PlayableId) Outcome(IReadOnlyList<SourcePlan> plans, string path)
    {
        var plan = plans.Single(plan => plan.Source.File.Path == path);
        return (plan.Action, plan.Source.PlayableId);
    }

    private void Know(string path, string playableId, string contentHash)
    {
        known.Add(new Source(At(path), playableId, Content(contentHash)));
        present.Add(path);
    }

    private IReadOnlyList<SourcePlan> Plan(params (string Path, string Hash)[] files) =>
        SourcePlanner.Plan(known, files.Select(file => (At(file.Path), Content(file.Hash))), present.Contains);
}
