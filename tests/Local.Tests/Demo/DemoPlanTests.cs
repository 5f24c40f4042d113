using System.Text.RegularExpressions;
using Spotify.Demo;
using Spotify.Demo.Music;
using Spotify.Domain;
using Spotify.Domain.Catalog;

namespace Spotify.Local.Tests.Demo;

public sealed partial class DemoPlanTests
{
    private static readonly DateOnly Today = new(2025, 6, 1);
    private static readonly DateTimeOffset Midnight = new(Today, TimeOnly.MinValue, TimeSpan.Zero);
    private static readonly DemoPlan Plan = new(Today);

    private static IEnumerable<Playable> Tracks => Plan.Tracks.Select(track => track.Playable);

    private static IEnumerable<Playable> Narrations => Plan.Narrations.Select(narration => narration.Playable);

    [Fact]
    public void The_catalog_has_the_documented_size()
    {
        Assert.Equal(25, Plan.Artists.Count);
        Assert.InRange(Plan.Albums.Count, 28, 40);
        Assert.Equal(131, Plan.Tracks.Count);
        Assert.Equal(2, Plan.Shows.Count);
        Assert.All(Plan.Shows, show => Assert.InRange(Narrations.Count(episode => episode.ParentId == show.Id), 4, 6));
        Assert.InRange(Narrations.Count(chapter => chapter.ParentId == Plan.Book.Id), 5, 8);
        Assert.Equal(25, Plan.Playlist.Count);
        Assert.Equal(3, DemoPlan.Users.Count);
        Assert.Equal(Enum.GetValues<Genre>(), Plan.Tracks.Select(track => track.Genre!.Value).Distinct().Order());
        Assert.Equal(["album", "compilation", "single"], Plan.Albums.Select(album => album.AlbumType).Distinct().Order());
    }

    [Fact]
    public void Ids_are_unique_and_references_exist()
    {
        string[] ids =
        [
            .. Plan.Artists.Select(artist => artist.Id),
            .. Plan.Albums.Select(album => album.Id),
            .. Tracks.Select(track => track.Id),
            .. Plan.Shows.Select(show => show.Id),
            Plan.Book.Id,
            .. Narrations.Select(narration => narration.Id),
            .. DemoPlan.Users.Select(user => user.Id),
        ];
        Assert.Equal(ids.Length, ids.Distinct().Count());
        string[] references =
        [
            .. Plan.Albums.SelectMany(album => album.Artists).Select(artist => artist.Id),
            .. Tracks.SelectMany(track => track.Artists).Select(artist => artist.Id),
            .. Tracks.Concat(Narrations).Select(playable => playable.ParentId),
            .. Plan.Playlist.Select(track => track.Id),
            DemoPlan.PlaylistOwner,
        ];
        Assert.Empty(references.Except(ids));
        Assert.Empty(Plan.Albums.Select(album => album.Id).Except(Tracks.Select(track => track.ParentId)));
        Assert.Empty(Plan.Artists.Select(artist => artist.Id).Except(
            Tracks.SelectMany(track => track.Artists).Select(artist => artist.Id)));
    }

    [Fact]
    public void The_letter_a_occurs_in_every_type()
    {
        Assert.Contains(Plan.Artists, artist => HasWordWithA(artist.Name));
        Assert.Contains(Plan.Albums, album => HasWordWithA(album.Name));
        Assert.Contains(Tracks, track => HasWordWithA(track.Name));
        Assert.Contains(Plan.Shows, show => HasWordWithA(show.Name));
        Assert.Contains(Narrations, episode => episode.Type == EntityType.Episode && HasWordWithA(episode.Name));
        Assert.True(HasWordWithA(Plan.Book.Name));
        Assert.True(HasWordWithA(DemoPlan.PlaylistName));
    }

    [Fact]
    public void Recordings_last_20_to_40_seconds_except_a_long_one()
    {
        int[] durations = [.. Tracks.Concat(Narrations).Select(playable => playable.DurationMs).Order()];
        Assert.All(durations.SkipLast(1), duration => Assert.InRange(duration, 20_000, 40_000));
        Assert.InRange(durations[^1], 240_000, 360_000);
    }

    [Fact]
    public void Durations_are_those_of_the_compositions() =>
        Assert.All(Plan.Tracks.Concat(Plan.Narrations), recording => Assert.Equal(
            recording.Compose().Sum(movement => movement.Duration.TotalMilliseconds), recording.Playable.DurationMs, 1.0));

