using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Functions.Playback;

namespace Spotify.Functions.Licenses.Issuing;

/// <summary>The change of a device by a page of a request for licenses, in a transaction.</summary>
internal sealed class IssueChange(
    OfflineTracks part, PlaybackListener listener, IssueRequest request, ContentPage page, DateTimeOffset now)
{
    private readonly LicenseDecision decision = new(part.NextSerial);

    private readonly HashSet<SpotifyUri> added = [];

    private readonly HashSet<SpotifyUri> rejected = [];

    // The collections that lack items of the page, because the device has no room.
    private readonly HashSet<SpotifyUri> limited = [];

    /// <summary>Adds the page's collections and items to the device, within its limits.</summary>
    /// <param name="candidates">The items to license.</param>
    /// <param name="refused">The items that are refused, whatever the limits.</param>
    public LicenseDecision Apply(
        IReadOnlyList<LicenseCandidate> candidates, IReadOnlyList<(SpotifyUri Uri, string Reason)> refused)
    {
        foreach (var (uri, _, _) in page.Collections)
        {
            if (part.FindCollection(uri) is null) added.Add(uri);
            if (part.AddCollection(uri, request.Format)) continue;
            rejected.Add(uri);
            decision.Refused.Add((uri, "COLLECTION_LIMIT"));
        }

        foreach (var candidate in candidates)
        {
            if (IsRejected(candidate.Content!)) continue;
            var refusal = listener.Refusal(candidate.Item, now) ?? Add(candidate.Content!);
            if (refusal is not null) decision.Refused.Add((candidate.Item.Uri, refusal));
            else decision.License(candidate, part, now);
        }

        // They become playable without a change of their collections.
        var unreleased = refused.Where(one => one.Reason == "NOT_RELEASED").Select(one => one.Uri).ToHashSet();
        foreach (var content in page.Entries.Where(entry => unreleased.Contains(entry.Uri) && !IsRejected(entry))) Add(content);
        foreach (var collection in page.Collections.Where(one => one.IsComplete))
        {
            if (IsCovered(collection)) part.SetVersion(collection.Uri, collection.Version);
        }

        decision.Next = Next()?.ToString();
        return decision;
    }

    /// <summary>Returns whether the item is only in collections that are refused.</summary>
    private bool IsRejected(ContentEntry content) => !content.IsRequested && content.Positions.Keys.All(rejected.Contains);

    /// <summary>Adds an item to the device and to its collections, or returns the reason why the device has no room.</summary>
    private string? Add(ContentEntry content)
    {
        if (!part.HasRoomFor(content.Uri.Id))
        {
            limited.UnionWith(content.Positions.Keys);
            return "TRACK_LIMIT";
        }

        var isMember = false;
        foreach (var (collection, position) in content.Positions)
        {
            if (rejected.Contains(collection)) continue;
            if (part.AddMember(collection, content.Uri.Id, position)) isMember = true;
            else limited.Add(collection);
        }

        if (!content.IsRequested && !isMember) return "COLLECTION_LIMIT";
        part.Add(content.Uri, request.Format, content.IsRequested);
        return null;
    }

    /// <summary>
    /// Returns whether the members of a collection, whose last item is on this page, are complete: the request has covered it from its
    /// first item on, and the device had room for all of them. A playlist must also be new and of one version; otherwise the next sync
    /// compares it.
    /// </summary>
    private bool IsCovered(ContentCollection collection)
    {
        if (limited.Contains(collection.Uri)) return false;
        if (part.FindCollection(collection.Uri) is not { Version: OfflineCollection.Incomplete } kept) return false;
        return Begun(collection.Uri) is { } cursor
            ? cursor.Version == collection.Version && cursor.AddedAt == Instant.ToMicroseconds(kept.AddedAt)
            : collection.Uri.Type != EntityType.Playlist || added.Contains(collection.Uri);
    }

    private IssueCursor? Next()
    {
        if (page.Next is not { } next || page.Collections.Find(one => one.Uri.Id == next.Id)?.Uri is not { } uri) return page.Next;
        return rejected.Contains(uri) ? next with { After = IssueCursor.AfterAll } : next with { AddedAt = AddedAt(uri) };
    }

    private long AddedAt(SpotifyUri uri)
    {
        if (limited.Contains(uri)) return 0;
        if (Begun(uri) is { } cursor) return cursor.AddedAt;
        return uri.Type != EntityType.Playlist || added.Contains(uri) ? Instant.ToMicroseconds(part.FindCollection(uri)!.AddedAt) : 0;
    }

    /// <summary>Returns the cursor of the request if it is in the collection.</summary>
    private IssueCursor? Begun(SpotifyUri uri) => request.Cursor is { } cursor && cursor.Id == uri.Id ? cursor : null;
}
