using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Audio;
using Spotify.Audio.Features;
using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Fixtures;
using Spotify.Functions.CdnWarming;
using Spotify.Local.Database;
using Spotify.Local.Identity;
using Spotify.Web.Functions;
using Spotify.Web.Identity;
using static Spotify.Fixtures.TestCatalog;

namespace Spotify.Cloud.Tests;

/// <summary>
/// Functions with read-only access to the database. In the cloud their role denies writes; the tests send requests to every endpoint on one
/// machine and fail at the first write.
/// </summary>
public sealed class ReadOnlyTests
{
    private static readonly Playable[] Playables = [Dawn, Pilot, Chapter];

    private static readonly Dictionary<string, string> Ids = new()
    {
        ["albums"] = Sunrise.Id,
        ["artists"] = Beyonce.Id,
        ["audiobooks"] = Book.Id,
        ["categories"] = "chill",
        ["chapters"] = Chapter.Id,
        ["episodes"] = Pilot.Id,
        ["shows"] = Radio.Id,
        ["tracks"] = Dawn.Id,
    };

    public static TheoryData<string> Readers =>
        [.. CloudFunction.All.Where(function => function.Uses.Database == Access.Read).Select(function => function.Name)];

    private static string Missing => SpotifyId.FromName("missing");

    [Theory]
    [MemberData(nameof(Readers))]
    public async Task A_function_with_read_access_never_writes(string name)
    {
        var guard = new WriteGuard();
        await using var server = await LocalServer.StartAsync(builder =>
        {
            builder.Services.Replace(ServiceDescriptor.Singleton<IDatabase>(
                provider => guard.Around(provider.GetRequiredService<SqliteDatabase>())));
            builder.Services.AddHttpClient(CdnWarmer.HttpClientName).ConfigurePrimaryHttpMessageHandler(() => new Cdn());
            // Scheduled functions write, at any time.
            builder.Services.Remove(builder.Services.Single(service => service.ImplementationType?.Name == "ScheduleRunner"));
        });
        var native = new AudioEncoding(Codec.NativeFlac, AudioQuality.Lossless, 1411, 1);
        var encoding = EncodingList.Format([new AudioEncoding(Codec.Vorbis, AudioQuality.High, 160, 1), native]);
        var store = server.Services.GetRequiredService<IObjectStore>();
        foreach (var file in new[] { native.FileName, AudioAnalysis.FileName })
            await store.WriteAsync($"tracks/{Dawn.Id}/rev1/{file}", Stream.Null, new WriteOptions("application/octet-stream"), default);
        var audio = Playables.Select(playable => CatalogWriter.WriteAudio(playable.Id, "rev1", encoding, 0, null));
        var silence = new FeatureExtractor().Complete().Features;
        await server.WriteAsync([.. Mutations, .. audio, AudioFeatureRows.Write(Dawn.Id, "rev1", silence)]);
        using var ada = await server.SignInAsync("ada");
        var tokens = Tokens(server, ada);
        var url = (await ada.GetJsonAsync($"/v1/playback/tracks/{Dawn.Id}")).At("url")!;

        guard.RejectsWrites = true;
        foreach (var endpoint in Endpoints(server, CloudFunction.All.Single(function => function.Name == name)))
        {
            foreach (var method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods)
            {
                var statuses = await SendAllAsync(server, endpoint, method, tokens, url);
                // Requests that are all rejected prove nothing.
                Assert.True(
                    statuses.Any(status => (int)status is >= 200 and < 300),
                    $"{method} {endpoint.RoutePattern.RawText}: {string.Join(", ", statuses.Distinct())}");
            }
        }

        Assert.Equal(0, guard.Writes);
    }

