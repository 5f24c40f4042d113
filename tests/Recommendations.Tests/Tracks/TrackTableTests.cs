using FsCheck;
using FsCheck.Fluent;
using Spotify.Domain.Catalog;
using Spotify.Recommendations.Tracks;
using Xunit;

namespace Spotify.Recommendations.Tests.Tracks;

public sealed class TrackTableTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 4, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void ATrackIsFoundByItsIdWithEverythingThatWasAdded()
    {
        var builder = new TrackTableBuilder();
        builder.Add(new TrackDescription(7));
        var added = builder.Add(new TrackDescription(9)
        {
            Artists = [100, 101, 100],
            Album = 55,
            Genres = ["house", "acid house", "house"],
            Rights = new Rights(MarketSet.Of("SE", "DE"), Now, Now.AddDays(1)),
            Explicit = true,
            Year = 1988,
            Popularity = 0.25f,
            Attributes = [(TrackAttribute.Tempo, 123.45f), (TrackAttribute.Energy, 0.0712f), (TrackAttribute.Loudness, -7.234f)],
            AddedAt = DateTimeOffset.UnixEpoch.AddDays(20_000.7),
        });
        var table = builder.Build();

        Assert.True(table.TryFind(9, out var row));
        Assert.Equal(added, row);
        Assert.Equal((UInt128)9, table.Id(row));
        Assert.Equal([100, 101], table.Artists(row).ToArray().Select(table.ArtistId));
        Assert.Equal((UInt128)100, table.ArtistId(table.Artist(row)));
        Assert.Equal((UInt128)55, table.AlbumId(table.Album(row)));
        Assert.Equal(["house", "acid house"], table.Genres(row).ToArray().Select(genre => table.GenreName(genre)));
        Assert.True(table.Explicit(row));
        Assert.Equal(1988, table.Year(row));
        Assert.Equal(0.25, table.Popularity(row), 1e-4);
        Assert.Equal(123.45, table.Tempo(row), 1e-4);
        Assert.Equal(0.0712f, table.Attribute(row, TrackAttribute.Energy), 1e-6);
        Assert.Equal(-7.234f, table.Attribute(row, TrackAttribute.Loudness), 1e-5);
        Assert.Equal(float.NaN, table.Attribute(row, TrackAttribute.Key));
        Assert.Equal(20_000, table.AddedDay(row));
        Assert.False(table.TryFind(8, out _));
        Assert.False(table.TryFindArtist(9, out _));
        Assert.True(table.TryFindArtist(101, out var artist));
        Assert.Equal([row], table.ArtistTracks(artist).ToArray());
        Assert.True(table.TryFindAlbum(55, out _));
        Assert.True(table.TryFindGenre("acid house", out var genre));
        Assert.Equal([row], table.GenreTracks(genre).ToArray());
        Assert.False(table.TryFindGenre("", out _));
        Assert.Equal((-1, -1, 0, false), (table.Artist(0), table.Album(0), table.Genres(0).Length, table.Explicit(0)));
    }

    [Theory]
    [InlineData(TrackAttribute.Energy, 0, 0)]
    [InlineData(TrackAttribute.Energy, 1, 1)]
    [InlineData(TrackAttribute.Valence, 0.1234f, 0.1234f)]
    [InlineData(TrackAttribute.Valence, -1, 0)]
    [InlineData(TrackAttribute.Loudness, -60, -60)]
    [InlineData(TrackAttribute.Loudness, 0, 0)]
    [InlineData(TrackAttribute.Loudness, -100, -60)]
    [InlineData(TrackAttribute.Key, 11, 11)]
    [InlineData(TrackAttribute.Mode, 0, 0)]
    [InlineData(TrackAttribute.TimeSignature, 7, 7)]
    [InlineData(TrackAttribute.Popularity, 100, 100)]
    [InlineData(TrackAttribute.DurationMs, 215_360, 215_400)]
    [InlineData(TrackAttribute.DurationMs, 1e9f, 6_553_400)]
    [InlineData(TrackAttribute.Tempo, 0, float.NaN)]
    [InlineData(TrackAttribute.Tempo, 1000, 655.34f)]
    [InlineData(TrackAttribute.Key, float.NaN, float.NaN)]
    public void AttributesAreKeptInTwoBytes(TrackAttribute attribute, float value, float kept)
    {
        var builder = new TrackTableBuilder();
        builder.Add(new TrackDescription(1));
        builder.Add(new TrackDescription(2) { Attributes = [(attribute, value)] });
        var table = builder.Build();
        Assert.All(Enum.GetValues<TrackAttribute>(), other => Assert.Equal(float.NaN, table.Attribute(0, other)));
        Assert.Equal(kept, table.Attribute(1, attribute), 1e-5f);
    }

    [Theory]
    [InlineData("SE", 0, true)]
    [InlineData("DE", 23.9, true)]
    [InlineData("SE", 24, false)]
    [InlineData("SE", -0.1, false)]
    [InlineData("US", 1, false)]
    [InlineData("", 1, false)]
    public void TheWindowAndTheMarketsOfRightsHold(string market, double hours, bool available)
    {
        var builder = new TrackTableBuilder();
        builder.Add(new TrackDescription(1) { Rights = new Rights(MarketSet.Of("SE", "DE"), Now, Now.AddDays(1)) });
        builder.Add(new TrackDescription(2));
        var table = builder.Build();
        Assert.Equal(available, table.IsAvailable(0, MarketCode.Parse(market), Now.AddHours(hours)));
        Assert.True(table.IsAvailable(1, MarketCode.Parse(market), Now.AddHours(hours)));
    }

    [Fact]
    public void RightsHoldInEveryMarketAtTheLimitsOfTime()
    {
        var builder = new TrackTableBuilder();
        var always = new Rights(MarketSet.Everywhere, DateTimeOffset.MinValue, DateTimeOffset.MaxValue);
        builder.Add(new TrackDescription(1) { Rights = always });
        builder.Add(new TrackDescription(2) { Rights = new Rights(MarketSet.Of(Markets.All), DateTimeOffset.MaxValue, null) });
        var table = builder.Build();
        Assert.All(Markets.All, market => Assert.True(table.IsAvailable(0, MarketCode.Parse(market), Now)));
        Assert.All(Markets.All, market => Assert.True(table.IsInMarket(1, MarketCode.Parse(market))));
        Assert.All(Markets.All, market => Assert.Equal(market, MarketCode.Format(MarketCode.Parse(market))));
        Assert.False(table.IsInMarket(1, -1));
        Assert.False(table.IsAvailable(1, MarketCode.Parse("SE"), Now));
    }

    [Fact]
    public void TracksOfAnArtistAndAGenreAreInDescendingOrderOfPopularity()
    {
        var builder = new TrackTableBuilder();
        foreach (var (id, popularity) in new[] { (1, 0.1f), (2, 0.9f), (3, float.NaN), (4, 0.5f), (5, 0.5f), (6, 7f), (7, -1f) })
            builder.Add(new TrackDescription((UInt128)id) { Artists = [1], Genres = ["rock"], Popularity = popularity });
        var table = builder.Build();
        Assert.Equal([5, 1, 3, 4, 0, 2, 6], table.ArtistTracks(0).ToArray());
        Assert.Equal([5, 1, 3, 4, 0, 2, 6], table.GenreTracks(0).ToArray());
        Assert.Equal((1, 0, 0), (table.Popularity(5), table.Popularity(2), table.Popularity(6)));
    }

    [Fact]
    public void ATrackIsAddedOnce()
    {
        var builder = new TrackTableBuilder();
        builder.Add(new TrackDescription(1));
        Assert.Throws<ArgumentException>(() => builder.Add(new TrackDescription(1)));
        Assert.True(builder.TryFind(1, out var row) && row == 0 && builder.Count == 1);
    }

    [Fact]
    public void AnEmptyTableFindsNothing()
    {
        Assert.Equal(0, TrackTable.Empty.Count);
        Assert.False(TrackTable.Empty.TryFind(0, out _));
        Assert.False(TrackTable.Empty.TryFindArtist(0, out _));
    }

    [Fact]
    public void ColumnsOfContradictoryLengthsAreRejected()
    {
        var builder = new TrackTableBuilder();
        builder.Add(new TrackDescription(1));
        var columns = builder.Build().Columns;
        Assert.Equal(1, new TrackTable(columns).Count);
        Assert.Throws<InvalidDataException>(() => new TrackTable(columns with { Years = default }));
        Assert.Throws<InvalidDataException>(() => new TrackTable(columns with { Attributes = new ushort[3] }));
        Assert.Throws<InvalidDataException>(() => new TrackTable(columns with { IdBuckets = default }));
        Assert.Throws<InvalidDataException>(() => new TrackTable(columns with { GenreNames = "rock\0"u8.ToArray() }));
    }

    [Fact]
    public void EveryIdIsFoundInItsRow() =>
        Prop.ForAll<ulong[]>(ids =>
        {
            var (builder, known) = (new TrackTableBuilder(), ids.Distinct().ToList());
            foreach (var id in known) builder.Add(new TrackDescription(new UInt128(id, id % 3)));
            var table = builder.Build();
            return known.Select((id, row) => table.TryFind(new UInt128(id, id % 3), out var found) && found == row).All(found => found)
                && !table.TryFind(new UInt128(1, 3), out _);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void PopularTracksAreListedPerMarketAndPartOfTheDay()
    {
        var builder = new PopularTracksBuilder();
        builder.Add(3, "SE", Now, 10);
        builder.Add(4, "SE", Now.AddHours(8), 20);
        builder.Add(5, "DE", null);
        builder.Add(6, null, Now, double.NaN);
        builder.Add(7, "not a market", Now, 2);
        var popular = builder.Build();

        Assert.Equal([4, 3], popular.Find(MarketCode.Parse("SE"), null).Tracks.ToArray());
        Assert.Equal([3], popular.Find(MarketCode.Parse("SE"), PopularTracks.PartOfDay(Now)).Tracks.ToArray());
        Assert.Equal([5], popular.Find(MarketCode.Parse("DE"), null).Tracks.ToArray());
        Assert.Equal([4, 3, 7, 5], popular.Find(PopularTracks.World, null).Tracks.ToArray());
        Assert.Equal(1, popular.Find(PopularTracks.World, null).Scores[0]);
        Assert.Equal(0, popular.Find(MarketCode.Parse("FR"), null).Tracks.Length);
        Assert.Equal(0, PopularTracks.Empty.Find(PopularTracks.World, 2).Tracks.Length);
        Assert.Throws<InvalidDataException>(() => new PopularTracks(popular.Columns with { Scores = default }));
    }
}
