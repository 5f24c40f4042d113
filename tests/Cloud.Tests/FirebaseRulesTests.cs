using System.Net;
using Pulumi;
using Pulumi.Testing;
using Spotify.Cloud.Tests.Mocks;

namespace Spotify.Cloud.Tests;

/// <summary>The release of security rules over the REST API.</summary>
public sealed class FirebaseRulesTests
{
    private const string Release = "projects/p/releases/cloud.firestore";

    [Fact]
    public async Task A_release_of_another_ruleset_is_moved_with_one_request()
    {
        var google = new Google("""{"name":"projects/p/releases/cloud.firestore","rulesetName":"projects/p/rulesets/old"}""");

        await google.Rules.MoveAsync("p", Release, "projects/p/rulesets/new");

        Assert.Equal(
            [
                $"GET https://firebaserules.googleapis.com/v1/{Release} ",
                $"PATCH https://firebaserules.googleapis.com/v1/{Release} "
                    + $$$"""{"release":{"name":"{{{Release}}}","rulesetName":"projects/p/rulesets/new"}}""",
            ],
            google.Requests);
        Assert.Equal(["p"], google.BilledProjects);
    }

    [Fact]
    public async Task A_release_of_the_ruleset_is_not_changed()
    {
        var google = new Google("""{"rulesetName":"projects/p/rulesets/new"}""");

        await google.Rules.MoveAsync("p", Release, "projects/p/rulesets/new");

        Assert.StartsWith("GET ", Assert.Single(google.Requests), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_says_what_Google_answered()
    {
        var google = new Google("""{"error":{"message":"quota"}}""", HttpStatusCode.Forbidden);

        var error = await Assert.ThrowsAsync<RunException>(() => google.Rules.MoveAsync("p", Release, "projects/p/rulesets/new"));

        Assert.Equal("""The Firestore rules were not released (403): {"error":{"message":"quota"}}""", error.Message);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 0)]
    public async Task The_program_moves_the_release_unless_it_is_a_preview(bool isPreview, int moves)
    {
        var mocks = new CloudMocks("example-dev");

        await DeclareAsync(mocks, isPreview);

        Assert.Equal(moves, mocks.Releases.Length);
    }

    [Fact]
    public async Task A_release_that_cannot_be_moved_fails_the_deployment()
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(
            () => DeclareAsync(new CloudMocks("example-dev") { ReleaseError = "The rules were not released." }, isPreview: false));

        Assert.Contains("The rules were not released.", error.ToString(), StringComparison.Ordinal);
    }

    private static Task DeclareAsync(CloudMocks mocks, bool isPreview)
    {
        Environment.SetEnvironmentVariable("PULUMI_CONFIG", System.Text.Json.JsonSerializer.Serialize(Deployed.ConfigOf("dev")));
        var options = new TestOptions { ProjectName = "spotify", StackName = "dev", IsPreview = isPreview };
        return Deployment.TestAsync(mocks, options, () =>
        {
            var settings = StackSettings.Read();
            var rules = Path.Combine(Checkout.Root, "infra", "firestore", "firestore.rules");
            _ = new LiveDocuments(settings, new Services(settings.Project), rules, mocks);
        });
    }

    private sealed class Google(string answer, HttpStatusCode status = HttpStatusCode.OK) : HttpMessageHandler
    {
        public List<string> Requests { get; } = [];

        public List<string> BilledProjects { get; } = [];

        public FirebaseRules Rules => new(project =>
        {
            BilledProjects.Add(project);
            return Task.FromResult(new HttpClient(this, disposeHandler: false));
        });

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
            Requests.Add($"{request.Method} {request.RequestUri} {body}");
            return new HttpResponseMessage(status) { Content = new StringContent(answer) };
        }
    }
}