    // Tokens of a user in the database, of a user not yet in the database, of an app and of the scheduler.
    private static string[] Tokens(LocalServer server, HttpClient ada)
    {
        var issuer = server.Issuer(TimeProvider.System);
        return
        [
            ada.DefaultRequestHeaders.Authorization!.Parameter!,
            issuer.Issue("stranger", "SE", Product.Premium, "app", Scopes.All),
            issuer.IssueApp("app"),
            server.Services.GetRequiredService<ServiceTokens>().Issue(),
        ];
    }

    private static async Task<List<HttpStatusCode>> SendAllAsync(
        LocalServer server, RouteEndpoint endpoint, string method, string[] tokens, string url)
    {
        var statuses = new List<HttpStatusCode>();
        foreach (var path in Paths(endpoint))
        {
            foreach (var token in tokens)
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), path);
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
                if (method == "POST") request.Content = Body(path, url);
                using var response = await server.Http.SendAsync(request);
                Assert.True(
                    (int)response.StatusCode < 500,
                    $"{method} {path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
                statuses.Add(response.StatusCode);
            }
        }

        return statuses;
    }

    private static List<RouteEndpoint> Endpoints(LocalServer server, CloudFunction function)
    {
        var routes = function.Routes.ToHashSet();
        var endpoints = server.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .OfType<RouteEndpoint>()
            .Where(endpoint => routes.Contains(Template(endpoint)))
            .ToList();
        Assert.Equal(
            routes.Order(StringComparer.Ordinal), endpoints.Select(Template).Distinct().Order(StringComparer.Ordinal));
        return endpoints;
    }

    private static string Template(RouteEndpoint endpoint)
    {
        var segments = endpoint.RoutePattern.RawText!.Trim('/').Split('/');
        return "/" + string.Join('/', segments.Select(segment => segment.StartsWith('{') ? "*" : segment));
    }

    // Paths with and without parameters, and with ids that do not exist or are invalid.
    private static IEnumerable<string> Paths(RouteEndpoint endpoint)
    {
        var template = Template(endpoint);
        var id = template.Split('/').Select(Ids.GetValueOrDefault).FirstOrDefault(id => id is not null) ?? Dawn.Id;
        var types = string.Join(',', Ids.Keys.Where(key => key != "categories").Select(key => key[..^1]));
        string[] queries =
        [
            "",
            $"?ids={id},{Missing}",
            $"?ids={id}&market=SE&limit=1&offset=1",
            $"?q=dawn&type={types},playlist",
            "?q=n&type=track&market=from_token",
            "?q=&type=none&ids=none&market=XX&limit=0",
        ];
        foreach (var query in queries) yield return template.Replace("*", id, StringComparison.Ordinal) + query;
        if (!template.Contains('*', StringComparison.Ordinal)) yield break;
        yield return template.Replace("*", Missing, StringComparison.Ordinal);
        yield return template.Replace("*", "none", StringComparison.Ordinal);
    }

    private static JsonContent Body(string path, string url) => path.StartsWith(CdnWarmingEndpoints.Path, StringComparison.Ordinal)
        ? JsonContent.Create(new { albums = new[] { Sunrise.Id, Missing } })
        : JsonContent.Create(new { url, status = 503 });

    /// <summary>Rejects and counts the writes to a database, once <see cref="RejectsWrites"/> is set.</summary>
    private sealed class WriteGuard
    {
        private int writes;

        public bool RejectsWrites { get; set; }

        public int Writes => writes;

        public IDatabase Around(IDatabase database) => new GuardedDatabase(this, database);

        private void Write()
        {
            if (!RejectsWrites) return;
            Interlocked.Increment(ref writes);
            throw new InvalidOperationException("The function has read access only.");
        }

        private sealed class GuardedDatabase(WriteGuard guard, IDatabase database) : IDatabase
        {
            public Task<Row?> ReadAsync(Table table, Key key, Staleness? staleness, CancellationToken ct) =>
                database.ReadAsync(table, key, staleness, ct);

            public IAsyncEnumerable<Row> QueryAsync(
                Statement statement, Parameters parameters, Staleness? staleness, CancellationToken ct) =>
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
