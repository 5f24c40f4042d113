using Spotify.Recommendations.Mixes;
using Spotify.Recommendations.Ranking;
using Spotify.Recommendations.Tests.Ranking;

namespace Spotify.Recommendations.Tests.Mixes;

public class FreshTracksTests
{
    private static readonly FreshTracks Fresh = new(PlantedCatalog.Shared.Model, 28);

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void NewTracksNearTheTasteComeFirst(int taste)
    {
        var picks = Fresh.NearTo(PlantedCatalog.Shared.Listener(taste, 1), 5, 1, PlantedCatalog.Now);

        Assert.NotEmpty(picks);
        Assert.All(picks, pick => Assert.True(PlantedCatalog.IsNew(pick.TrackId)));
        Assert.True(picks.Count(pick => PlantedCatalog.TasteOf(pick.TrackId) == taste) >= 3);
        Assert.Equal(picks.OrderByDescending(pick => pick.Score), picks);
        Assert.All(picks, pick => Assert.Equal(PickKind.NewTrack, pick.Reason.Kind));
    }

    [Fact]
    public void HeardUnavailableAndExplicitTracksAreLeftOut()
    {
        var all = Fresh.NearTo(PlantedCatalog.Shared.Listener(0, 1), 1000, 10, PlantedCatalog.Now);
        var strict = PlantedCatalog.Shared.Listener(0, 1) with
        {
            ExcludedTracks = new[] { all[0].TrackId }, FilterExplicit = true, Market = "SE",
        };

        var picks = Fresh.NearTo(strict, 1000, 10, PlantedCatalog.Now);

        Assert.NotEmpty(picks);
        Assert.True(picks.Count < all.Count);
        Assert.DoesNotContain(picks, pick => pick.TrackId == all[0].TrackId);
        // As the planted catalog describes its tracks.
        Assert.DoesNotContain(picks, pick => ((int)pick.TrackId - 1) % 10 is 3 or 5 or 7);
    }

    [Fact]
    public void ListenersWithoutTasteGetNone() =>
        Assert.Empty(Fresh.NearTo(new ListenerInput { Market = "US" }, 10, 1, PlantedCatalog.Now));

    [Fact]
    public void TheNumberIsLimited() =>
        Assert.Equal(2, Fresh.NearTo(PlantedCatalog.Shared.Listener(0, 1), 2, 1, PlantedCatalog.Now).Count);
}
