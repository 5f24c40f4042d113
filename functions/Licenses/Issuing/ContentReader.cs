using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Playlists;
using Spotify.Domain.Ports;
using Spotify.Functions.Playback;

namespace Spotify.Functions.Licenses.Issuing;

/// <summary>
/// A reader of what a request for licenses covers, in pages of up to <see cref="OfflineTracks.MaxItems"/> items: first the items of the
/// request, then those of albums and audiobooks, then those of playlists. A page takes two round trips, whatever the request.
/// </summary>
public sealed class ContentReader(IDatabase database)
{
    private const int MaxItems = OfflineTracks.MaxItems;

    private static readonly Statement ItemsById = new(
        $"SELECT {PlaybackItem.Columns} FROM Playables WHERE PlayableId IN ({Statement.List("id", IssueRequest.MaxUris)})",
        [.. Statement.ListParameters("id", IssueRequest.MaxUris, ColumnType.String)]);

    // The parents before the first one are not in the list.
    private static readonly Statement ItemsOfParents = new(
        $"""
        SELECT {PlaybackItem.Columns} FROM Playables
        WHERE ParentId IN ({Statement.List("parent", IssueRequest.MaxUris)}) AND (ParentId > @first
          OR DiscNumber > @disc OR (DiscNumber = @disc AND (Number > @number OR (Number = @number AND PlayableId > @after))))
        ORDER BY ParentId, DiscNumber, Number, PlayableId LIMIT @limit
        """,
        [
            .. Statement.ListParameters("parent", IssueRequest.MaxUris, ColumnType.String), ("first", ColumnType.String),
            ("disc", ColumnType.Int64), ("number", ColumnType.Int64), ("after", ColumnType.String), ("limit", ColumnType.Int64),
        ]);

    private static readonly Statement Playlists = new(
        $"""
        SELECT PlaylistId, Version, Items FROM Playlists
        WHERE PlaylistId IN ({Statement.List("playlist", IssueRequest.MaxUris)}) AND {PlaylistAccess.IsVisibleSql}
        """,
        [.. Statement.ListParameters("playlist", IssueRequest.MaxUris, ColumnType.String), ("viewer", ColumnType.String)]);

    // The keys of the page are selected first, so that the other items of a long playlist cost no joins.
    private const string ItemsOfPage = $$"""
        SELECT Page.PlaylistId, Page.OrderKey, Page.PlayableId AS ItemId, Page.Type AS ItemType, {{PlaybackItem.Columns}}
        FROM (
          SELECT PlaylistId, OrderKey, PlayableId, Type FROM PlaylistItems WHERE {0} ORDER BY PlaylistId, OrderKey LIMIT @limit
        ) Page
        LEFT JOIN Playables ON Playables.PlayableId = Page.PlayableId
        ORDER BY Page.PlaylistId, Page.OrderKey
        """;

    private static readonly Statement ItemsOfPlaylist = new(
        ItemsOfPage.Replace("{0}", "PlaylistId = @playlist AND OrderKey > @after", StringComparison.Ordinal),
        ("playlist", ColumnType.String), ("after", ColumnType.String), ("limit", ColumnType.Int64));

    private static readonly Statement ItemsOfPlaylists = new(
        ItemsOfPage.Replace(
            "{0}",
            $"PlaylistId IN ({Statement.List("playlist", IssueRequest.MaxUris)}) AND (PlaylistId > @first OR OrderKey > @after)",
            StringComparison.Ordinal),
        [
            .. Statement.ListParameters("playlist", IssueRequest.MaxUris, ColumnType.String), ("first", ColumnType.String),
            ("after", ColumnType.String), ("limit", ColumnType.Int64),
        ]);

    /// <summary>Returns the page after the cursor of a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="viewer">The user whose private playlists can be read; empty for public playlists only.</param>
    /// <param name="ct">Cancels the read.</param>
    internal async Task<ContentPage> ReadAsync(IssueRequest request, string viewer, CancellationToken ct)
    {
        var (page, cursor) = (new ContentPage(), request.Cursor);
        SpotifyUri[] parents = cursor is { IsPlaylist: true } ? [] : [.. request.Parents.Where(uri => IsAtOrAfter(uri, cursor))];
        SpotifyUri[] playlists = [.. request.Playlists.Where(uri => cursor is not { IsPlaylist: true } || IsAtOrAfter(uri, cursor))];
        var items = cursor is null ? ReadItemsAsync(request.Items, ct) : Task.FromResult(new Dictionary<string, PlaybackItem>());
        var children = ReadParentsAsync(parents, cursor, ct);
        var headers = ReadPlaylistsAsync(playlists, viewer, ct);
        await Task.WhenAll(items, children, headers);

        if (cursor is null) AddItems(page, request.Items, await items);
        AddParents(page, parents, cursor, await children);
        if (page.Next is null) await AddPlaylistsAsync(page, playlists, cursor is { IsPlaylist: true } ? cursor : null, await headers, ct);
        return page;
    }

