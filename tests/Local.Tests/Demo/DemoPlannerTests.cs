using System.Text.RegularExpressions;
using Spotify.Demo;
using Spotify.Demo.Music;

namespace Spotify.Local.Tests.Demo;

public sealed partial class DemoPlannerTests
{
    private static readonly DateOnly Today = new(2025, 6, 1);
    private static readonly DemoPlan Plan = DemoPlanner.Plan(Today);

    private static IEnumerable<DemoNarration> Narrations =>
        Plan.Shows.SelectMany(show => show.Episodes).Concat(Plan.Audiobooks.SelectMany(book => book.Chapters));

    [Fact]
    public void The_catalog_is_as_large_as_promised()
    {
        Assert.Equal(25, Plan.Artists.Count);
        Assert.InRange(Plan.Albums.Count, 28, 40);
        Assert.InRange(Plan.Tracks.Count, 110, 200);
        Assert.Equal(2, Plan.Shows.Count);
        Assert.All(Plan.Shows, show => Assert.InRange(show.Episodes.Count, 4, 6));
        Assert.InRange(Assert.Single(Plan.Audiobooks).Chapters.Count, 5, 8);
        Assert.Equal(25, Assert.Single(Plan.Playlists).TrackKeys.Count);
        Assert.Equal(3, Plan.Users.Count);
        Assert.Equal(Enum.GetValues<Genre>(), Plan.Tracks.Select(track => track.Genre).Distinct().Order());
        Assert.Equal(Enum.GetValues<DemoAlbumType>(), Plan.Albums.Select(album => album.Type).Distinct().Order());
    }

    [Fact]
    public void Keys_are_unique_and_references_lead_somewhere()
    {
        string[] keys =
        [
            .. Plan.Artists.Select(artist => artist.Key),
            .. Plan.Albums.Select(album => album.Key),
            .. Plan.Tracks.Select(track => track.Key),
            .. Plan.Shows.Select(show => show.Key),
            .. Plan.Audiobooks.Select(book => book.Key),
            .. Narrations.Select(narration => narration.Key),
            .. Plan.Playlists.Select(playlist => playlist.Key),
            .. Plan.Users.Select(user => user.Key),
        ];
        Assert.Equal(keys.Length, keys.Distinct().Count());
        string[] references =
        [
            .. Plan.Albums.SelectMany(album => album.ArtistKeys), .. Plan.Tracks.SelectMany(track => track.ArtistKeys),
            .. Plan.Tracks.Select(track => track.AlbumKey), .. Plan.Playlists.SelectMany(playlist => playlist.TrackKeys),
            .. Plan.Playlists.Select(playlist => playlist.OwnerKey),
        ];
        Assert.Empty(references.Except(keys));
        Assert.Empty(Plan.Albums.Select(album => album.Key).Except(Plan.Tracks.Select(track => track.AlbumKey)));
        Assert.Empty(Plan.Artists.Select(artist => artist.Key).Except(Plan.Tracks.SelectMany(track => track.ArtistKeys)));
    }

    [Fact]
    public void The_letter_a_finds_some_of_every_type()
    {
        Assert.Contains(Plan.Artists, artist => HasWordWithA(artist.Name));
        Assert.Contains(Plan.Albums, album => HasWordWithA(album.Name));
        Assert.Contains(Plan.Tracks, track => HasWordWithA(track.Title));
        Assert.Contains(Plan.Shows, show => HasWordWithA(show.Name));
        Assert.Contains(Plan.Shows.SelectMany(show => show.Episodes), episode => HasWordWithA(episode.Title));
        Assert.Contains(Plan.Audiobooks, book => HasWordWithA(book.Name));
        Assert.Contains(Plan.Playlists, playlist => HasWordWithA(playlist.Name));
    }

    [Fact]
    public void Everything_lasts_20_to_40_seconds_and_as_long_as_its_sound()
    {
        TimeSpan[] durations = [.. Plan.Tracks.Select(track => track.Duration), .. Narrations.Select(narration => narration.Duration)];
        Assert.All(durations, duration => Assert.InRange(duration.TotalSeconds, 20, 40));
        Assert.All(Plan.Tracks, track => Assert.Equal(Composer.Compose(track.Genre, track.Seed).Duration, track.Duration));
        Assert.All(Narrations, narration => Assert.Equal(Composer.ComposeNarration(narration.Seed).Duration, narration.Duration));
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
        Assert.All(Plan.Tracks.GroupBy(track => (track.AlbumKey, track.Disc)), disc =>
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
        Assert.Contains(Plan.Tracks, track => track.AvailableFrom > Today);
        Assert.Contains(Plan.Tracks, track => track.AvailableFrom <= Today && track.AvailableFrom > Today.AddDays(-7));
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
        Assert.All(Plan.Playlists[0].TrackKeys.Select(key => tracks[key]), track =>
        {
            Assert.False(track.Explicit);
            Assert.Equal(Plan.Markets, track.Markets);
            Assert.True(track.AvailableFrom <= Today);
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
        Assert.Equal(Plan.Artists.Select(artist => artist.CoverSeed), later.Artists.Select(artist => artist.CoverSeed));

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
