using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Google.Cloud.Functions.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Functions;
using Spotify.Google.EntryPoints;
using Spotify.Web.Functions;
using Spotify.Hosting;
using Spotify.Local.Database;
using Spotify.Local.Objects;

namespace Spotify.Google.Tests.EntryPoints;

/// <summary>The deployed entry points, with the adapters of the one-machine home.</summary>
public sealed class EveryEntryPointTests : IDisposable
{
    private readonly TestIssuer issuer = new();
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");

    public static IEnumerable<Type> Types => typeof(FunctionEntryPoint).Assembly.GetTypes()
        .Where(type => type.IsSubclassOf(typeof(FunctionEntryPoint)) && !type.IsAbstract);

    public static TheoryData<string> Names =>
        [.. Types.Append(typeof(Greetings)).Select(type => type.FullName!)];

    public void Dispose()
    {
        issuer.Dispose();
        directory.Delete(recursive: true);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_entry_point_starts_and_answers_health_checks(string name)
    {
        await using var function = await StartAsync(name);
        // The paths of Cloud Run and of the load balancer. Health checks are too frequent to be logged.
        Assert.Equal(HttpStatusCode.OK, (await function.Http.GetAsync("/healthz")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await function.Http.GetAsync("/health")).StatusCode);
        Assert.DoesNotContain(function.Log.Entries, entry => entry.ToString().Contains("/health", StringComparison.Ordinal));
        Assert.Equal("Service not found", await function.Http.GetErrorAsync("/nothing", HttpStatusCode.NotFound));
        foreach (var entry in function.Log.Entries) Assert.NotEqual("ERROR", (string?)entry["severity"]);
    }

    [Fact]
    public void Every_definition_has_an_entry_point_that_names_it()
    {
        var entryPoints = Types.Select(type => (FunctionEntryPoint)Activator.CreateInstance(type)!).ToList();
        Assert.Equal(FunctionDefinitions.All.OrderBy(f => f.Name), entryPoints.Select(entry => entry.Definition).OrderBy(f => f.Name));
        Assert.All(entryPoints, entry => Assert.Equal(entry.Definition.EntryPoint, entry.GetType().Name));
        Assert.All(Types, type => Assert.Equal([typeof(FunctionStartup)], FunctionsStartupAttribute.GetStartupTypes(type.Assembly, type)));
    }

    [Fact]
    public void Every_definition_has_the_entry_point_of_its_caller() => Assert.All(
        FunctionDefinitions.All,
        function => Assert.Equal(
            function.Caller switch
            {
                Caller.Subscription => typeof(MessageEntryPoint),
                _ => typeof(HttpEntryPoint),
            },
            Type($"Spotify.Google.{function.EntryPoint}").BaseType));

    [Fact]
    public async Task Every_route_of_the_one_machine_home_is_served_by_one_function()
    {
        var served = new List<string>();
        foreach (var name in Types.Select(type => type.FullName!).Where(name => !EntryPoint(name).Definition.ImportsUploads))
        {
            await using var function = await StartAsync(name);
            served.AddRange(Routes(function.Services).Where(
                route => route.Split(' ')[1] is not (HealthEndpoints.Path or HealthEndpoints.PublicPath)));
        }

        Assert.Equal(served.Distinct().Order(), served.Order());
        await using var local = await LocalServer.StartAsync();
        Assert.Equal(Routes(local.Services).Where(IsOfFunctions).Order(), served.Where(IsOfFunctions).Order());
        Assert.Contains("GET /v1/albums/{id}", served);
    }

    [Theory]
    [InlineData("Catalog", "/v1/albums/4aawyAB9vmqN3uQ7FjRGTy", HttpStatusCode.NotFound)]
    [InlineData("Catalog", "/v1/albums/x", HttpStatusCode.BadRequest)]
    [InlineData("Playback", "/v1/playback/tracks/4aawyAB9vmqN3uQ7FjRGTy", HttpStatusCode.NotFound)]
    [InlineData("Playlists", "/v1/playlists/4aawyAB9vmqN3uQ7FjRGTy", HttpStatusCode.NotFound)]
    [InlineData("Search", "/v1/search", HttpStatusCode.BadRequest)]
    [InlineData("Library", "/v1/users/nobody", HttpStatusCode.NotFound)]
    public async Task An_entry_point_answers_like_the_one_machine_home(string name, string path, HttpStatusCode status)
    {
        await using var function = await StartAsync($"Spotify.Google.{name}");
        await function.Http.GetErrorAsync(path, HttpStatusCode.Unauthorized);
        function.Http.DefaultRequestHeaders.Authorization = issuer.User();
        using var response = await function.Http.GetAsync(path);
        Assert.False(function.Log.Text.Contains("stack_trace"), function.Log.Text);
        Assert.NotEmpty(await response.ErrorAsync(status));
    }

    [Theory]
    [InlineData("Library", "/v1/me/tracks", 256)]
    [InlineData("Playlists", "/v1/playlists/4aawyAB9vmqN3uQ7FjRGTy/images", 360)]
    public async Task A_body_over_the_limit_of_its_route_is_refused_before_it_is_sent(string name, string path, int limitKilobytes)
    {
        await using var function = await StartAsync($"Spotify.Google.{name}");
        foreach (var (bytes, isRefused) in new[] { (limitKilobytes << 10, false), ((limitKilobytes << 10) + 1, true) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, path)
            {
                Headers = { Authorization = issuer.User(), ExpectContinue = true },
                Content = new StringContent(new string(' ', bytes)),
            };
            using var response = await function.Http.SendAsync(request);
            await response.ErrorAsync(isRefused ? HttpStatusCode.RequestEntityTooLarge : HttpStatusCode.BadRequest);
        }
    }

    [Fact]
    public async Task A_listener_lives_where_the_first_request_comes_from()
    {
        await using var function = await StartAsync("Spotify.Google.Library");
        function.Http.DefaultRequestHeaders.Authorization = issuer.User("ada", country: null);
        function.Http.DefaultRequestHeaders.Add("X-Client-Region", "NO");
        Assert.Equal("NO", (string?)(await function.Http.GetJsonAsync("/v1/me"))["country"]);
    }

    [Fact]
    public async Task The_documented_example_is_an_entry_point()
    {
        const string Line = "public sealed class Greetings() : HttpEntryPoint(GreetingsFunction.Definition);";
        Assert.Contains(Line, Repository.Read("CONTRIBUTING.md"));
        Assert.Contains(Line, Repository.Read("tests/Google.Tests/EntryPoints/Greetings.cs"));

        await using var function = await StartAsync(typeof(Greetings).FullName!);
        await function.Http.GetErrorAsync("/v1/greetings/Ada", HttpStatusCode.Unauthorized);
        function.Http.DefaultRequestHeaders.Authorization = issuer.User();
        Assert.Equal("Hello, Ada", (await function.Http.GetJsonAsync("/v1/greetings/Ada")).GetValue<string>());
    }

    [Fact]
    public async Task Only_the_scheduler_can_start_scheduled_work()
    {
        await using var function = await StartAsync("Spotify.Google.ObjectRemovals");
        using var other = new TestIssuer();
        AuthenticationHeaderValue?[] tokens =
        [
            null,
            new("Bearer", "x"),
            other.Service(),
            issuer.User(),
            issuer.Service("stranger@test.iam.gserviceaccount.com"),
            issuer.Service(lifetime: -60),
        ];
        foreach (var token in tokens)
        {
            function.Http.DefaultRequestHeaders.Authorization = token;
            await (await function.Http.PostAsync("/tasks/object-removals", null)).ErrorAsync(HttpStatusCode.Forbidden);
        }

        function.Http.DefaultRequestHeaders.Authorization = issuer.Service();
        using var response = await function.Http.PostAsync("/tasks/object-removals", null);
        Assert.Equal("""{"removed":0}""", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_dead_letter_is_archived_once()
    {
        await using var function = await StartAsync("Spotify.Google.DeadLetters");
        function.Http.DefaultRequestHeaders.Authorization = issuer.Service();
        var push = Push("""{"dead-letter-source":"recorder","dead-letter-reason":"no such track"}""");
        for (var i = 0; i < 2; i++) await DeliverAsync(function, push);
        var file = Assert.Single(directory.GetFiles("*.json", SearchOption.AllDirectories));
        Assert.Contains("no such track", await File.ReadAllTextAsync(file.FullName));
        Assert.Single(function.Log.Entries, entry => StartsWith(entry, "Dead letter of recorder"));
    }

    [Fact]
    public async Task A_dead_letter_of_PubSub_itself_is_archived_with_its_source()
    {
        await using var function = await StartAsync("Spotify.Google.DeadLetters");
        function.Http.DefaultRequestHeaders.Authorization = issuer.Service();
        await DeliverAsync(function, Push(
            """{"CloudPubSubDeadLetterSourceSubscription":"recorder","CloudPubSubDeadLetterSourceDeliveryCount":"15"}"""));
        Assert.Contains("/recorder/", Assert.Single(directory.GetFiles("*.json", SearchOption.AllDirectories)).FullName);
        Assert.Single(
            function.Log.Entries, entry => StartsWith(entry, "Dead letter of recorder: Pub/Sub gave up after 15 deliveries."));
    }

    [Fact]
    public async Task Playback_signs_with_the_first_key()
    {
        await using var function = await StartAsync("Spotify.Google.Playback");
        var ring = function.Services.GetRequiredService<Domain.Signing.SigningKeys>().Ring;
        Assert.Equal(("key-2", 2), (ring.Current.Name, ring.Keys.Count));
    }

    private static bool IsOfFunctions(string route) => route.Split(' ')[1] is var path
        && (path == "/v1" || path.StartsWith("/v1/", StringComparison.Ordinal) || path.StartsWith("/tasks/", StringComparison.Ordinal));

    private static string Push(string attributes) => $$"""
        {
          "message": {
            "data": "eyJhIjoxfQ==", "messageId": "7", "publishTime": "2026-02-26T19:13:55Z", "attributes": {{attributes}}
          },
          "subscription": "s"
        }
        """;

    private static async Task DeliverAsync(TestFunction function, string push)
    {
        using var response = await function.Http.PostAsync("/", new StringContent(push, Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
    }

    private static bool StartsWith(JsonObject entry, string text) =>
        ((string?)entry["message"])!.StartsWith(text, StringComparison.Ordinal);

    private static FunctionEntryPoint EntryPoint(string name) => (FunctionEntryPoint)Activator.CreateInstance(Type(name))!;

    private static Type Type(string name) =>
        name == typeof(Greetings).FullName ? typeof(Greetings) : typeof(FunctionEntryPoint).Assembly.GetType(name, throwOnError: true)!;

    private static IEnumerable<string> Routes(IServiceProvider services) =>
        from source in services.GetServices<EndpointDataSource>()
        from endpoint in source.Endpoints.OfType<RouteEndpoint>()
        from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []
        select $"{method} /{endpoint.RoutePattern.RawText!.Trim('/')}";

    private Task<TestFunction> StartAsync(string name) => TestFunction.StartAsync(EntryPoint(name), issuer, services =>
    {
        var database = new SqliteDatabase(Path.Combine(directory.FullName, Guid.NewGuid().ToString("n") + ".db"), Schema.Current);
        var objects = new DirectoryObjectStore(Path.Combine(directory.FullName, "objects"));
        ReplaceIfUsed<IDatabase>(services, _ => database);
        ReplaceIfUsed<ISearchIndex>(services, _ => new SqliteSearchIndex(database));
        ReplaceIfUsed<IObjectStore>(services, _ => objects);
        ReplaceIfUsed(services, _ => Mock.Of<IWarehouse>());
        ReplaceIfUsed(services, _ => Mock.Of<IMessageBus>());
        ReplaceIfUsed(services, _ => Mock.Of<ITaskQueue>());
        ReplaceIfUsed(services, _ => Mock.Of<IMediaEncoder>());
    });

    // A port that the definition does not declare stays missing, so that a service that needs it fails the start.
    private static void ReplaceIfUsed<TPort>(IServiceCollection services, Func<IServiceProvider, TPort> create) where TPort : class
    {
        if (services.Any(service => service.ServiceType == typeof(TPort))) services.Replace(ServiceDescriptor.Singleton(create));
    }
}
