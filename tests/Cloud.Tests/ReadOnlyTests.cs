using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Audio;
using Spotify.Catalog;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Fixtures;
using Spotify.Functions.CdnWarming;
using Spotify.Local;
using Spotify.Local.Database;
using Spotify.Local.Identity;
using static Spotify.Fixtures.TestCatalog;

namespace Spotify.Cloud.Tests;

/// <summary>Functions whose row says that they only read the database may do nothing else to it in the cloud: here is asked whether they try.</summary>
public sealed class ReadOnlyTests
{
    private static readonly Playable[] Playables = [Dawn, Pilot, Chapter];

    private static readonly Dictionary<string, string> Ids = new()
    {
        ["albums"] = Sunrise.Id, ["artists"] = Beyonce.Id, ["audiobooks"] = Book.Id, ["chapters"] = Chapter.Id, ["episodes"] = Pilot.Id, ["shows"] = Radio.Id, ["tracks"] = Dawn.Id,
    };

    public static TheoryData<string> Readers => [.. FunctionTable.All.Where(row => row.Needs.Database == Access.Read).Select(row => row.Name)];

    [Theory]
    [MemberData(nameof(Readers))]
    public async Task It_never_writes(string name)
    {
        var row = FunctionTable.All.Single(row => row.Name == name);
        var guard = new Guard();
        await using var server = await LocalServer.StartAsync(builder =>
        {
            builder.Services.Replace(ServiceDescriptor.Singleton<IDatabase>(provider => guard.Around(provider.GetRequiredService<SqliteDatabase>())));
            builder.Services.AddHttpClient(CdnWarmer.HttpClientName).ConfigurePrimaryHttpMessageHandler(() => new Cdn());
        });
        var encoding = EncodingList.Format([new AudioEncoding(Codec.Vorbis, AudioQuality.High, 160, 1)]);
        await server.WriteAsync([.. Mutations, .. Playables.Select(playable => CatalogWriter.WriteAudio(playable.Id, "rev1", encoding, 0, null))]);
        // One whom the database knows, one whom it does not yet, and an app; the scheduler for what it calls.
        using var ada = await server.SignInAsync("ada");
        var issuer = server.Services.GetRequiredService<TokenIssuer>();
        var stranger = new User("stranger", "Stranger", null, "SE", Product.Premium, false, false, null, DateTimeOffset.UtcNow);
        string[] tokens = [ada.DefaultRequestHeaders.Authorization!.Parameter!, issuer.Issue(stranger, "app"), issuer.Issue("app"), issuer.IssueService(TokenIssuer.ServiceEmail)];
        var url = (await ada.GetJsonAsync($"/v1/playback/tracks/{Dawn.Id}")).At("url")!;

        guard.IsShut = true;
        foreach (var endpoint in Endpoints(server, row))
        {
            foreach (var method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods)
            {
                var answers = new List<HttpStatusCode>();
                foreach (var path in Paths(endpoint))
                {
                    foreach (var token in tokens)
                    {
                        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
                        if (method == "POST") request.Content = Body(path, url);
                        using var response = await server.Http.SendAsync(request);
                        Assert.True((int)response.StatusCode < 500, $"{method} {path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
                        answers.Add(response.StatusCode);
                    }
                }

                // Nothing is shown by requests that are all refused.
                Assert.True(answers.Any(status => (int)status is >= 200 and < 300), $"{method} {endpoint.RoutePattern.RawText}: {string.Join(", ", answers.Distinct())}");
            }
        }

        Assert.Equal(0, guard.Writes);
    }

    private static List<RouteEndpoint> Endpoints(LocalServer server, FunctionRow row)
    {
        var routes = row.Routes.ToHashSet();
        var found = server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Where(endpoint => routes.Contains(Template(endpoint))).ToList();
        Assert.Equal(routes.Order(StringComparer.Ordinal), found.Select(Template).Distinct().Order(StringComparer.Ordinal));
        return found;
    }

    private static string Template(RouteEndpoint endpoint) => "/" + string.Join('/', endpoint.RoutePattern.RawText!.Trim('/').Split('/').Select(segment => segment.StartsWith('{') ? "*" : segment));

    // With what is asked for and without, and with what there is not.
    private static IEnumerable<string> Paths(RouteEndpoint endpoint)
    {
        var template = Template(endpoint);
        var id = template.Split('/').Select(Ids.GetValueOrDefault).FirstOrDefault(id => id is not null) ?? Dawn.Id;
        var types = string.Join(',', Ids.Keys.Select(type => type[..^1]));
        foreach (var query in new[] { "", $"?ids={id},{Missing}", $"?ids={id}&market=SE&limit=1&offset=1", $"?q=dawn&type={types},playlist", "?q=n&type=track&market=from_token", "?q=&type=none&ids=none&market=XX&limit=0" })
            yield return template.Replace("*", id, StringComparison.Ordinal) + query;
        if (!template.Contains('*', StringComparison.Ordinal)) yield break;
        yield return template.Replace("*", Missing, StringComparison.Ordinal);
        yield return template.Replace("*", "none", StringComparison.Ordinal);
    }

    private static JsonContent Body(string path, string url) =>
        path.StartsWith(CdnWarmingEndpoints.Path, StringComparison.Ordinal) ? JsonContent.Create(new { albums = new[] { Sunrise.Id, Missing } }) : JsonContent.Create(new { url, status = 503 });

    private static string Missing => Spotify.Domain.SpotifyId.FromName("missing");

    /// <summary>Lets writes through until it is shut, and counts those that come after.</summary>
    private sealed class Guard
    {
        private int writes;

        public bool IsShut { get; set; }

        public int Writes => writes;

        public IDatabase Around(IDatabase database) => new Guarded(this, database);

        private void Write()
        {
            if (!IsShut) return;
            Interlocked.Increment(ref writes);
            throw new InvalidOperationException("This function may only read.");
        }

        private sealed class Guarded(Guard guard, IDatabase database) : IDatabase
        {
            public Task<Row?> ReadAsync(Table table, Key key, CancellationToken ct) => database.ReadAsync(table, key, ct);

            public IAsyncEnumerable<Row> QueryAsync(Statement statement, Parameters parameters, Staleness? staleness, CancellationToken ct) =>
                database.QueryAsync(statement, parameters, staleness, ct);

            public Task CommitAsync(IReadOnlyList<Mutation> mutations, CancellationToken ct)
            {
                guard.Write();
                return database.CommitAsync(mutations, ct);
            }

            public Task<T> TransactAsync<T>(Func<ITransaction, Task<T>> body, CancellationToken ct)
            {
                guard.Write();
                return database.TransactAsync(body, ct);
            }
        }
    }

    private sealed class Cdn : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent([0]) });
    }
}
