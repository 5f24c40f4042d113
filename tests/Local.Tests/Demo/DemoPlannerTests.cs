using System.Text.RegularExpressions;
using Spotify.Demo;
using Spotify.Demo.Music;

namespace Spotify.Local.Tests.Demo;

public sealed partial class DemoPlannerTests
{
    private static readonly DateOnly Today = new(2025, 6, 1);
    private static readonly DemoPlan Plan = DemoPlanner.Plan(Today);

    private static IEnumerable<DemoNarration> Narrations =>
        Plan.Shows.Concat(Plan.Audiobooks).SelectMany(series => series.Parts);

    [Fact]
    public void The_catalog_has_the_documented_size()
    {
        Assert.Equal(25, Plan.Artists.Count);
        Assert.InRange(Plan.Albums.Count, 28, 40);
        Assert.InRange(Plan.Tracks.Count, 110, 200);
        Assert.Equal(2, Plan.Shows.Count);
        Assert.All(Plan.Shows, show => Assert.InRange(show.Parts.Count, 4, 6));
        Assert.InRange(Assert.Single(Plan.Audiobooks).Parts.Count, 5, 8);
        Assert.Equal(25, Plan.Playlist.TrackKeys.Count);
        Assert.Equal(3, Plan.Users.Count);
        Assert.Equal(Enum.GetValues<Genre>(), Plan.Tracks.Select(track => track.Genre).Distinct().Order());
        Assert.Equal(Enum.GetValues<DemoAlbumType>(), Plan.Albums.Select(album => album.Type).Distinct().Order());
    }

    [Fact]
    public void Keys_are_unique_and_references_exist()
    {
        string[] keys =
        [
            .. Plan.Artists.Select(artist => artist.Key),
            .. Plan.Albums.Select(album => album.Key),
            .. Plan.Tracks.Select(track => track.Key),
            .. Plan.Shows.Select(show => show.Key),
            .. Plan.Audiobooks.Select(book => book.Key),
            .. Narrations.Select(narration => narration.Key),
            Plan.Playlist.Key,
            .. Plan.Users.Select(user => user.Key),
        ];
        Assert.Equal(keys.Length, keys.Distinct().Count());
        string[] references =
        [
            .. Plan.Albums.SelectMany(album => album.ArtistKeys), .. Plan.Tracks.SelectMany(track => track.ArtistKeys),
            .. Plan.Tracks.Select(track => track.Album.Key), .. Plan.Playlist.TrackKeys, Plan.Playlist.OwnerKey,
        ];
        Assert.Empty(references.Except(keys));
        Assert.Empty(Plan.Albums.Select(album => album.Key).Except(Plan.Tracks.Select(track => track.Album.Key)));
        Assert.Empty(Plan.Artists.Select(artist => artist.Key).Except(Plan.Tracks.SelectMany(track => track.ArtistKeys)));
    }

    [Fact]
    public void The_letter_a_occurs_in_every_type()
    {
        Assert.Contains(Plan.Artists, artist => HasWordWithA(artist.Name));
        Assert.Contains(Plan.Albums, album => HasWordWithA(album.Name));
        Assert.Contains(Plan.Tracks, track => HasWordWithA(track.Title));
        Assert.Contains(Plan.Shows, show => HasWordWithA(show.Name));
        Assert.Contains(Plan.Shows.SelectMany(show => show.Parts), episode => HasWordWithA(episode.Title));
        Assert.Contains(Plan.Audiobooks, book => HasWordWithA(book.Name));
        Assert.True(HasWordWithA(Plan.Playlist.Name));
    }

    [Fact]
    public void Recordings_last_20_to_40_seconds_except_a_long_one()
    {
        TimeSpan[] durations =
            [.. Plan.Tracks.Select(track => track.Duration).Concat(Narrations.Select(narration => narration.Duration)).Order()];
        Assert.All(durations.SkipLast(1), duration => Assert.InRange(duration.TotalSeconds, 20, 40));
        Assert.InRange(durations[^1].TotalMinutes, 4, 6);
    }

    [Fact]
    public void Durations_are_those_of_the_compositions()
    {
        Assert.All(Plan.Tracks, track => Assert.Equal(
            Composer.Compose(track.Genre, track.Seed, track.Movements).Sum(piece => piece.Duration.TotalSeconds),
            track.Duration.TotalSeconds,
            0.001));
        Assert.All(Narrations, narration =>
            Assert.Equal(Composer.ComposeNarration(narration.Seed).Duration, narration.Duration));
    }

