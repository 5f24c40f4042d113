using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Functions.AudioIngest;
using Spotify.Functions.ObjectRemovals;
using Spotify.Local;
using Spotify.Local.Identity;
using Spotify.Web.Functions;
using Spotify.Web.Identity;
using Spotify.Web.Identity.Issuing;
using Spotify.Web.Tasks;
using Caller = Spotify.Web.Functions.Caller;

namespace Spotify.Functions.Tests.Tasks;

/// <summary>The endpoints that the task queue and the scheduler call.</summary>
public sealed class TaskEndpointTests : IAsyncLifetime
{
    private static readonly Queue Batches = new("playlist-batches", "/tasks/playlist-batches") { MaxAttempts = 3 };

    private readonly Worker worker = new();
    private readonly Mock<IMessageBus> bus = new();
    private readonly List<Message> letters = [];
    private readonly ManualTimeProvider clock = new();
    private LocalServer server = null!;
    private ServiceTokens issuer = null!;

    public async Task InitializeAsync()
    {
        bus.Setup(b => b.PublishAsync(Topic.DeadLetters, It.IsAny<IReadOnlyList<Message>>(), It.IsAny<CancellationToken>()))
            .Callback((Topic _, IReadOnlyList<Message> messages, CancellationToken _) => letters.AddRange(messages))
            .Returns(Task.CompletedTask);
        server = await LocalServer.StartAsync(
            builder => builder.Services.AddSingleton(worker).AddSingleton(bus.Object).AddSingleton<TimeProvider>(clock),
            functions: new FunctionDefinition("playlist-batches", Caller.Tasks)
            {
                Queue = Batches,
                MapRoutes = routes => routes.MapTask(
                    Batches, UsersJson.Default.Users, (Worker doer, Users users, CancellationToken ct) => doer.DoAsync(users, ct)),
                Timeout = Batches.Deadline,
            });
        issuer = server.Services.GetRequiredService<ServiceTokens>();
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    public static TheoryData<string> BadTokens =>
    [
        "none", "nonsense", "of a listener", "of an app", "other audience", "other service", "unverified", "other issuer", "changed",
        "expired", "basic", "long", "other algorithm",
    ];

    [Theory]
    [MemberData(nameof(BadTokens))]
    public async Task A_caller_other_than_the_service_gets_403_and_nothing_is_done(string kind)
    {
        foreach (var path in new[] { Batches.Path, ObjectRemovalsFunction.Path })
        {
            using var request = Request(await TokenAsync(kind), path);
            using var response = await server.Http.SendAsync(request);
            await response.ErrorAsync(HttpStatusCode.Forbidden);
        }

        Assert.Empty(worker.Done);
    }

    [Fact]
    public async Task A_token_with_another_algorithm_than_its_key_is_refused_once_the_keys_are_known()
    {
        Assert.Equal(HttpStatusCode.NoContent, await SendAsync("""{"names":["ada"]}"""));
        using var request = Request(await TokenAsync("other algorithm"), Batches.Path);
        using var response = await server.Http.SendAsync(request);
        await response.ErrorAsync(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task The_token_of_a_service_is_not_valid_for_the_Web_API()
    {
        using var response = await server.Http.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/v1/markets")
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", issuer.Issue(ServiceTokens.Email)) },
        });
        await response.ErrorAsync(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_handled_task_is_answered_with_204()
    {
        Assert.Equal(HttpStatusCode.NoContent, await SendAsync("""{"names":["ada","Björk"]}"""));
        Assert.Equal("ada,Björk", Assert.Single(worker.Done));
        Assert.Empty(letters);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("""{"names":1}""")]
    public async Task A_body_of_another_format_is_a_dead_letter(string body)
    {
        Assert.Equal(HttpStatusCode.NoContent, await SendAsync(body));
        var letter = Assert.Single(letters);
        Assert.Equal(body, Encoding.UTF8.GetString(letter.Body.Span));
        Assert.Equal(("playlist-batches", "task-1"), (letter.Attributes[DeadLetter.Source], letter.Attributes[DeadLetter.MessageId]));
        Assert.StartsWith("The body ", letter.Attributes[DeadLetter.Reason]);
        Assert.Empty(worker.Done);
    }

    [Fact]
    public async Task A_poison_task_is_a_dead_letter_with_the_reason()
    {
        worker.Fault = new PoisonMessageException("no such user");
        Assert.Equal(HttpStatusCode.NoContent, await SendAsync("""{"names":["ada"]}"""));
        Assert.Equal("no such user", Assert.Single(letters).Attributes[DeadLetter.Reason]);
    }

    [Theory]
    [InlineData("0", 500, 0)]
    [InlineData("1", 500, 0)]
    [InlineData("2", 204, 1)]
    [InlineData(null, 500, 0)]
    [InlineData("-1", 500, 0)]
    [InlineData("x", 500, 0)]
    public async Task A_failed_attempt_gets_500_and_the_last_one_is_a_dead_letter(string? retries, int status, int dead)
    {
        worker.Fault = new InvalidOperationException("down");
        Assert.Equal(status, (int)await SendAsync("""{"names":["ada"]}""", retries));
        Assert.Single(worker.Done);
        Assert.Equal(
            Enumerable.Repeat("InvalidOperationException: down", dead), letters.Select(letter => letter.Attributes[DeadLetter.Reason]));
    }

    [Fact]
    public async Task An_API_exception_is_a_failure_like_any_other()
    {
        worker.Fault = Web.ApiException.NotFound();
        Assert.Equal(HttpStatusCode.InternalServerError, await SendAsync("""{"names":["ada"]}"""));
    }

    [Theory]
    [InlineData("3")]
    [InlineData("7")]
    public async Task A_task_whose_attempts_are_exhausted_is_a_dead_letter_without_another_attempt(string retries)
    {
        Assert.Equal(HttpStatusCode.NoContent, await SendAsync("""{"names":["ada"]}""", retries));
        Assert.Contains("Attempted 3 times", Assert.Single(letters).Attributes[DeadLetter.Reason]);
        Assert.Empty(worker.Done);
    }

    [Fact]
    public async Task A_dead_letter_that_cannot_be_published_is_a_failure()
    {
        bus.Setup(b => b.PublishAsync(It.IsAny<Topic>(), It.IsAny<IReadOnlyList<Message>>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new TimeoutException());
        worker.Fault = new PoisonMessageException("no such user");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await SendAsync("""{"names":["ada"]}"""));
    }

    [Fact]
    public async Task An_attempt_that_takes_too_long_is_canceled()
    {
        worker.Hangs = true;
        var answer = SendAsync("""{"names":["ada"]}""", "2");
        await worker.Started.Task.WaitAsync(TimeSpan.FromMinutes(1));
        clock.Advance(Batches.Deadline);
        Assert.Equal(HttpStatusCode.NoContent, await answer);
        Assert.StartsWith("The attempt took longer than ", Assert.Single(letters).Attributes[DeadLetter.Reason]);
    }

    [Fact]
    public void A_queue_dispatches_more_often_than_the_function_attempts() => Assert.True(Batches.MaxDispatches > Batches.MaxAttempts + 1);

    [Fact]
    public async Task The_sweep_returns_the_number_of_deleted_objects()
    {
        var store = server.Services.GetRequiredService<IObjectStore>();
        var prefix = Revision.Prefix("track", "0123456789abcdef");
        await store.WriteAsync(prefix + "high.ogg", new MemoryStream([1]), new WriteOptions("audio/ogg"), default);
        await store.WriteAsync(prefix + "low.ogg", new MemoryStream([1]), new WriteOptions("audio/ogg"), default);
        await server.WriteAsync(ObjectRemovalService.Removal(prefix, clock.Now.AddSeconds(-1)));

        var token = issuer.Issue(ServiceTokens.Email);
        using var response = await server.Http.SendAsync(Request(token, ObjectRemovalsFunction.Path));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("""{"removed":2}""", (await response.Content.ReadFromJsonAsync<JsonObject>())!.ToJsonString());
        Assert.Null(await store.FindAsync(prefix + "high.ogg", default));
    }

    [Theory]
    [InlineData("Issuer")]
    [InlineData("Audience")]
    [InlineData("JwksUrl")]
    [InlineData("Emails")]
    public async Task A_missing_setting_stops_the_start(string setting)
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(
            () => LocalServer.StartAsync(builder => builder.Services.PostConfigure<ServiceCallerOptions>(Clear)));
        Assert.Contains(setting, failure.Message);

        void Clear(ServiceCallerOptions options)
        {
            if (setting == "Emails") options.Emails = [];
            else typeof(ServiceCallerOptions).GetProperty(setting)!.SetValue(options, "");
        }
    }

    private async Task<HttpStatusCode> SendAsync(string body, string? retries = "0")
    {
        using var request = Request(issuer.Issue(ServiceTokens.Email), Batches.Path, body);
        request.Headers.Add(TaskEndpoints.TaskNameHeader, "task-1");
        if (retries is not null) request.Headers.Add(TaskEndpoints.RetryCountHeader, retries);
        using var response = await server.Http.SendAsync(request);
        return response.StatusCode;
    }

    private static HttpRequestMessage Request(string? token, string path, string body = """{"names":["ada"]}""")
    {
        var content = new StringContent(body, Encoding.UTF8, "application/json");
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        if (token is null) return request;
        var header = token.StartsWith("Basic ", StringComparison.Ordinal) ? token : $"Bearer {token}";
        request.Headers.TryAddWithoutValidation("Authorization", header);
        return request;
    }

    private async Task<string?> TokenAsync(string kind)
    {
        var good = issuer.Issue(ServiceTokens.Email);
        switch (kind)
        {
            case "none": return null;
            case "nonsense": return "nonsense";
            case "of a listener": return (await server.SignInAsync("ada")).DefaultRequestHeaders.Authorization!.Parameter;
            case "of an app": return server.Issuer(clock).IssueApp("app");
            case "other audience": return issuer.Issue(ServiceTokens.Email, LocalIdentity.Audience);
            case "other service": return issuer.Issue("mallory@spotify-serverless.invalid");
            case "unverified": return issuer.Issue(ServiceTokens.Email, emailVerified: false);
            case "changed": return good[..^10] + new string('A', 10);
            case "basic": return "Basic " + good;
            case "other algorithm":
                var header = HeaderOf(good).Replace("ES256", "RS256", StringComparison.Ordinal);
                return string.Join('.', [Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header)), .. good.Split('.')[1..]]);
            case "long": return good + new string('A', 10_000);
            case "expired":
                clock.Advance(TokenIssuer.Lifetime + TimeSpan.FromMinutes(1));
                return good;
            case "other issuer":
                await using (var other = await LocalServer.StartAsync())
                    return other.Services.GetRequiredService<ServiceTokens>().Issue();

            default: throw new ArgumentException(kind.ToString(CultureInfo.InvariantCulture), nameof(kind));
        }
    }

    private static string HeaderOf(string token) => Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token.Split('.')[0]));

    private sealed class Worker
    {
        public ConcurrentQueue<string> Done { get; } = new();

        public TaskCompletionSource Started { get; } = new();

        public Exception? Fault { get; set; }

        public bool Hangs { get; set; }

        public async Task DoAsync(Users users, CancellationToken ct)
        {
            Done.Enqueue(string.Join(',', users.Names));
            Started.TrySetResult();
            if (Hangs) await Task.Delay(Timeout.Infinite, ct);
            if (Fault is not null) throw Fault;
        }
    }
}

internal sealed record Users(string[] Names);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Users))]
internal sealed partial class UsersJson : JsonSerializerContext;