    [Fact]
    public void Codes_are_well_formed_and_unique()
    {
        Assert.All(Tracks, track => Assert.Matches(Isrc(), track.Isrc!));
        Assert.Equal(Plan.Tracks.Count, Tracks.Select(track => track.Isrc).Distinct().Count());
        Assert.All(Plan.Albums, album =>
        {
            Assert.Matches(Upc(), album.Upc!);
            Assert.Equal(0, album.Upc!.Select((digit, i) => (digit - '0') * (i % 2 == 0 ? 3 : 1)).Sum() % 10);
        });
        Assert.Equal(Plan.Albums.Count, Plan.Albums.Select(album => album.Upc).Distinct().Count());
        Assert.Equal(Plan.Tracks.Count, Plan.Tracks.Select(track => track.Seed).Distinct().Count());
    }

    [Fact]
    public void Numbers_count_up_on_each_disc()
    {
        Assert.All(Tracks.GroupBy(track => (track.ParentId, track.DiscNumber)), disc =>
            Assert.Equal(Enumerable.Range(1, disc.Count()), disc.Select(track => track.Number)));
        Assert.Contains(Tracks, track => track.DiscNumber == 2);
    }

    [Fact]
    public void Tracks_have_different_rights()
    {
        Assert.True(Tracks.Count(track => track.Rights.Markets == MarketSet.Everywhere) > Plan.Tracks.Count * 0.85);
        Assert.All(Tracks, track => Assert.Empty(track.Rights.Markets.ToList().Except(Markets.All)));
        Assert.Contains(Tracks, track => track.Rights.Markets.Text == "SE");
        Assert.Contains(Tracks, track => track.Rights.Markets.Text == "US");
        Assert.Contains(Tracks, track => track.Rights.From > Midnight);
        Assert.Contains(Tracks, track => track.Rights.From <= Midnight && track.Rights.From > Midnight.AddDays(-7));
        Assert.InRange(Tracks.Count(track => track.Explicit), 3, 12);
        Assert.Contains(Tracks, track => track.Artists.Count > 1);
    }

    [Fact]
    public void Few_tracks_are_popular()
    {
        Assert.All(Tracks, track => Assert.InRange(track.Popularity, 0, 100));
        Assert.True(Tracks.Max(track => track.Popularity) > 80);
        Assert.True(Tracks.Select(track => track.Popularity).Order().ElementAt(Plan.Tracks.Count / 2) < 25);
    }

    [Fact]
    public void Everyone_may_play_the_whole_playlist() => Assert.All(Plan.Playlist, track =>
    {
        Assert.False(track.Explicit);
        Assert.Equal(MarketSet.Everywhere, track.Rights.Markets);
        Assert.True(track.Rights.From <= Midnight);
    });

    [Fact]
    public void Names_are_written_in_several_scripts()
    {
        string[] names = [.. Plan.Artists.Select(artist => artist.Name), .. Tracks.Select(track => track.Name)];
        Assert.Contains(names, name => name.Any(letter => letter is >= 'А' and <= 'я'));
        Assert.Contains(names, name => name.Any(letter => letter is >= '\u3041' and <= '\u9FFF'));
        Assert.Contains(names, name => name.Contains('é'));
        Assert.Contains(names, name => name.Contains('ł'));
    }

    [Fact]
    public void Only_dates_depend_on_the_day()
    {
        var later = new DemoPlan(Today.AddDays(100));
        Assert.Equal(Plan.Tracks.Select(Lasting), later.Tracks.Select(Lasting));
        Assert.Equal(Plan.Covers, later.Covers);

        static (string, string, ulong, int) Lasting(DemoRecording track) =>
            (track.Playable.Id, track.Playable.Name, track.Seed, track.Playable.Popularity);
    }

    private static bool HasWordWithA(string name) => WordWithA().IsMatch(name);

    [GeneratedRegex("^[A-Z]{2}[A-Z0-9]{3}[0-9]{7}$")]
    private static partial Regex Isrc();

    [GeneratedRegex("^[0-9]{12}$")]
    private static partial Regex Upc();

    [GeneratedRegex(@"(^|\W)a", RegexOptions.IgnoreCase)]
    private static partial Regex WordWithA();
}
