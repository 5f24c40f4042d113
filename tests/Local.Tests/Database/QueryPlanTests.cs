using Spotify.Domain.Data;
using Spotify.Fixtures;
using Spotify.Local.Database;

namespace Spotify.Local.Tests.Database;

/// <summary>Tests that pages of long lists are read in the order of an index that has all columns, so that a page costs a page.</summary>
public sealed class QueryPlanTests(StatementTests.DatabaseFile file) : IClassFixture<StatementTests.DatabaseFile>
{
    private const string Contexts = "Spotify.Catalog.Contexts.ContextStatements";

    [Theory]
    [InlineData("Spotify.Catalog.CatalogReader", "TopTracksOfArtist", "COVERING INDEX CreditsByArtist (ArtistId=?)")]
    [InlineData("Spotify.Catalog.CatalogReader", "AlbumsOfArtist", "COVERING INDEX ArtistAlbumsByArtist (ArtistId=? AND AlbumGroup=?)")]
    [InlineData("Spotify.Catalog.CatalogReader", "PageOfParent", "COVERING INDEX PlayablesByParent (ParentId=?)")]
    [InlineData("Spotify.Catalog.CatalogReader", "LatestOfParent", "COVERING INDEX PlayablesByParent (ParentId=?)")]
    [InlineData("Spotify.Functions.Library.LibraryStatements", "PageAtOffset", "COVERING INDEX LibraryItemsByTime")]
    [InlineData("Spotify.Functions.Library.LibraryStatements", "PageAfter", "COVERING INDEX LibraryItemsByTime")]
    [InlineData(Contexts, "ArtistForward", "COVERING INDEX CreditsByArtist (ArtistId=? AND Popularity<?)")]
    [InlineData(Contexts, "ArtistBackward", "COVERING INDEX CreditsByArtist (ArtistId=? AND Popularity>?)")]
    [InlineData(Contexts, "ParentForward", "COVERING INDEX PlayablesByParent (ParentId=? AND DiscNumber>?)")]
    [InlineData(Contexts, "ParentBackward", "COVERING INDEX PlayablesByParent (ParentId=? AND DiscNumber<?)")]
    [InlineData(Contexts, "CollectionForward", "COVERING INDEX LibraryItemsByTime (UserId=? AND Type=? AND AddedAt<?)")]
    [InlineData(Contexts, "CollectionBackward", "COVERING INDEX LibraryItemsByTime (UserId=? AND Type=? AND AddedAt>?)")]
    [InlineData(Contexts, "PlaylistForward", " PlaylistItems USING PRIMARY KEY (PlaylistId=? AND OrderKey>?)")]
    [InlineData(Contexts, "PlaylistBackward", " PlaylistItems USING PRIMARY KEY (PlaylistId=? AND OrderKey<?)")]
    [InlineData(Contexts, "ArtistForwardFromItem", "COVERING INDEX CreditsByArtist (ArtistId=? AND Popularity<?)")]
    [InlineData(Contexts, "ArtistBackwardFromItem", "COVERING INDEX CreditsByArtist (ArtistId=? AND Popularity>?)")]
    [InlineData(Contexts, "ParentForwardFromItem", "COVERING INDEX PlayablesByParent (ParentId=? AND DiscNumber>?)")]
    [InlineData(Contexts, "ParentBackwardFromItem", "COVERING INDEX PlayablesByParent (ParentId=? AND DiscNumber<?)")]
    [InlineData(Contexts, "CollectionForwardFromItem", "COVERING INDEX LibraryItemsByTime (UserId=? AND Type=? AND AddedAt<?)")]
    [InlineData(Contexts, "CollectionBackwardFromItem", "COVERING INDEX LibraryItemsByTime (UserId=? AND Type=? AND AddedAt>?)")]
    [InlineData(Contexts, "PlaylistForwardFromItem", " PlaylistItems USING PRIMARY KEY (PlaylistId=? AND OrderKey>?)")]
    [InlineData(Contexts, "PlaylistBackwardFromItem", " PlaylistItems USING PRIMARY KEY (PlaylistId=? AND OrderKey<?)")]
    [InlineData(
        "Spotify.Functions.Licenses.Issuing.ContentReader", "ItemsOfPlaylist",
        " PlaylistItems USING PRIMARY KEY (PlaylistId=? AND OrderKey>?)")]
    [InlineData(
        "Spotify.Functions.Licenses.Issuing.RenewalReader", "Due",
        "COVERING INDEX OfflineTracksByExpiry (UserId=? AND DeviceId=? AND State=? AND ExpiresAt>? AND ExpiresAt<?)")]
    public void Pages_are_read_in_the_order_of_an_index(string type, string field, string search)
    {
        using var session = new SqliteSession(file.Path);
        var plan = session.Query("EXPLAIN QUERY PLAN " + ProductStatements.Get(type, field).Sql, Parameters.None)
            .Select(row => (Id: row.Int64("id"), Parent: row.Int64("parent"), Detail: row.String("detail"))).ToList();
        var lookup = plan.FirstOrDefault(step => step.Detail.Contains(search, StringComparison.Ordinal));
        Assert.True(lookup.Detail is not null, string.Join('\n', plan.Select(step => step.Detail)));
        Assert.DoesNotContain(
            plan, step => step.Parent == lookup.Parent && step.Detail.Contains("TEMP B-TREE FOR ORDER BY", StringComparison.Ordinal));
    }
}
