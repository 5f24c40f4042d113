using Spotify.Domain.Data;

namespace Spotify.Catalog.Contexts;

/// <summary>The queries of pages of contexts.</summary>
internal static class ContextStatements
{
    private static readonly Statement PlaylistForward = ContextOrder.Playlist.Page(forward: true);
    private static readonly Statement PlaylistBackward = ContextOrder.Playlist.Page(forward: false);
    private static readonly Statement PlaylistForwardFromItem = ContextOrder.Playlist.PageFromItem(forward: true);
    private static readonly Statement PlaylistBackwardFromItem = ContextOrder.Playlist.PageFromItem(forward: false);

    private static readonly Statement CollectionForward = ContextOrder.Collection.Page(forward: true);
    private static readonly Statement CollectionBackward = ContextOrder.Collection.Page(forward: false);
    private static readonly Statement CollectionForwardFromItem = ContextOrder.Collection.PageFromItem(forward: true);
    private static readonly Statement CollectionBackwardFromItem = ContextOrder.Collection.PageFromItem(forward: false);

    // Shows use these too, in the other direction, because episodes are played from the latest to the first.
    private static readonly Statement ParentForward = ContextOrder.Parent.Page(forward: true);
    private static readonly Statement ParentBackward = ContextOrder.Parent.Page(forward: false);
    private static readonly Statement ParentForwardFromItem = ContextOrder.Parent.PageFromItem(forward: true);
    private static readonly Statement ParentBackwardFromItem = ContextOrder.Parent.PageFromItem(forward: false);

    private static readonly Statement ArtistForward = ContextOrder.Artist.Page(forward: true);
    private static readonly Statement ArtistBackward = ContextOrder.Artist.Page(forward: false);
    private static readonly Statement ArtistForwardFromItem = ContextOrder.Artist.PageFromItem(forward: true);
    private static readonly Statement ArtistBackwardFromItem = ContextOrder.Artist.PageFromItem(forward: false);

    private static readonly Statement PlaylistAll = ContextOrder.Playlist.All();
    private static readonly Statement CollectionAll = ContextOrder.Collection.All();
    private static readonly Statement ParentAll = ContextOrder.Parent.All();
    private static readonly Statement LatestAll = ContextOrder.Latest.All();
    private static readonly Statement ArtistAll = ContextOrder.Artist.All();

    /// <summary>Returns the statement of all items with their artists.</summary>
    public static Statement All(ContextOrder order) =>
        order == ContextOrder.Playlist ? PlaylistAll
        : order == ContextOrder.Collection ? CollectionAll
        : order == ContextOrder.Artist ? ArtistAll
        : order == ContextOrder.Latest ? LatestAll
        : ParentAll;

    /// <summary>Returns the statement of a page from a key on.</summary>
    public static Statement FromKey(ContextOrder order, bool forward) =>
        order == ContextOrder.Playlist ? forward ? PlaylistForward : PlaylistBackward
        : order == ContextOrder.Collection ? forward ? CollectionForward : CollectionBackward
        : order == ContextOrder.Artist ? forward ? ArtistForward : ArtistBackward
        : forward == (order == ContextOrder.Parent) ? ParentForward : ParentBackward;

    /// <summary>Returns the statement of a page from the first occurrence of an item on.</summary>
    public static Statement FromItem(ContextOrder order, bool forward) =>
        order == ContextOrder.Playlist ? forward ? PlaylistForwardFromItem : PlaylistBackwardFromItem
        : order == ContextOrder.Collection ? forward ? CollectionForwardFromItem : CollectionBackwardFromItem
        : order == ContextOrder.Artist ? forward ? ArtistForwardFromItem : ArtistBackwardFromItem
        : forward == (order == ContextOrder.Parent) ? ParentForwardFromItem : ParentBackwardFromItem;
}
