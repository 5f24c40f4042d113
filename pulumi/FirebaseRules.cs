using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Apis.Auth.OAuth2;
using Google.Apis.Http;
using Pulumi;

namespace Spotify.Cloud;

/// <summary>The releases of security rules.</summary>
internal interface IRuleReleases
{
    /// <summary>Makes a release refer to a ruleset. Does nothing if it does already.</summary>
    /// <param name="project">The project that is billed for the call.</param>
    /// <param name="release">The resource name of the release.</param>
    /// <param name="ruleset">The resource name of the ruleset.</param>
    /// <exception cref="RunException">Google refuses.</exception>
    Task MoveAsync(string project, string release, string ruleset);
}

/// <summary>The releases of Firebase Rules, over its REST API.</summary>
/// <param name="connect">Returns a client that is authorized and billed to a project.</param>
/// <seealso href="https://firebase.google.com/docs/reference/rules/rest/v1/projects.releases"/>
internal sealed class FirebaseRules(Func<string, Task<HttpClient>> connect) : IRuleReleases
{
    /// <summary>The service, with application default credentials.</summary>
    public static FirebaseRules Default { get; } = new(ConnectAsync);

    /// <inheritdoc/>
    public async Task MoveAsync(string project, string release, string ruleset)
    {
        using var http = await connect(project);
        var address = $"https://firebaserules.googleapis.com/v1/{release}";
        var current = await SendAsync(http, new HttpRequestMessage(HttpMethod.Get, address));
        if (current.GetProperty("rulesetName").GetString() == ruleset) return;
        var body = new JsonObject { ["release"] = new JsonObject { ["name"] = release, ["rulesetName"] = ruleset } };
        await SendAsync(http, new HttpRequestMessage(HttpMethod.Patch, address)
        {
            Content = new StringContent(body.ToJsonString(), new MediaTypeHeaderValue("application/json")),
        });
    }

    private static async Task<JsonElement> SendAsync(HttpClient http, HttpRequestMessage request)
    {
        using (request)
        {
            using var response = await http.SendAsync(request);
            var text = await response.Content.ReadAsStringAsync();
            return response.IsSuccessStatusCode
                ? JsonElement.Parse(text)
                : throw new RunException($"The Firestore rules were not released ({(int)response.StatusCode}): {text}");
        }
    }

    private static async Task<HttpClient> ConnectAsync(string project)
    {
        var credential = (await GoogleCredential.GetApplicationDefaultAsync())
            .CreateScoped("https://www.googleapis.com/auth/cloud-platform")
            .CreateWithQuotaProject(project);
        return new HttpClientFactory().CreateHttpClient(new CreateHttpClientArgs { Initializers = { credential } });
    }
}
