using Spotify.Domain;

namespace Spotify.Functions.Ingest;

/// <summary>What becomes of a file.</summary>
public enum SourceAction
{
    /// <summary>Nothing but its row: the content is what it was.</summary>
    Refresh,

    /// <summary>It is a new track, or a new revision of one.</summary>
    Encode,

    /// <summary>It is a track that was elsewhere before: what its name and folder say may differ, the sound does not.</summary>
    Move,

    /// <summary>It has the content of another file, and is the same track.</summary>
    Attach,
}

/// <summary>What becomes of a file.</summary>
/// <param name="Source">The file and the track it is.</param>
/// <param name="Action">What is to be done.</param>
/// <param name="Stale">Rows of files that are gone, to be removed with it.</param>
/// <param name="SameAs">For <see cref="SourceAction.Attach"/>: the path of the other file.</param>
public sealed record SourcePlan(Source Source, SourceAction Action, IReadOnlyList<Source> Stale, string? SameAs = null);

/// <summary>
/// Decides which track a file is. A path keeps its track whatever happens to the content; a new path has the track that its content
/// stands for, wherever in the world it is imported. The decisions are the same whether files come together or one by one.
/// </summary>
public static class SourcePlanner
{
    /// <summary>Plans for files that are new or may have changed.</summary>
    /// <param name="known">Every source imported before.</param>
    /// <param name="files">The files with the hashes of their content.</param>
    /// <param name="exists">Whether there is still a file at a path.</param>
    public static IReadOnlyList<SourcePlan> Plan(
        IReadOnlyCollection<Source> known, IEnumerable<(SourceFile File, string ContentHash)> files, Func<string, bool> exists)
    {
        var plan = new Planning(known, exists);
        var ordered = files.OrderBy(file => file.File.Path, StringComparer.Ordinal).ToList();
        return [.. plan.Run(ordered)];
    }

    /// <summary>The ids that a content stands for, in the order in which they are tried: the first that no track has is taken.</summary>
    /// <param name="contentHash">The SHA-256 of the content, in hexadecimal.</param>
    internal static IEnumerable<string> IdsOf(string contentHash)
    {
        yield return SpotifyId.FromHash(Convert.FromHexString(contentHash));
        for (var i = 1; ; i++) yield return SpotifyId.FromName(FormattableString.Invariant($"track:{contentHash}:{i}"));
    }

    private sealed class Planning(IReadOnlyCollection<Source> known, Func<string, bool> exists)
    {
        private readonly Dictionary<string, Source> byPath = known.ToDictionary(source => source.File.Path, StringComparer.Ordinal);
        private readonly ILookup<string, Source> byTrack = known.ToLookup(source => source.PlayableId, StringComparer.Ordinal);
        private readonly ILookup<string, Source> byContent = known.OrderBy(source => source.File.Path, StringComparer.Ordinal).ToLookup(source => source.ContentHash);
        private readonly HashSet<string> changedPaths = new(StringComparer.Ordinal);
        private readonly HashSet<string> revised = new(StringComparer.Ordinal);
        private readonly Dictionary<string, Source> made = [];

        public IEnumerable<SourcePlan> Run(List<(SourceFile File, string ContentHash)> files)
        {
            var touched = files.Where(file => byPath.TryGetValue(file.File.Path, out var source) && source.ContentHash == file.ContentHash).ToList();
            var changed = files.Where(file => byPath.TryGetValue(file.File.Path, out var source) && source.ContentHash != file.ContentHash).ToList();
            var unknown = files.Where(file => !byPath.ContainsKey(file.File.Path)).ToList();
            changedPaths.UnionWith(changed.Select(file => file.File.Path));
            return
            [
                .. touched.Select(file => new SourcePlan(new Source(file.File, byPath[file.File.Path].PlayableId, file.ContentHash), SourceAction.Refresh, [])),
                .. changed.Select(file => Revise(file.File, file.ContentHash)).ToList(),
                .. unknown.Select(file => Place(file.File, file.ContentHash)),
            ];
        }

        private SourcePlan Revise(SourceFile file, string contentHash)
        {
            var before = byPath[file.Path];
            var copies = byTrack[before.PlayableId].Where(copy => copy.File.Path != file.Path).ToList();
            var gone = copies.Where(copy => !exists(copy.File.Path)).ToList();

            // Where a copy still has the content that the track stands for, the track stays with it, and this file becomes another.
            var held = copies.Except(gone).Any(copy => !changedPaths.Contains(copy.File.Path));
            if (held || !revised.Add(before.PlayableId)) return Place(file, contentHash);

            return Make(new Source(file, before.PlayableId, contentHash), gone);
        }

        private SourcePlan Place(SourceFile file, string contentHash)
        {
            if (made.TryGetValue(contentHash, out var other)) return Attach(other);
            foreach (var same in byContent[contentHash].Where(same => !changedPaths.Contains(same.File.Path) && !revised.Contains(same.PlayableId)))
            {
                if (exists(same.File.Path)) return Attach(same);
                var moved = new Source(file, same.PlayableId, contentHash);
                made.Add(contentHash, moved);
                return new SourcePlan(moved, SourceAction.Move, [same]);
            }

            return Make(new Source(file, FreeId(contentHash), contentHash), []);

            SourcePlan Attach(Source same) => new(new Source(file, same.PlayableId, contentHash), SourceAction.Attach, [], same.File.Path);
        }

        private SourcePlan Make(Source source, IReadOnlyList<Source> stale)
        {
            made.TryAdd(source.ContentHash, source);
            return new SourcePlan(source, SourceAction.Encode, stale);
        }

        // The id that the content stands for is taken when a track began with this content and has another by now.
        private string FreeId(string contentHash) => IdsOf(contentHash).First(id => !byTrack.Contains(id));
    }
}
