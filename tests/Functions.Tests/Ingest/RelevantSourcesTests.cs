using FsCheck;
using FsCheck.Fluent;
using Spotify.Domain.Data;
using Spotify.Functions.Ingest;
using Spotify.Local;
using Spotify.Local.Database;

namespace Spotify.Functions.Tests.Ingest;

/// <summary>Of any number of sources the few that are read for one file decide as all of them do.</summary>
public sealed class RelevantSourcesTests : IDisposable
{
    private static readonly string[] Paths = ["/a", "/b", "/c", "/d"];
    private static readonly string[] Contents = [new('a', 64), new('b', 64), new('c', 64)];

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");
    private readonly SqliteDatabase database;

    public RelevantSourcesTests() => database = new SqliteDatabase(Path.Combine(directory.FullName, "database.sqlite"), Schema.Current);

    public void Dispose()
    {
        database.Dispose();
        directory.Delete(recursive: true);
    }

    [Fact]
    public void Few_sources_decide_as_all_do()
    {
        var seen = new HashSet<(SourceAction, bool HasStale, bool IsFresh)>();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(150), Prop.ForAll(Histories, history => RunAsync(history, seen).GetAwaiter().GetResult()));

        // The histories came everywhere: new and kept ids, moves, copies, tracks taken over from copies that are gone.
        Assert.Superset(
            new HashSet<(SourceAction, bool, bool)>
            {
                (SourceAction.Encode, false, true), (SourceAction.Encode, false, false), (SourceAction.Encode, true, false),
                (SourceAction.Move, true, false), (SourceAction.Attach, false, false), (SourceAction.Refresh, false, false),
            },
            seen);
    }

    // A step puts a content at a path, or (content 3) removes what is there; what arrives may be looked at long after.
    private static Arbitrary<(int Path, int Content, bool Looks)[]> Histories { get; } = Arb.From(
        (from path in Gen.Choose(0, Paths.Length - 1) from content in Gen.Choose(0, Contents.Length) from looks in Gen.Frequency((3, Gen.Constant(true)), (1, Gen.Constant(false))) select (path, content, looks))
        .ArrayOf(25));

    private async Task<bool> RunAsync((int Path, int Content, bool Looks)[] history, HashSet<(SourceAction, bool, bool)> seen)
    {
        var present = new Dictionary<string, string>(StringComparer.Ordinal);
        await database.CommitAsync([.. (await AllAsync()).Select(source => source.Delete())], default);
        foreach (var (path, content, looks) in history)
        {
            if (content == Contents.Length) present.Remove(Paths[path]);
            else present[Paths[path]] = Contents[content];
            if (!looks || content == Contents.Length) continue;

            var all = await AllAsync();
            var file = new SourceFile(Paths[path], 1, DateTimeOffset.UnixEpoch);
            var few = await Source.RelevantAsync((statement, parameters) => database.QueryAsync(statement, parameters, null, default), file.Path, Contents[content]);
            Assert.Subset(all.ToHashSet(), few.ToHashSet());
            var expected = SourcePlanner.Plan(all, [(file, Contents[content])], present.ContainsKey).Single();
            var plan = SourcePlanner.Plan(few, [(file, Contents[content])], present.ContainsKey).Single();
            Assert.Equal((expected.Source, expected.Action, expected.SameAs), (plan.Source, plan.Action, plan.SameAs));
            Assert.Equal(expected.Stale.ToHashSet(), plan.Stale.ToHashSet());
            seen.Add((plan.Action, plan.Stale.Count > 0, all.All(source => source.PlayableId != plan.Source.PlayableId)));
            await database.CommitAsync([.. plan.Stale.Select(stale => stale.Delete()), plan.Source.Write()], default);
        }

        return true;
    }

    private async Task<List<Source>> AllAsync() => await Source.AllAsync(database, default).ToListAsync();
}