    private async Task<Dictionary<string, PlaybackItem>> ReadItemsAsync(IReadOnlyList<SpotifyUri> uris, CancellationToken ct)
    {
        if (uris.Count == 0) return [];
        var parameters = new Parameters().AddList("id", [.. uris.Select(uri => uri.Id)], IssueRequest.MaxUris);
        return await database.QueryAsync(ItemsById, parameters, null, ct).Select(PlaybackItem.FromRow)
            .ToDictionaryAsync(item => item.Uri.Id, StringComparer.Ordinal, ct);
    }

    private async Task<IReadOnlyList<PlaybackItem>> ReadParentsAsync(SpotifyUri[] parents, IssueCursor? cursor, CancellationToken ct)
    {
        if (parents.Length == 0) return [];
        var parameters = new Parameters
        {
            { "first", cursor?.Id ?? "" }, { "disc", cursor?.Disc ?? 0 }, { "number", cursor?.Number ?? 0 },
            { "after", cursor?.After ?? "" }, { "limit", MaxItems + 1 },
        };
        parameters.AddList("parent", [.. parents.Select(uri => uri.Id)], IssueRequest.MaxUris);
        return await database.QueryAsync(ItemsOfParents, parameters, null, ct).Select(PlaybackItem.FromRow).ToListAsync(ct);
    }

    private async Task<Dictionary<string, Header>> ReadPlaylistsAsync(SpotifyUri[] playlists, string viewer, CancellationToken ct)
    {
        if (playlists.Length == 0) return [];
        var parameters = new Parameters { { "viewer", viewer } }
            .AddList("playlist", [.. playlists.Select(uri => uri.Id)], IssueRequest.MaxUris);
        return await database.QueryAsync(Playlists, parameters, null, ct)
            .ToDictionaryAsync(
                row => row.String("PlaylistId"), row => new Header(row.Int64("Version"), row.Int32("Items")), StringComparer.Ordinal, ct);
    }

    private static void AddItems(ContentPage page, IReadOnlyList<SpotifyUri> uris, Dictionary<string, PlaybackItem> items)
    {
        foreach (var uri in uris)
        {
            if (items.TryGetValue(uri.Id, out var item) && item.Uri.Type == uri.Type) page.Add(uri, item).IsRequested = true;
            else page.Missing.Add(uri);
        }
    }

    private static void AddParents(ContentPage page, SpotifyUri[] parents, IssueCursor? cursor, IReadOnlyList<PlaybackItem> children)
    {
        var room = MaxItems - page.Entries.Count;
        var positions = new Dictionary<string, int>(StringComparer.Ordinal);
        if (cursor is { IsPlaylist: false } begun) positions[begun.Id] = begun.Position;
        var byId = parents.ToDictionary(uri => uri.Id, StringComparer.Ordinal);
        var found = new HashSet<SpotifyUri>();
        string? following = null;
        foreach (var child in children.Take(room))
        {
            var (parent, position) = (byId[child.ParentId], positions.GetValueOrDefault(child.ParentId));
            positions[child.ParentId] = position + 1;
            if (child.Uri.Type != (parent.Type == EntityType.Album ? EntityType.Track : EntityType.Chapter)) continue;
            found.Add(parent);
            page.Add(child.Uri, child).Positions.TryAdd(parent, position);
        }

        if (children.Count > room)
        {
            var last = children[room - 1];
            following = children[room].ParentId;
            page.Next = IssueCursor.InParent(last.ParentId, positions[last.ParentId], last.DiscNumber, last.Number, last.Uri.Id);
        }

        foreach (var parent in parents)
        {
            var isDone = page.Next is not { } next || string.CompareOrdinal(parent.Id, next.Id) < 0;
            var isComplete = following is null || string.CompareOrdinal(parent.Id, following) < 0;
            if (found.Contains(parent)) page.Collections.Add(new ContentCollection(parent, 0, isComplete));
            else if (isDone && parent.Id != cursor?.Id) page.Missing.Add(parent);
        }
    }