    [Fact]
    public void Codes_are_well_formed_and_unique()
    {
        Assert.All(Plan.Tracks, track => Assert.Matches(Isrc(), track.Isrc));
        Assert.Equal(Plan.Tracks.Count, Plan.Tracks.Select(track => track.Isrc).Distinct().Count());
        Assert.All(Plan.Albums, album =>
        {
            Assert.Matches(Upc(), album.Upc);
            Assert.Equal(0, album.Upc.Select((digit, i) => (digit - '0') * (i % 2 == 0 ? 3 : 1)).Sum() % 10);
        });
        Assert.Equal(Plan.Albums.Count, Plan.Albums.Select(album => album.Upc).Distinct().Count());
        Assert.Equal(Plan.Tracks.Count, Plan.Tracks.Select(track => track.Seed).Distinct().Count());
    }

    [Fact]
    public void Numbers_count_up_on_each_disc()
    {
        Assert.All(Plan.Tracks.GroupBy(track => (track.Album, track.Disc)), disc =>
            Assert.Equal(Enumerable.Range(1, disc.Count()), disc.Select(track => track.Number)));
        Assert.Contains(Plan.Tracks, track => track.Disc == 2);
    }

    [Fact]
    public void Rights_differ()
    {
        Assert.All(Plan.Tracks, track => Assert.Empty(track.Markets.Except(Plan.Markets)));
        Assert.True(Plan.Tracks.Count(track => track.Markets.Count == Plan.Markets.Count) > Plan.Tracks.Count * 0.85);
        Assert.Contains(Plan.Tracks, track => track.Markets is ["SE"]);
        Assert.Contains(Plan.Tracks, track => track.Markets is ["US"]);
        Assert.Contains(Plan.Tracks, track => track.Album.ReleaseDate > Today);
        Assert.Contains(Plan.Tracks, track => track.Album.ReleaseDate <= Today && track.Album.ReleaseDate > Today.AddDays(-7));
        Assert.InRange(Plan.Tracks.Count(track => track.Explicit), 3, 12);
        Assert.Contains(Plan.Tracks, track => track.ArtistKeys.Count > 1);
    }

    [Fact]
    public void Few_are_popular()
    {
        Assert.All(Plan.Tracks, track => Assert.InRange(track.Popularity, 0, 100));
        Assert.True(Plan.Tracks.Max(track => track.Popularity) > 80);
        Assert.True(Plan.Tracks.Select(track => track.Popularity).Order().ElementAt(Plan.Tracks.Count / 2) < 25);
    }

    [Fact]
    public void Everyone_may_play_the_whole_playlist()
    {
        var tracks = Plan.Tracks.ToDictionary(track => track.Key);
        Assert.All(Plan.Playlist.TrackKeys.Select(key => tracks[key]), track =>
        {
            Assert.False(track.Explicit);
            Assert.Equal(Plan.Markets, track.Markets);
            Assert.True(track.Album.ReleaseDate <= Today);
        });
    }

    [Fact]
    public void Names_are_written_in_several_scripts()
    {
        string[] names = [.. Plan.Artists.Select(artist => artist.Name), .. Plan.Tracks.Select(track => track.Title)];
        Assert.Contains(names, name => name.Any(letter => letter is >= 'А' and <= 'я'));
        Assert.Contains(names, name => name.Any(letter => letter is >= '\u3041' and <= '\u9FFF'));
        Assert.Contains(names, name => name.Contains('é'));
        Assert.Contains(names, name => name.Contains('ł'));
    }

    [Fact]
    public void Only_dates_depend_on_the_day()
    {
        var later = DemoPlanner.Plan(Today.AddDays(100));
        Assert.Equal(Plan.Tracks.Select(Lasting), later.Tracks.Select(Lasting));
        Assert.Equal(Plan.Artists.Select(artist => artist.Key), later.Artists.Select(artist => artist.Key));

        static (string, string, ulong, int) Lasting(DemoTrack track) => (track.Key, track.Title, track.Seed, track.Popularity);
    }

    private static bool HasWordWithA(string name) => WordWithA().IsMatch(name);

    [GeneratedRegex("^[A-Z]{2}[A-Z0-9]{3}[0-9]{7}$")]
    private static partial Regex Isrc();

    [GeneratedRegex("^[0-9]{12}$")]
    private static partial Regex Upc();

    [GeneratedRegex(@"(^|\W)a", RegexOptions.IgnoreCase)]
    private static partial Regex WordWithA();
}
