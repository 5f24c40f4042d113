using Spotify.Domain;
using Spotify.Domain.Data;

namespace Spotify.Functions.Licenses.Issuing;

/// <summary>The change of a device by a page of a request for licenses, in a transaction.</summary>
internal sealed class IssueChange(OfflineTracks part, IssueRequest request, ContentPage page, DateTimeOffset now)
{
    private readonly LicenseDecision decision = new(part.NextSerial);

    private readonly HashSet<SpotifyUri> rejected = [];

    /// <summary>Adds the page's collections and items to the device, within its limits.</summary>
    /// <param name="candidates">The items to license.</param>
    /// <param name="refused">The items that are refused, whatever the limits.</param>
    public LicenseDecision Apply(
        IReadOnlyList<LicenseCandidate> candidates, IReadOnlyList<(SpotifyUri Uri, string Reason)> refused)
    {
        var added = new HashSet<SpotifyUri>();
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
            if (Add(candidate.Content!) is { } reason) decision.Refused.Add((candidate.Item.Uri, reason));
            else decision.License(candidate, part, now);
        }

        // They become playable without a change of their collections.
        var unreleased = refused.Where(one => one.Reason == "NOT_RELEASED").Select(one => one.Uri).ToHashSet();
        foreach (var content in page.Entries.Where(entry => unreleased.Contains(entry.Uri) && !IsRejected(entry))) Add(content);
        foreach (var collection in page.Collections.Where(one => one.IsComplete))
        {
            if (IsUnchanged(collection, added.Contains(collection.Uri))) part.SetVersion(collection.Uri, collection.Version);
        }

        decision.Next = Next(added)?.ToString();
        return decision;
    }

    /// <summary>Returns whether the item is only in collections that are refused.</summary>
    private bool IsRejected(ContentEntry content) => !content.IsRequested && content.Positions.Keys.All(rejected.Contains);

    /// <summary>Adds an item to the device and to its collections, or returns the reason why the device has no room.</summary>
    private string? Add(ContentEntry content)
    {
        if (!part.HasRoomFor(content.Uri.Id)) return "TRACK_LIMIT";
        var isMember = false;
        foreach (var (collection, position) in content.Positions)
            if (!rejected.Contains(collection)) isMember |= part.AddMember(collection, content.Uri.Id, position);
        if (!content.IsRequested && !isMember) return "COLLECTION_LIMIT";
        part.Add(content.Uri, request.Format, content.IsRequested);
        return null;
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

    private IssueCursor? Next(HashSet<SpotifyUri> added)
    {
        if (page.Next is not { } next || page.Collections.Find(one => one.Uri.Id == next.Id)?.Uri is not { } uri) return page.Next;
        if (rejected.Contains(uri)) return next with { After = IssueCursor.AfterAll };
        return next.IsPlaylist && added.Contains(uri) ? next with { AddedAt = Instant.ToMicroseconds(now) } : next;
    }
}
