using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Spotify.Fixtures;
using Spotify.Google.LiveDocuments;
using Spotify.Hosting.LiveDocuments;

namespace Spotify.Google.Tests.LiveDocuments;

/// <summary>Custom tokens, signed by a server that implements the IAM Service Account Credentials API.</summary>
public sealed class LiveTokenTests : IAsyncLifetime
{
    private const string Account = "player@test.iam.gserviceaccount.com";

    private readonly RSA key = RSA.Create(2048);
    private readonly ManualTimeProvider clock = new();
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private Func<int, HttpContext, Task<bool>> intercept = (_, _) => Task.FromResult(false);
    private WebApplication server = null!;
    private int calls;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        server = builder.Build();
        server.Run(SignAsync);
        await server.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await server.DisposeAsync();
        await services.DisposeAsync();
        key.Dispose();
    }

    [Theory]
    [InlineData("Zs0Yc9mH3PWyJm6TqXkO1dRcQ2r1", "players/Zs0Yc9mH3PWyJm6TqXkO1dRcQ2r1")]
    [InlineData("\"Åsa\"+/<ü>", "players/\"Åsa\"+%2F<ü>")]
    public async Task A_token_has_the_format_of_Identity_Platform_and_a_valid_signature(string user, string document)
    {
        using var tokens = Tokens();
        var token = await tokens.IssueAsync(user, default);
        var parts = token.Token.Split('.');
        Assert.Equal("""{"alg":"RS256","typ":"JWT"}""", Decode(parts[0]));
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var expected = new JsonObject
        {
            ["iss"] = Account,
            ["sub"] = Account,
            ["aud"] = "https://identitytoolkit.googleapis.com/google.identity.identitytoolkit.v1.IdentityToolkit",
            ["uid"] = user,
            ["iat"] = now,
            ["exp"] = now + 3600,
            ["claims"] = new JsonObject { ["issued_at"] = now },
        };
        Assert.True(JsonNode.DeepEquals(expected, JsonNode.Parse(Decode(parts[1]))), Decode(parts[1]));
        Assert.True(key.VerifyData(
            Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"),
            WebEncoders.Base64UrlDecode(parts[2]),
            HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1));
        Assert.Equal(
            (DateTimeOffset.FromUnixTimeSeconds(now + 3600), "a-key", "test", document),
            (token.ExpiresAt, token.ApiKey, token.Project, token.Document));
        Assert.Equal(1, calls);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(129)]
    public async Task Ids_that_Identity_Platform_refuses_are_refused(int length)
    {
        using var tokens = Tokens();
        await Assert.ThrowsAnyAsync<ArgumentException>(() => tokens.IssueAsync(new string('x', length), default));
        Assert.Equal(0, calls);
    }

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task Transient_errors_are_tried_again(int status)
    {
        intercept = (call, context) => FailAsync(context, call < 3 ? status : null);
        using var tokens = Tokens();
        Assert.NotEmpty((await tokens.IssueAsync("ada", default)).Token);
        Assert.Equal(3, calls);
        intercept = (_, context) => FailAsync(context, status);
        var error = await Assert.ThrowsAsync<IOException>(() => tokens.IssueAsync("ada", default));
        Assert.Contains($"answered {status}", error.Message, StringComparison.Ordinal);
        Assert.Equal(6, calls);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(403)]
    [InlineData(404)]
    public async Task Other_errors_are_not_tried_again(int status)
    {
        intercept = (_, context) => FailAsync(context, status);
        using var tokens = Tokens();
        var error = await Assert.ThrowsAsync<IOException>(() => tokens.IssueAsync("ada", default));
        Assert.Contains($"answered {status}: because", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, calls);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("""{"signedBlob":""}""")]
    [InlineData("""{"signedBlob":"*"}""")]
    [InlineData("""{"signedBlob":1}""")]
    public async Task A_damaged_response_is_tried_again(string response)
    {
        intercept = async (_, context) =>
        {
            await context.Response.WriteAsync(response);
            return true;
        };
        using var tokens = Tokens();
        await Assert.ThrowsAsync<IOException>(() => tokens.IssueAsync("ada", default));
        Assert.Equal(3, calls);
    }

    [Fact]
    public async Task A_broken_connection_is_tried_again()
    {
        intercept = (call, context) =>
        {
            if (call == 1) context.Abort();
            return Task.FromResult(call == 1);
        };
        using var tokens = Tokens();
        Assert.NotEmpty((await tokens.IssueAsync("ada", default)).Token);
    }

    [Fact]
    public async Task The_deadline_is_that_of_all_tries_and_callers_can_cancel()
    {
        var arrived = new TaskCompletionSource();
        intercept = async (_, context) =>
        {
            arrived.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return true;
        };
        using var tokens = Tokens();
        var late = tokens.IssueAsync("ada", default);
        await arrived.Task;
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Contains("within 5 s", (await Assert.ThrowsAsync<IOException>(() => late)).Message, StringComparison.Ordinal);

        using var canceled = new CancellationTokenSource();
        var ended = tokens.IssueAsync("ada", canceled.Token);
        await canceled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ended);
    }

    private static string Decode(string part) => Encoding.UTF8.GetString(WebEncoders.Base64UrlDecode(part));

    private static async Task<bool> FailAsync(HttpContext context, int? status)
    {
        if (status is not { } failed) return false;
        context.Response.StatusCode = failed;
        await context.Response.WriteAsync("because");
        return true;
    }

    private IdentityPlatformLiveTokens Tokens() => new(
        Options.Create(new LiveTokenOptions
        {
            Project = "test", ApiKey = "a-key", ServiceAccount = Account, Endpoint = server.Urls.Single(), MaxTries = 3,
            MinBackoff = TimeSpan.Zero, MaxBackoff = TimeSpan.Zero,
        }),
        new Credentials(),
        clock,
        services.GetRequiredService<IMeterFactory>());

    private async Task SignAsync(HttpContext context)
    {
        if (await intercept(Interlocked.Increment(ref calls), context)) return;
        if (context.Request.Path != $"/v1/projects/-/serviceAccounts/{Account}:signBlob" || !HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.StatusCode = 404;
            return;
        }

        var payload = Convert.FromBase64String((string)(await JsonNode.ParseAsync(context.Request.Body))!["payload"]!);
        var signature = key.SignData(payload, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        await context.Response.WriteAsync($$"""{"keyId":"k1","signedBlob":"{{Convert.ToBase64String(signature)}}"}""");
    }
}
