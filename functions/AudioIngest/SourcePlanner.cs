using Spotify.Domain;

namespace Spotify.Functions.AudioIngest;

/// <summary>The action for a file.</summary>
public enum SourceAction
{
    /// <summary>Update the file's row only, because its content is unchanged.</summary>
    Refresh,

    /// <summary>Encode the file as a new track, or as a new revision of its track.</summary>
    Encode,

    /// <summary>Update the metadata of an existing track, because its file was moved. The audio is unchanged.</summary>
    Move,

    /// <summary>Add the file as another source of an existing track, because another file has the same content.</summary>
    Attach,
}

/// <summary>The plan for a file.</summary>
/// <param name="Source">The file and its track.</param>
/// <param name="Action">The action.</param>
/// <param name="Stale">Rows of deleted files, to be removed in the same transaction.</param>
/// <param name="SameAs">For <see cref="SourceAction.Attach"/>: the path of the other file.</param>
public sealed record SourcePlan(Source Source, SourceAction Action, IReadOnlyList<Source> Stale, string? SameAs = null);

/// <summary>
/// A planner that assigns files to tracks. A path keeps its track when the content changes. A new path gets a track id derived from its
/// content, which is the same in every installation. The result is the same for files planned together and one by one.
/// </summary>
public static class SourcePlanner
{
    /// <summary>Returns plans for files that are new or may have changed.</summary>
    /// <param name="known">All imported sources.</param>
    /// <param name="files">The files with the hashes of their contents.</param>
    /// <param name="exists">Returns whether a file still exists.</param>
    public static IReadOnlyList<SourcePlan> Plan(
        IReadOnlyCollection<Source> known, IEnumerable<(SourceFile File, string ContentHash)> files, Func<string, bool> exists)
    {
        var planning = new Planning(known, exists);
        var ordered = files.OrderBy(file => file.File.Path, StringComparer.Ordinal).ToList();
        return [.. planning.Run(ordered)];
    }

    /// <summary>Returns the possible track ids for a content, in order of preference. The first unused one is assigned.</summary>
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
        private readonly ILookup<string, Source> byContent =
            known.OrderBy(source => source.File.Path, StringComparer.Ordinal).ToLookup(source => source.ContentHash);
        private readonly HashSet<string> changedPaths = new(StringComparer.Ordinal);
        private readonly HashSet<string> revised = new(StringComparer.Ordinal);
        private readonly Dictionary<string, Source> plannedByContent = [];

        public IEnumerable<SourcePlan> Run(List<(SourceFile File, string ContentHash)> files)
        {
            var unknown = files.Where(file => !byPath.ContainsKey(file.File.Path)).ToList();
            var unchanged = files.Where(IsUnchanged).ToList();
            var changed = files.Where(file => byPath.ContainsKey(file.File.Path) && !IsUnchanged(file)).ToList();
            changedPaths.UnionWith(changed.Select(file => file.File.Path));
            return
            [
                .. unchanged.Select(file => new SourcePlan(byPath[file.File.Path] with { File = file.File }, SourceAction.Refresh, [])),
                .. changed.Select(file => Revise(file.File, file.ContentHash)).ToList(),
                .. unknown.Select(file => Assign(file.File, file.ContentHash)),
            ];
        }

        private bool IsUnchanged((SourceFile File, string ContentHash) file) =>
            byPath.TryGetValue(file.File.Path, out var source) && source.ContentHash == file.ContentHash;

        private SourcePlan Revise(SourceFile file, string contentHash)
        {
            var before = byPath[file.Path];
            var copies = byTrack[before.PlayableId].Where(copy => copy.File.Path != file.Path).ToList();
            var deleted = copies.Where(copy => !exists(copy.File.Path)).ToList();

            // If an unchanged copy exists, the copy keeps the track, and this file is assigned to another one.
            var isKeptByCopy = copies.Except(deleted).Any(copy => !changedPaths.Contains(copy.File.Path));
            if (isKeptByCopy || !revised.Add(before.PlayableId)) return Assign(file, contentHash);

            return Encode(new Source(file, before.PlayableId, contentHash), deleted);
        }

        private SourcePlan Assign(SourceFile file, string contentHash)
        {
            if (plannedByContent.TryGetValue(contentHash, out var other)) return Attach(other);
            foreach (var same in byContent[contentHash])
            {
                if (changedPaths.Contains(same.File.Path) || revised.Contains(same.PlayableId)) continue;
                if (exists(same.File.Path)) return Attach(same);
                var moved = new Source(file, same.PlayableId, contentHash);
                plannedByContent.Add(contentHash, moved);
                return new SourcePlan(moved, SourceAction.Move, [same]);
            }

            return Encode(new Source(file, UnusedId(contentHash), contentHash), []);

            SourcePlan Attach(Source same) =>
                new(new Source(file, same.PlayableId, contentHash), SourceAction.Attach, [], same.File.Path);
        }

        private SourcePlan Encode(Source source, IReadOnlyList<Source> stale)
        {
            plannedByContent.TryAdd(source.ContentHash, source);
            return new SourcePlan(source, SourceAction.Encode, stale);
        }

        // The preferred id is in use if a track had this content before its file was changed.
        private string UnusedId(string contentHash) => IdsOf(contentHash).First(id => !byTrack.Contains(id));
    }
}