    private async Task AddPlaylistsAsync(
        ContentPage page, SpotifyUri[] playlists, IssueCursor? cursor, Dictionary<string, Header> headers, CancellationToken ct)
    {
        SpotifyUri[] visible = [.. playlists.Where(uri => headers.ContainsKey(uri.Id))];
        if (visible.Length > 0) await AddVisiblePlaylistsAsync(page, visible, cursor, headers, ct);
        page.Missing.AddRange(playlists.Where(uri => !headers.ContainsKey(uri.Id)
            && (page.Next is not { } next || string.CompareOrdinal(uri.Id, next.Id) < 0)));
    }

    private async Task AddVisiblePlaylistsAsync(
        ContentPage page, SpotifyUri[] visible, IssueCursor? cursor, Dictionary<string, Header> headers, CancellationToken ct)
    {
        var room = MaxItems - page.Entries.Count;
        if (room == 0)
        {
            page.Next = IssueCursor.InPlaylist("", 0, "", 0);
            return;
        }

        // As many as fit, and at least one, of which only a part may fit.
        var (chosen, items) = (0, 0);
        while (chosen < visible.Length)
        {
            items += Math.Max(0, headers[visible[chosen].Id].Items - (IsBegun(visible[chosen]) ? cursor!.Value.Position : 0));
            if (chosen > 0 && items > room) break;
            chosen++;
        }

        var rows = await ReadItemsAsync(visible[..chosen], cursor, room + 1, ct);
        var positions = new Dictionary<string, int>(StringComparer.Ordinal);
        if (cursor is { Id.Length: > 0 } begun) positions[begun.Id] = begun.Position;
        foreach (var row in rows.Take(room))
        {
            var playlist = row.String("PlaylistId");
            positions[playlist] = positions.GetValueOrDefault(playlist) + 1;
            var uri = new SpotifyUri(
                SpotifyUri.TryParseType(row.String("ItemType"), out var type) ? type : EntityType.Track, row.String("ItemId"));
            page.Add(uri, row.IsNull("PlayableId") ? null : PlaybackItem.FromRow(row))
                .Positions.TryAdd(new SpotifyUri(EntityType.Playlist, playlist), positions[playlist] - 1);
        }

        if (rows.Count > room) page.Next = At(rows[room - 1].String("PlaylistId"), rows[room - 1].String("OrderKey"));
        else if (chosen < visible.Length) page.Next = At(visible[chosen - 1].Id, IssueCursor.AfterAll);
        foreach (var uri in visible[..chosen])
        {
            var isCut = rows.Count > room && string.CompareOrdinal(uri.Id, page.Next!.Value.Id) >= 0;
            if (!isCut || uri.Id == page.Next!.Value.Id)
                page.Collections.Add(new ContentCollection(uri, headers[uri.Id].Version, !isCut));
        }

        bool IsBegun(SpotifyUri uri) => uri.Id == cursor?.Id;

        IssueCursor At(string id, string orderKey) => cursor is { } same && same.Id == id
            ? same with { Position = positions.GetValueOrDefault(id), After = orderKey }
            : IssueCursor.InPlaylist(id, positions.GetValueOrDefault(id), orderKey, headers[id].Version);
    }

    private async Task<IReadOnlyList<Row>> ReadItemsAsync(SpotifyUri[] playlists, IssueCursor? cursor, int limit, CancellationToken ct)
    {
        var parameters = new Parameters { { "limit", limit } };
        var (first, after) = (cursor?.Id ?? "", cursor?.After ?? "");
        if (playlists is [var only])
        {
            parameters.Add("playlist", only.Id);
            parameters.Add("after", only.Id == first ? after : "");
            return await database.QueryAsync(ItemsOfPlaylist, parameters, null, ct).ToListAsync(ct);
        }

        parameters.Add("first", first);
        parameters.Add("after", after);
        parameters.AddList("playlist", [.. playlists.Select(uri => uri.Id)], IssueRequest.MaxUris);
        return await database.QueryAsync(ItemsOfPlaylists, parameters, null, ct).ToListAsync(ct);
    }

    private static bool IsAtOrAfter(SpotifyUri uri, IssueCursor? cursor) =>
        cursor is not { } begun || string.CompareOrdinal(uri.Id, begun.Id) >= (begun.After == IssueCursor.AfterAll ? 1 : 0);

    private readonly record struct Header(long Version, int Items);
}
