using Spotify.Domain;

namespace Spotify.Functions.AudioIngest;

/// <summary>The action for a file.</summary>
public enum SourceAction
{
    /// <summary>Update the file's row only, because its content is unchanged.</summary>
    Refresh,

    /// <summary>Encode the file as a new track, or as a new revision of its track.</summary>
    Encode,

    /// <summary>
    /// Update the metadata of an existing track, because its file was moved or its tags were edited. The audio is unchanged.
    /// </summary>
    Update,

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
/// audio, which is the same in every installation. Files with the same audio but different tags are different tracks, because the same
/// recording can be on several albums. The result is the same for files planned together and one by one.
/// </summary>
public static class SourcePlanner
{
    /// <summary>Returns plans for files that are new or may have changed.</summary>
    /// <param name="known">All imported sources.</param>
    /// <param name="files">The files with their contents.</param>
    /// <param name="exists">Returns whether a file still exists.</param>
    public static IReadOnlyList<SourcePlan> Plan(
        IReadOnlyCollection<Source> known, IEnumerable<(SourceFile File, SourceContent Content)> files, Func<string, bool> exists)
    {
        var planning = new Planning(known, exists);
        var ordered = files.OrderBy(file => file.File.Path, StringComparer.Ordinal).ToList();
        return [.. planning.Run(ordered)];
    }

    /// <summary>Returns the possible track ids for an audio hash, in order of preference. The first unused one is assigned.</summary>
    internal static IEnumerable<string> IdsOf(string audioHash)
    {
        yield return SpotifyId.FromHash(Convert.FromHexString(audioHash));
        for (var i = 1; ; i++) yield return SpotifyId.FromName(FormattableString.Invariant($"track:{audioHash}:{i}"));
    }

    private sealed class Planning(IReadOnlyCollection<Source> known, Func<string, bool> exists)
    {
        private readonly Dictionary<string, Source> byPath = known.ToDictionary(source => source.File.Path, StringComparer.Ordinal);
        private readonly ILookup<string, Source> byTrack = known.ToLookup(source => source.PlayableId, StringComparer.Ordinal);
        private readonly ILookup<string, Source> byAudio =
            known.OrderBy(source => source.File.Path, StringComparer.Ordinal).ToLookup(source => source.Content.AudioHash);
        private readonly HashSet<string> changedPaths = new(StringComparer.Ordinal);

        // The tracks whose content or path changes, and the ids of new tracks.
        private readonly HashSet<string> taken = new(StringComparer.Ordinal);
        private readonly Dictionary<string, Source> plannedByFile = [];

        public IEnumerable<SourcePlan> Run(List<(SourceFile File, SourceContent Content)> files)
        {
            var unknown = files.Where(file => !byPath.ContainsKey(file.File.Path)).ToList();
            var unchanged = files.Where(IsUnchanged).ToList();
            var changed = files.Where(file => byPath.ContainsKey(file.File.Path) && !IsUnchanged(file)).ToList();
            changedPaths.UnionWith(changed.Select(file => file.File.Path));
            return
            [
                .. unchanged.Select(file => new SourcePlan(byPath[file.File.Path] with { File = file.File }, SourceAction.Refresh, [])),
                .. changed.Select(file => Revise(file.File, file.Content)).ToList(),
                .. unknown.Select(file => Assign(file.File, file.Content)),
            ];
        }

        private bool IsUnchanged((SourceFile File, SourceContent Content) file) =>
            byPath.TryGetValue(file.File.Path, out var source) && source.Content.FileHash == file.Content.FileHash;

        private SourcePlan Revise(SourceFile file, SourceContent content)
        {
            var before = byPath[file.Path];
            var copies = byTrack[before.PlayableId].Where(copy => copy.File.Path != file.Path).ToList();
            var deleted = copies.Where(copy => !exists(copy.File.Path)).ToList();

            // If an unchanged copy exists, the copy keeps the track, and this file is assigned to another one.
            var isKeptByCopy = copies.Except(deleted).Any(copy => !changedPaths.Contains(copy.File.Path));
            if (isKeptByCopy || !taken.Add(before.PlayableId)) return Assign(file, content);

            var isSameAudio = before.Content.AudioHash == content.AudioHash;
            var source = new Source(file, before.PlayableId, content);
            return Plan(source, isSameAudio ? SourceAction.Update : SourceAction.Encode, deleted);
        }

        private SourcePlan Assign(SourceFile file, SourceContent content)
        {
            if (plannedByFile.TryGetValue(content.FileHash, out var other)) return Attach(other);
            var same = byAudio[content.AudioHash]
                .Where(source => !changedPaths.Contains(source.File.Path) && !taken.Contains(source.PlayableId)).ToList();
            if (same.Find(source => source.Content.FileHash == content.FileHash && exists(source.File.Path)) is { } copy)
                return Attach(copy);

            // A moved file may have been retagged, but a file with the same tags is preferred.
            var moved = same.OrderByDescending(source => source.Content.FileHash == content.FileHash)
                .FirstOrDefault(source => !byTrack[source.PlayableId].Any(sibling => exists(sibling.File.Path)));
            if (moved is null) return Plan(new Source(file, UnusedId(content.AudioHash), content), SourceAction.Encode, []);
            taken.Add(moved.PlayableId);
            return Plan(new Source(file, moved.PlayableId, content), SourceAction.Update, [moved]);

            SourcePlan Attach(Source same) =>
                new(new Source(file, same.PlayableId, content), SourceAction.Attach, [], same.File.Path);
        }

        private SourcePlan Plan(Source source, SourceAction action, IReadOnlyList<Source> stale)
        {
            plannedByFile.TryAdd(source.Content.FileHash, source);
            return new SourcePlan(source, action, stale);
        }

        // The preferred id is in use if a track had this audio before its file was changed, or if its tags are different.
        private string UnusedId(string audioHash) => IdsOf(audioHash).First(id => !byTrack.Contains(id) && taken.Add(id));
    }
}
