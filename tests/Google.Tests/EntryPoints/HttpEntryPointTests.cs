using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Google.EntryPoints;
using Spotify.Web.Functions;
using Spotify.Web.Identity;
using Caller = Spotify.Web.Functions.Caller;

namespace Spotify.Google.Tests.EntryPoints;

public sealed class HttpEntryPointTests : IDisposable
{
    private readonly TestIssuer issuer = new();

    public void Dispose() => issuer.Dispose();

    [Fact]
    public async Task A_path_without_a_route_is_404_in_the_wire_format()
    {
        await using var function = await StartAsync();
        Assert.Equal("No token provided", await function.Http.GetErrorAsync("/v1/nothing", HttpStatusCode.Unauthorized));
        function.Http.DefaultRequestHeaders.Authorization = issuer.User();
        Assert.Equal("Service not found", await function.Http.GetErrorAsync("/v1/nothing", HttpStatusCode.NotFound));
        Assert.Equal("Service not found", await function.Http.GetErrorAsync("/", HttpStatusCode.NotFound));
        var deleted = await function.Http.DeleteAsync("/v1/test/x");
        Assert.Equal("Method not allowed", await deleted.ErrorAsync(HttpStatusCode.MethodNotAllowed));
    }

    [Fact]
    public async Task Health_is_answered_without_a_token_and_not_logged()
    {
        await using var function = await StartAsync();
        Assert.Equal(HttpStatusCode.OK, (await function.Http.GetAsync("/healthz")).StatusCode);
        Assert.Empty(function.Log.Requests);
    }

    [Fact]
    public async Task A_request_is_logged_once_without_its_query_or_token()
    {
        await using var function = await StartAsync();
        var request = new HttpRequestMessage(HttpMethod.Get, "/v1/test/abc?token=secret-1&q=secret-2");
        request.Headers.Authorization = issuer.User();
        request.Headers.TryAddWithoutValidation("User-Agent", new string('u', 5000));
        request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        Assert.Equal(HttpStatusCode.OK, (await function.Http.SendAsync(request)).StatusCode);

        var entry = Assert.Single(function.Log.Requests);
        var http = entry["httpRequest"]!.AsObject();
        Assert.Equal("INFO", (string?)entry["severity"]);
        Assert.Equal("GET /v1/test/abc 200", (string?)entry["message"]);
        Assert.Equal("/v1/test/{id}", (string?)entry["route"]);
        Assert.Equal("GET", (string?)http["requestMethod"]);
        Assert.Equal("/v1/test/abc", (string?)http["requestUrl"]);
        Assert.Equal(200, (int)http["status"]!);
        Assert.Equal("HTTP/1.1", (string?)http["protocol"]);
        Assert.Matches(@"^\d+\.\d{6}s$", (string?)http["latency"]);
        Assert.InRange(((string)http["userAgent"]!).Length, 1, 200);
        Assert.Equal("projects/test/traces/0af7651916cd43dd8448eb211c80319c", (string?)entry["logging.googleapis.com/trace"]);
        Assert.Matches("^[0-9a-f]{16}$", (string?)entry["logging.googleapis.com/spanId"]);
        Assert.NotEqual("b7ad6b7169203331", (string?)entry["logging.googleapis.com/spanId"]);
        Assert.True((bool)entry["logging.googleapis.com/trace_sampled"]!);
        Assert.Equal("Function", (string?)entry["logging.googleapis.com/labels"]!["function"]);
        Assert.DoesNotContain("secret", function.Log.Text);
        Assert.DoesNotContain(request.Headers.Authorization!.Parameter!, function.Log.Text);
    }

    [Theory]
    [InlineData("105445aa7843bc8bf206b12000100000/1;o=1", true)]
    [InlineData("105445aa7843bc8bf206b12000100000/1;o=0", false)]
    public async Task The_legacy_trace_header_is_supported(string header, bool sampled)
    {
        await using var function = await StartAsync();
        function.Http.DefaultRequestHeaders.Add("X-Cloud-Trace-Context", header);
        await function.Http.GetAsync("/v1/test/x");
        var entry = Assert.Single(function.Log.Requests);
        Assert.Equal("projects/test/traces/105445aa7843bc8bf206b12000100000", (string?)entry["logging.googleapis.com/trace"]);
        Assert.Equal(sampled, (bool)entry["logging.googleapis.com/trace_sampled"]!);
    }

    [Fact]
    public async Task An_exception_is_logged_once_in_the_trace_of_its_request()
    {
        await using var function = await StartAsync();
        function.Http.DefaultRequestHeaders.Authorization = issuer.User();
        Assert.Equal("Internal server error", await function.Http.GetErrorAsync("/v1/fails", HttpStatusCode.InternalServerError));
        var error = Assert.Single(function.Log.Entries, entry => entry.ContainsKey("@type"));
        Assert.StartsWith("System.InvalidOperationException: it broke", (string?)error["stack_trace"]);
        var context = error["serviceContext"]!;
        Assert.Equal(("function", "function-00001"), ((string?)context["service"], (string?)context["version"]));
        var request = Assert.Single(function.Log.Requests);
        Assert.Equal((500, "/v1/fails"), ((int)request["httpRequest"]!["status"]!, (string?)request["route"]));
        Assert.Equal((string?)request["logging.googleapis.com/trace"], (string?)error["logging.googleapis.com/trace"]);
    }

    [Fact]
    public async Task Measurements_are_logged_when_the_instance_stops()
    {
        await using var function = await StartAsync();
        function.Http.DefaultRequestHeaders.Authorization = issuer.User();
        await function.Http.GetAsync("/v1/test/x");
        await function.StopAsync();
        var line = Assert.Single(function.Log.Entries, entry => entry.ContainsKey("metric"));
        Assert.Equal(("spotify.test.count", 1.0), ((string?)line["metric"], (double)line["value"]!));
    }

    [Fact]
    public async Task A_deadline_that_was_exceeded_is_logged_with_its_cause()
    {
        await using var function = await StartAsync();
        function.Http.DefaultRequestHeaders.Authorization = issuer.User();
        await function.Http.GetErrorAsync("/v1/is-late", HttpStatusCode.ServiceUnavailable);
        Assert.Contains("the read took over 10 s", function.Log.Text);
    }

    private Task<TestFunction> StartAsync() =>
        TestFunction.StartAsync(new Function(), issuer, services => services.AddSingleton(Mock.Of<IDatabase>()));

    private sealed class Function()
        : HttpEntryPoint(new FunctionDefinition("test", Caller.Listeners)
        {
            AddServices = services => services.AddMetrics(), MapRoutes = Map,
        })
    {
        private static void Map(IEndpointRouteBuilder builder)
        {
            var routes = builder.MapGroup("").RequireNoScope();
            var meter = builder.ServiceProvider.GetRequiredService<IMeterFactory>().Create("Spotify.Test");
            var count = meter.CreateCounter<int>("spotify.test.count");
            routes.MapGet("/v1/test/{id}", (string id) =>
            {
                count.Add(1);
                return TypedResults.Ok();
            });
            routes.MapGet("/v1/is-late", (HttpContext _) => Task.FromException(new TaskCanceledException("the read took over 10 s")));
            routes.MapGet("/v1/fails", (HttpContext _) => Task.FromException(new InvalidOperationException("it broke")));
        }
    }
}
