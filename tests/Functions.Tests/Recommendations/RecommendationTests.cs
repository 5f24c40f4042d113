using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Users;
using Spotify.Fixtures;
using Spotify.Functions.Recommendations.Seeds;
using Spotify.Recommendations.Tracks;
using static Spotify.Functions.Tests.Recommendations.PlantedMusic;

namespace Spotify.Functions.Tests.Recommendations;

/// <summary>Tests of recommendations that hold with and without a model.</summary>
public abstract class RecommendationContract(PlantedFixture fixture)
{
    private static readonly string[] Names =
    [
        "acousticness", "danceability", "duration_ms", "energy", "instrumentalness", "key", "liveness", "loudness", "mode", "popularity",
        "speechiness", "tempo", "time_signature", "valence",
    ];

    protected HttpClient Ada { get; } = fixture.Ada;

    protected LocalServer Server { get; } = fixture.Server;

    public static TheoryData<TrackAttribute, float> Middles()
    {
        var cases = new TheoryData<TrackAttribute, float>();
        foreach (var attribute in Enum.GetValues<TrackAttribute>())
        {
            var values = Tracks.Select(track => ValueOf(attribute, track.Id)).Order().ToArray();
            cases.Add(attribute, values[values.Length * 2 / 5]);
            cases.Add(attribute, values[values.Length * 3 / 5]);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Middles))]
    public async Task Minimum_and_maximum_of_every_attribute_are_hard(TrackAttribute attribute, float limit)
    {
        var (name, text) = (Names[(int)attribute], limit.ToString(CultureInfo.InvariantCulture));
        var above = await RecommendAsync($"seed_genres=jazz,folk&min_{name}={text}");
        Assert.NotEmpty(above);
        Assert.All(above, track => Assert.True(ValueOf(attribute, track) >= limit, $"{ValueOf(attribute, track)} < {limit}"));
        var below = await RecommendAsync($"seed_genres=jazz,folk&max_{name}={text}");
        Assert.NotEmpty(below);
        Assert.All(below, track => Assert.True(ValueOf(attribute, track) <= limit, $"{ValueOf(attribute, track)} > {limit}"));
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=101", "limit")]
    [InlineData("limit=x", "limit")]
    [InlineData("seed_tracks=x", "seed_tracks")]
    [InlineData("seed_artists=0123456789012345678901,%20%20!", "seed_artists")]
    [InlineData("seed_genres=a,b,c,d,e", "seed_artists, seed_genres and seed_tracks")]
    [InlineData("min_energy=x", "min_energy")]
    [InlineData("min_energy=", "min_energy")]
    [InlineData("min_energy=NaN", "min_energy")]
    [InlineData("max_energy=1.01", "max_energy")]
    [InlineData("target_energy=-0.01", "target_energy")]
    [InlineData("target_valence=1e999", "target_valence")]
    [InlineData("target_valence=0.5&target_valence=0.6", "target_valence")]
    [InlineData("min_key=12", "min_key")]
    [InlineData("max_key=-1", "max_key")]
    [InlineData("target_mode=0.5", "target_mode")]
    [InlineData("target_mode=2", "target_mode")]
    [InlineData("min_popularity=101", "min_popularity")]
    [InlineData("min_time_signature=12", "min_time_signature")]
    [InlineData("max_duration_ms=99999999999", "max_duration_ms")]
    [InlineData("max_duration_ms=1.5", "max_duration_ms")]
    [InlineData("target_tempo=fast", "target_tempo")]
    [InlineData("min_loudness=-INF", "min_loudness")]
    [InlineData("min_energy=0.6&max_energy=0.5", "min_energy")]
    [InlineData("min_tempo=120&max_tempo=119.9", "max_tempo")]
    [InlineData("market=XX", "market")]
    public async Task Bad_input_is_an_error_that_names_the_parameter(string query, string name)
    {
        using var response = await Ada.GetAsync($"/v1/recommendations?seed_genres=jazz&{query}");
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var error = await response.Content.ReadFromJsonAsync<JsonObject>();
        Assert.Contains(name, error!.At("error", "message"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?seed_genres=")]
    [InlineData("?seed_genres=,&seed_tracks=")]
    [InlineData("?seed_genres=a,b,c&seed_artists=0000000000000000000000,1111111111111111111111,2222222222222222222222")]
    public async Task One_to_five_seeds_are_wanted(string query)
    {
        using var response = await Ada.GetAsync($"/v1/recommendations{query}");
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("1 to 5", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Seeds_are_described_in_the_response()
    {
        var (artist, track) = (ArtistOf(0).Id, Hit(1).Id);
        var response = await Ada.GetJsonAsync($"/v1/recommendations?seed_tracks={track}&seed_genres=jazz&seed_artists={artist}");
        var seeds = response["seeds"]!.AsArray();
        Assert.Equal(
            [("artist", artist), ("genre", "jazz"), ("track", track)], seeds.Select(seed => (seed!.At("type"), seed!.At("id"))));
        Assert.EndsWith($"/v1/artists/{artist}", seeds[0]!.At("href"), StringComparison.Ordinal);
        Assert.EndsWith($"/v1/tracks/{track}", seeds[2]!.At("href"), StringComparison.Ordinal);
        Assert.Null(seeds[1]!["href"]);
        Assert.All(seeds, seed =>
        {
            var (initial, relinked) = (Size(seed, "initialPoolSize"), Size(seed, "afterRelinkingSize"));
            var filtered = Size(seed, "afterFilteringSize");
            Assert.True(initial >= relinked && relinked >= filtered && filtered > 0, $"{seed}");
        });

        static int Size(JsonNode? seed, string name) => seed![name]!.GetValue<int>();
    }

    [Fact]
    public async Task The_limit_holds_and_no_track_is_repeated_or_a_seed()
    {
        Assert.Equal(20, (await RecommendAsync("seed_genres=folk")).Count);
        Assert.Single(await RecommendAsync("seed_genres=folk&limit=1"));
        var many = await RecommendAsync($"seed_tracks={Hit(1).Id}&limit=100");
        Assert.InRange(many.Count, 20, 100);
        Assert.Equal(many.Count, many.Distinct().Count());
        Assert.DoesNotContain(Hit(1).Id, many);
    }

    [Fact]
    public async Task Tracks_are_available_in_the_market_of_the_user_or_the_parameter()
    {
        Assert.DoesNotContain(await RecommendAsync("seed_genres=deep-house&limit=100"), IsGermanOnly);
        using var app = Server.SignInApp();
        Assert.DoesNotContain(await RecommendAsync("seed_genres=deep-house&limit=100&market=US", app), IsGermanOnly);
        Assert.Contains(await RecommendAsync("seed_genres=deep-house&limit=100&market=DE", app), IsGermanOnly);
        Assert.Equal(20, (await RecommendAsync("seed_genres=deep-house", app)).Count);

        static bool IsGermanOnly(string id) =>
            id == Withdrawn.Id || !Track(id).Rights.Markets.Contains("SE");
    }

    [Fact]
    public async Task Listeners_who_filter_explicit_content_get_none()
    {
        Assert.Contains(await RecommendAsync("seed_genres=metal&limit=100"), IsExplicit);
        using var child = await Server.SignInAsync("child");
        await Server.WriteAsync(Mutation.Update(User.Table, ("UserId", "child"), ("ExplicitFilter", true)));
        var tracks = await RecommendAsync("seed_genres=metal&limit=100", child);
        Assert.NotEmpty(tracks);
        Assert.DoesNotContain(tracks, IsExplicit);

        static bool IsExplicit(string id) => Track(id).Explicit;
    }

    [Fact]
    public async Task What_a_listener_does_not_want_is_left_out()
    {
        using var eve = await Server.SignInAsync("eve");
        var before = await RecommendAsync("seed_genres=jazz", eve);
        var artist = Track(before[1]).Artists[0].Id;
        var added = await eve.PutAsJsonAsync(
            "/v1/me/taste/not-interested", new { uris = new[] { $"spotify:track:{before[0]}", $"spotify:artist:{artist}" } });
        Assert.Equal(HttpStatusCode.OK, added.StatusCode);
        var after = await RecommendAsync("seed_genres=jazz", eve);
        Assert.NotEmpty(after);
        Assert.DoesNotContain(before[0], after);
        Assert.DoesNotContain(after, id => Track(id).Artists[0].Id == artist);
    }

    [Fact]
    public async Task Seeds_that_nobody_knows_have_empty_pools()
    {
        var response = await Ada.GetJsonAsync(
            $"/v1/recommendations?seed_tracks={SpotifyId.FromName("x")}&seed_artists={SpotifyId.FromName("y")}&seed_genres=polka");
        Assert.Empty(response["tracks"]!.AsArray());
        Assert.All(response["seeds"]!.AsArray(), seed => Assert.Equal("0", seed!.At("initialPoolSize")));
    }

    [Fact]
    public async Task Related_artists_are_of_the_same_taste()
    {
        var response = await Ada.GetJsonAsync($"/v1/artists/{ArtistOf(2).Id}/related-artists");
        var related = response["artists"]!.AsArray().Select(artist => artist!.At("id")!).ToList();
        Assert.InRange(related.Count, 11, 20);
        Assert.DoesNotContain(ArtistOf(2).Id, related);
        Assert.All(related.Take(8), id => Assert.Equal(["Jazz"], Artists.Append(NewArtist).First(artist => artist.Id == id).Genres));
        var newcomer = await Ada.GetJsonAsync($"/v1/artists/{NewArtist.Id}/related-artists");
        Assert.Contains(newcomer["artists"]!.AsArray(), artist => artist!.At("id") == ArtistOf(2).Id);
        using var app = Server.SignInApp();
        Assert.NotEmpty((await app.GetJsonAsync($"/v1/artists/{ArtistOf(2).Id}/related-artists"))["artists"]!.AsArray());
    }

    [Theory]
    [InlineData("0000000000000000000000", HttpStatusCode.NotFound)]
    [InlineData("x", HttpStatusCode.BadRequest)]
    public async Task Related_artists_of_unknown_artists_are_an_error(string id, HttpStatusCode status)
    {
        using var response = await Ada.GetAsync($"/v1/artists/{id}/related-artists");
        Assert.Equal(status, response.StatusCode);
    }

    protected static float ValueOf(TrackAttribute attribute, string id) =>
        AttributeValues.Of(attribute, Track(id), Features.GetValueOrDefault(id));

    protected Task<IReadOnlyList<string>> RecommendAsync(string query) => RecommendAsync(query, Ada);

    protected static async Task<IReadOnlyList<string>> RecommendAsync(string query, HttpClient client)
    {
        var response = await client.GetJsonAsync($"/v1/recommendations?{query}");
        return [.. response["tracks"]!.AsArray().Select(track => track!.At("id")!)];
    }
}

/// <summary>Tests of recommendations with a model.</summary>
public sealed class RecommendationTests(PlantedFixture fixture) : RecommendationContract(fixture), IClassFixture<PlantedFixture>
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Recommendations_have_the_taste_of_the_seed(int taste)
    {
        string[] seeds =
        [
            $"seed_genres={Genres[taste].ToLowerInvariant().Replace(' ', '-')}", $"seed_artists={ArtistOf(taste).Id}",
            $"seed_tracks={Hit(taste).Id}",
        ];
        foreach (var seed in seeds)
        {
            var tracks = await RecommendAsync(seed);
            Assert.InRange(tracks.Count(track => Genre(track) == Genres[taste]), 17, 20);
        }
    }

    [Theory]
    [InlineData("target_energy=1", TrackAttribute.Energy, 1f)]
    [InlineData("target_energy=0", TrackAttribute.Energy, 0f)]
    [InlineData("target_tempo=160", TrackAttribute.Tempo, 160f)]
    [InlineData("target_popularity=40", TrackAttribute.Popularity, 40f)]
    public async Task A_target_pulls_the_tracks(string query, TrackAttribute attribute, float target)
    {
        var (without, with) = (await RecommendAsync("seed_genres=folk"), await RecommendAsync($"seed_genres=folk&{query}"));
        Assert.True(Distance(with) < 0.7 * Distance(without), $"{Distance(with)} {Distance(without)}");

        double Distance(IReadOnlyList<string> tracks) => tracks.Average(track => Math.Abs(ValueOf(attribute, track) - target));
    }

    [Fact]
    public async Task New_tracks_stand_for_their_artist_or_genre()
    {
        Assert.InRange((await RecommendAsync($"seed_tracks={NewTrackOfKnownArtist.Id}")).Count(track => Genre(track) == "folk"), 17, 20);
        Assert.InRange((await RecommendAsync($"seed_tracks={NewTrackOfNewArtist.Id}")).Count(track => Genre(track) == "Jazz"), 17, 20);
        Assert.InRange((await RecommendAsync($"seed_artists={NewArtist.Id}")).Count(track => Genre(track) == "Jazz"), 17, 20);
    }

    [Fact]
    public async Task The_same_request_has_the_same_response_for_a_day()
    {
        var first = await RecommendAsync("seed_genres=folk");
        Assert.Equal(first, await RecommendAsync("seed_genres=folk"));
    }
}

/// <summary>Tests of recommendations without a model.</summary>
public sealed class UntrainedRecommendationTests(UntrainedFixture fixture)
    : RecommendationContract(fixture), IClassFixture<UntrainedFixture>
{
    [Fact]
    public async Task Popular_tracks_of_the_seeds_come_first()
    {
        Assert.All((await RecommendAsync($"seed_artists={ArtistOf(3).Id}&limit=5")), track =>
            Assert.Equal(ArtistOf(3).Id, Track(track).Artists[0].Id));
        Assert.All(await RecommendAsync("seed_genres=deep-house"), track => Assert.Equal("Deep House", Genre(track)));
        Assert.All((await RecommendAsync($"seed_tracks={NewTrackOfNewArtist.Id}")).Take(10), track => Assert.Equal("Jazz", Genre(track)));
    }
}
