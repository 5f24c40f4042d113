using System.Net.Http.Json;
using System.Text;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Web.RateLimits;

namespace Spotify.Functions.Tests.WireContract;

/// <summary>A recorded response.</summary>
public sealed record ContractResponse(int Status, string? MediaType, string Body);

/// <summary>A host that has processed every <see cref="ContractCase"/>, in order.</summary>
public sealed class ContractFixture : IAsyncLifetime
{
    private readonly Dictionary<string, ContractResponse> responses = [];
    private LocalServer server = null!;

    /// <summary>The URL of the host.</summary>
    public Uri BaseUrl => server.Http.BaseAddress!;

    /// <summary>The operations in open-api.yml for which the host has routes.</summary>
    public IReadOnlyList<ApiOperation> Implemented { get; private set; } = [];

    public async Task InitializeAsync()
    {
        server = await LocalServer.StartAsync();
        var routes = server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(endpoint => (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [])
                .Select(method => $"{method} {ApiDescription.Template(endpoint.RoutePattern.RawText!.TrimEnd('/'))}"))
            .ToHashSet(StringComparer.Ordinal);
        Implemented = [.. ApiDescription.Current.Operations.Where(operation => routes.Contains(operation.Route))];

        var senders = await SignInAsync(server);
        await server.WriteAsync(
            [
                .. TestCatalog.Mutations, .. PlaylistCases.Mutations, .. ListeningCases.Mutations, .. TasteCases.Mutations,
                .. AudioFeatureCases.Mutations,
            ]);
        await AudioFeatureCases.WriteAnalysisAsync(server.Services.GetRequiredService<IObjectStore>(), TestCatalog.Duet.Id);
        using (var device = await senders[Sender.Ada].PutAsJsonAsync(
            "/v1/me/player/devices/kitchen", new { name = "Kitchen", type = "speaker", volume_percent = 50 }))
        {
            device.EnsureSuccessStatusCode();
        }

        foreach (var one in ContractCase.All)
            responses.Add(one.Name, await SendAsync(senders[one.Sender], one.Method, one.PathAndQuery, one.Body));
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    /// <summary>Returns the response to a case.</summary>
    public ContractResponse Response(ContractCase one) => responses[one.Name];

    /// <summary>Returns the responses of every implemented operation to a sender without access or beyond the rate limit.</summary>
    public async Task<IReadOnlyList<(ApiOperation Operation, ContractResponse Response)>> RefusalsAsync(Sender sender)
    {
        var senders = await SignInAsync(server);
        return await SendAllAsync(senders[sender]);
    }

    /// <summary>Returns the responses of every implemented operation when the rate limits are used up.</summary>
    public async Task<IReadOnlyList<(ApiOperation Operation, ContractResponse Response)>> BeyondLimitsAsync()
    {
        await using var strict = await LocalServer.StartAsync(
            builder =>
                builder.Services.Configure<RateLimitOptions>(
                    limits => limits.Standard = limits.Search = limits.Player = limits.PlayerState = limits.PlaylistChanges = 1),
            rateLimit: true);
        var ada = await strict.SignInAsync("ada");
        await SendAllAsync(ada);
        return await SendAllAsync(ada);
    }

    private static async Task<Dictionary<Sender, HttpClient>> SignInAsync(LocalServer server) => new()
    {
        [Sender.Ada] = await server.SignInAsync("ada", "premium", "SE"),
        [Sender.Bob] = await server.SignInAsync("bob", "free", "US"),
        [Sender.App] = server.SignInApp(),
        [Sender.Stranger] = server.Http,
    };

    private static async Task<ContractResponse> SendAsync(HttpClient client, string method, string pathAndQuery, string? body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), pathAndQuery) { Content = Content(body) };
        using var response = await client.SendAsync(request);
        return new ContractResponse(
            (int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsStringAsync());
    }

    // A body that is not JSON is a cover.
    private static StringContent? Content(string? body) =>
        body is null ? null : new StringContent(body, Encoding.UTF8, body.StartsWith('{') ? "application/json" : "image/jpeg");

    private async Task<IReadOnlyList<(ApiOperation, ContractResponse)>> SendAllAsync(HttpClient client)
    {
        var answers = new List<(ApiOperation, ContractResponse)>();
        foreach (var operation in Implemented)
        {
            var parts = operation.Route.Split(' ');
            answers.Add(
                (
                    operation,
                    await SendAsync(client, parts[0], parts[1].Replace("{}", TestCatalog.Dawn.Id, StringComparison.Ordinal), null)));
        }

        return answers;
    }
}
