using Spotify.Domain;
using Spotify.Domain.Data;

namespace Spotify.Functions.Licenses.Issuing;

/// <summary>The change of a device by a page of a request for licenses, in a transaction.</summary>
internal sealed class IssueChange(OfflineTracks part, IssueRequest request, ContentPage page, DateTimeOffset now)
{
    private readonly LicenseDecision decision = new(part.NextSerial);

    /// <summary>Adds the page's collections and items to the device, within its limits.</summary>
    public LicenseDecision Apply(IReadOnlyList<LicenseCandidate> candidates)
    {
        var rejected = new HashSet<SpotifyUri>();
        var added = new HashSet<SpotifyUri>();
        foreach (var (uri, _, _) in page.Collections)
        {
            if (part.FindCollection(uri) is null) added.Add(uri);
            if (part.AddCollection(uri, request.Format)) continue;
            rejected.Add(uri);
            decision.Refused.Add((uri, "COLLECTION_LIMIT"));
        }

        foreach (var candidate in candidates) Add(candidate, rejected);
        foreach (var collection in page.Collections.Where(one => one.IsComplete))
        {
            if (IsUnchanged(collection, added.Contains(collection.Uri))) part.SetVersion(collection.Uri, collection.Version);
        }

        decision.Next = Next(rejected, added)?.ToString();
        return decision;
    }

    private void Add(LicenseCandidate candidate, HashSet<SpotifyUri> rejected)
    {
        var (content, uri) = (candidate.Content!, candidate.Item.Uri);
        if (!content.IsRequested && content.Positions.Keys.All(rejected.Contains)) return;
        if (!part.HasRoomFor(uri.Id))
        {
            decision.Refused.Add((uri, "TRACK_LIMIT"));
            return;
        }

        var isMember = false;
        foreach (var (collection, position) in content.Positions)
            if (!rejected.Contains(collection)) isMember |= part.AddMember(collection, uri.Id, position);
        if (!content.IsRequested && !isMember)
        {
            decision.Refused.Add((uri, "COLLECTION_LIMIT"));
            return;
        }

        part.Add(uri, request.Format, content.IsRequested);
        decision.License(candidate, part, now);
    }

    /// <summary>
    /// Returns whether the members of a playlist, whose last item is on this page, are those of one version: the request added the
    /// playlist to the device, and its version was the same before the first page was read. The next sync compares the others.
    /// </summary>
    private bool IsUnchanged(ContentCollection collection, bool isAdded)
    {
        if (part.FindCollection(collection.Uri) is not { Version: OfflineCollection.Incomplete } kept) return false;
        return request.Cursor is { IsPlaylist: true } cursor && cursor.Id == collection.Uri.Id
            ? cursor.Version == collection.Version && cursor.AddedAt == Instant.ToMicroseconds(kept.AddedAt)
            : isAdded;
    }

    private IssueCursor? Next(HashSet<SpotifyUri> rejected, HashSet<SpotifyUri> added)
    {
        if (page.Next is not { } next || page.Collections.Find(one => one.Uri.Id == next.Id)?.Uri is not { } uri) return page.Next;
        if (rejected.Contains(uri)) return next with { After = IssueCursor.AfterAll };
        return next.IsPlaylist && added.Contains(uri) ? next with { AddedAt = Instant.ToMicroseconds(now) } : next;
    }
}
