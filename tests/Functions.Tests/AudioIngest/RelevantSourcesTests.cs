using FsCheck;
using FsCheck.Fluent;
using Spotify.Domain.Data;
using Spotify.Functions.AudioIngest;
using Spotify.Local;
using Spotify.Local.Database;

namespace Spotify.Functions.Tests.AudioIngest;

/// <summary>Tests that <see cref="SourcePlanner"/> returns the same plan for the relevant sources as for all sources.</summary>
public sealed class RelevantSourcesTests : IDisposable
{
    private static readonly string[] Paths = ["/a", "/b", "/c", "/d"];

    // Two have the same audio.
    private static readonly SourceContent[] Contents =
    [
        new(new('1', 64), new('a', 64), true), new(new('2', 64), new('a', 64), true), new(new('3', 64), new('b', 64), true),
    ];

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");
    private readonly SqliteDatabase database;

    public RelevantSourcesTests() => database = new SqliteDatabase(Path.Combine(directory.FullName, "database.sqlite"), Schema.Current);

    public void Dispose()
    {
        database.Dispose();
        directory.Delete(recursive: true);
    }

    [Fact]
    public void Relevant_sources_have_the_same_plan_as_all_sources()
    {
        var seen = new HashSet<(SourceAction, bool HasStale, bool IsFresh)>();
        var property = Prop.ForAll(Histories, history => RunAsync(history, seen).GetAwaiter().GetResult());
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(150), property);

        // The histories cover all cases: new and kept ids, moves, copies, and tracks taken over from deleted copies.
        Assert.Superset(
            new HashSet<(SourceAction, bool, bool)>
            {
                (SourceAction.Encode, false, true), (SourceAction.Encode, false, false), (SourceAction.Encode, true, false),
                (SourceAction.Update, true, false), (SourceAction.Update, false, false), (SourceAction.Attach, false, false),
                (SourceAction.Refresh, false, false),
            },
            seen);
    }

    // A step writes a content to a path or deletes the file (content 3). Not every step is followed by an import, because events can be
    // late.
    private static Arbitrary<(int Path, int Content, bool Imports)[]> Histories { get; } = Arb.From(
        (from path in Gen.Choose(0, Paths.Length - 1)
         from content in Gen.Choose(0, Contents.Length)
         from imports in Gen.Frequency((3, Gen.Constant(true)), (1, Gen.Constant(false)))
         select (path, content, imports))
        .ArrayOf(25));

    private async Task<bool> RunAsync((int Path, int Content, bool Imports)[] history, HashSet<(SourceAction, bool, bool)> seen)
    {
        var present = new Dictionary<string, SourceContent>(StringComparer.Ordinal);
        await database.CommitAsync([.. (await AllAsync()).Select(source => source.Delete())], default);
        foreach (var (path, content, imports) in history)
        {
            if (content == Contents.Length) present.Remove(Paths[path]);
            else present[Paths[path]] = Contents[content];
            if (!imports || content == Contents.Length) continue;

            var all = await AllAsync();
            var file = new SourceFile(Paths[path], 1, DateTimeOffset.UnixEpoch);
            var relevant = await Source.RelevantAsync(
                (statement, parameters) => database.QueryAsync(statement, parameters, null, default),
                file.Path,
                Contents[content].AudioHash);
            Assert.Subset(all.ToHashSet(), relevant.ToHashSet());
            var expected = SourcePlanner.Plan(all, [(file, Contents[content])], present.ContainsKey).Single();
            var plan = SourcePlanner.Plan(relevant, [(file, Contents[content])], present.ContainsKey).Single();
            Assert.Equal((expected.Source, expected.Action, expected.SameAs), (plan.Source, plan.Action, plan.SameAs));
            Assert.Equal(expected.Stale.ToHashSet(), plan.Stale.ToHashSet());
            seen.Add((plan.Action, plan.Stale.Count > 0, all.All(source => source.PlayableId != plan.Source.PlayableId)));
            await database.CommitAsync([.. plan.Stale.Select(stale => stale.Delete()), plan.Source.Write()], default);
        }

        return true;
    }

    private async Task<List<Source>> AllAsync() => await Source.AllAsync(database, default).ToListAsync();
}
