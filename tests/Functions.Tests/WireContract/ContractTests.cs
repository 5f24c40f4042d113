using System.Net;
using System.Text.Json.Nodes;

namespace Spotify.Functions.Tests.WireContract;

/// <summary>Tests of the responses of every implemented operation against open-api.yml and their snapshots.</summary>
public sealed class ContractTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    // Where open-api.yml contradicts the behavior that clients rely on, which takes precedence.
    private static readonly IReadOnlyList<(string Operation, string At, string Reason)> KnownDeviations =
    [
        ("get-multiple-albums", "$.albums[*]", NullForUnknown),
        ("get-multiple-artists", "$.artists[*]", NullForUnknown),
        ("get-multiple-audiobooks", "$.audiobooks[*]", NullForUnknown),
        ("get-several-chapters", "$.chapters[*]", NullForUnknown),
        ("get-multiple-episodes", "$.episodes[*]", NullForUnknown),
        ("get-multiple-shows", "$.shows[*]", NullForUnknown),
        ("get-several-tracks", "$.tracks[*]", NullForUnknown),
        ("get-several-audio-features", "$.audio_features[*]", NullForUnknown),
        ("get-followed", "$.artists.next", NullAtTheEnd),
        ("get-followed", "$.artists.cursors.after", NullAtTheEnd),
        ("get-recently-played", "$.next", NullAtTheEnd),
        ("get-recently-played", "$.items[*].played_at", "in milliseconds as in Spotify's responses, because the cursors are"),
        ("get-recently-played", "$.items[*].context", "the context of a play is not always known"),
        ("get-queue", "$.currently_playing", NullForNothing),
        ("get-information-about-the-users-current-playback", "$.item", NullForNothing),
        ("get-information-about-the-users-current-playback", "$.context", NullForNothing),
        .. EpisodesAsTracks("get-playlist", "$.items.items[*]"),
        .. EpisodesAsTracks("get-playlist", "$.tracks.items[*]"),
        .. EpisodesAsTracks("get-playlists-items", "$.items[*]"),
        .. EpisodesAsTracks("get-playlists-tracks", "$.items[*]"),
    ];

    private const string NullForUnknown =
        "ids that are not known are answered with null in their place; the words say so for audiobooks, and clients count on it for all";

    private const string NullAtTheEnd = "the words say null if there is no next page, the schema does not";

    private const string NullForNothing = "the words say that the member can be null, the schema does not";

    private static readonly SchemaValidator Validator = new(ApiDescription.Current);

    public static TheoryData<string> Names => [.. ContractCase.All.Select(one => one.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Responses_match_the_description(string name)
    {
        var one = Case(name);
        var response = fixture.Response(one);
        Assert.True((int)one.Status == response.Status, $"{one.Request}: {response.Status} {response.Body}");
        Assert.Equal(Route(one), Operation(one).Route);
        AssertValid(
            Operation(one),
            response,
            KnownDeviations.Where(known => known.Operation == one.Operation).Select(known => known.At),
            one.IsPartial);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Responses_match_their_snapshots(string name)
    {
        var response = fixture.Response(Case(name));
        Snapshot.Check(name, Case(name).Request, response.Status, response.Body, fixture.BaseUrl);
    }

    [Fact]
    public void Every_implemented_operation_has_a_case()
    {
        Assert.NotEmpty(fixture.Implemented);
        var tried = ContractCase.All.Where(one => (int)one.Status < 300).Select(one => one.Operation).ToHashSet(StringComparer.Ordinal);
        Assert.Equal([], fixture.Implemented.Select(operation => operation.Id).Except(tried));
    }

    [Fact]
    public void Every_snapshot_has_a_case() => Assert.Empty(Snapshot.Names.Except(ContractCase.All.Select(one => one.Name)));

    [Fact]
    public void Known_deviations_from_the_description_still_exist() => Assert.All(KnownDeviations, known => Assert.Contains(
        ContractCase.All.Where(one => one.Operation == known.Operation && (int)one.Status < 300),
        one =>
            !one.IsPartial && fixture.Response(one).Body.Length > 0
            && Validator.Validate(Operation(one).Responses[(int)one.Status]!, JsonNode.Parse(fixture.Response(one).Body))
                .Any(error => error.At == known.At)));

    [Fact]
    public async Task Requests_without_a_token_get_the_described_401() =>
        AssertAll(await fixture.RefusalsAsync(Sender.Stranger), HttpStatusCode.Unauthorized);

    [Fact]
    public async Task Apps_without_a_user_get_the_described_403_on_user_routes() =>
        AssertAll(
            [
                .. (await fixture.RefusalsAsync(Sender.App))
                    .Where(answer => answer.Operation.Route.Contains("/v1/me", StringComparison.Ordinal)),
            ],
            HttpStatusCode.Forbidden);

    [Fact]
    public async Task Requests_beyond_the_rate_limit_get_the_described_429() =>
        AssertAll(await fixture.BeyondLimitsAsync(), HttpStatusCode.TooManyRequests);

    private static IEnumerable<(string Operation, string At, string Reason)> EpisodesAsTracks(string operation, string at) =>
        from name in (string[])["item", "track"]
        from member in (string[])
        [
            "audio_preview_url", "description", "html_description", "images", "is_externally_hosted", "languages", "release_date",
            "release_date_precision", "show",
        ]
        select (
            operation,
            $"{at}.{name}.{member}",
            "clients that do not ask for episodes by additional_types get them in the shape of tracks, of which type says episode still");

    private static ContractCase Case(string name) => ContractCase.All.Single(one => one.Name == name);

    private static ApiOperation Operation(ContractCase one) =>
        ApiDescription.Current.Operations.Single(operation => operation.Id == one.Operation);

    // The path of a case is the path of its operation with values for the parameters.
    private static string Route(ContractCase one)
    {
        var template = Operation(one).Route.Split('/');
        var path = one.Request.Split('?')[0].Split('/');
        return template.Length == path.Length ? string.Join('/', path.Select((step, i) => template[i] == "{}" ? "{}" : step)) : one.Request;
    }

    private static void AssertAll(IReadOnlyList<(ApiOperation Operation, ContractResponse Response)> answers, HttpStatusCode status)
    {
        Assert.NotEmpty(answers);
        foreach (var (operation, response) in answers)
        {
            Assert.True((int)status == response.Status, $"{operation.Route}: {response.Status} {response.Body}");
            AssertValid(operation, response, []);
        }
    }

    private static void AssertValid(
        ApiOperation operation, ContractResponse response, IEnumerable<string> knownToBeWrong, bool partial = false)
    {
        var schema = Schema(operation, response.Status);
        if (schema is null)
        {
            Assert.Equal("", response.Body);
            return;
        }

        Assert.Equal("application/json", response.MediaType);
        var errors = Validator.Validate(schema, JsonNode.Parse(response.Body))
            .Where(error => !knownToBeWrong.Contains(error.At) && !(partial && error.Problem == SchemaError.Missing));
        Assert.True(
            !errors.Any(),
            $"{operation.Route}, {response.Status}: {string.Join("; ", errors.Select(error => $"{error.At} {error.Problem}"))}");
    }

    // open-api.yml omits most error responses and declares those of /me/library without the enclosing object, so the schema of 401 is used
    // for all errors.
    private static JsonObject? Schema(ApiOperation operation, int status) =>
        status >= 400 ? operation.Responses[401] : operation.Responses[status];
}
