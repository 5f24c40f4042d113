using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Spotify.Google.Tests.SignIn;

/// <summary>A test double of Identity Platform's REST API with one account, and faults on demand.</summary>
internal sealed class IdentityPlatformServer : IAsyncDisposable
{
    public const string Email = "ada@music.test";
    public const string Password = "correct horse battery";
    public const string UserId = "VmqN3uQ7FjRGTyX4aawyAB9vmqN3";

    private readonly WebApplication app;

    private IdentityPlatformServer(WebApplication app) => this.app = app;

    /// <summary>The address of the API.</summary>
    public string Url => app.Urls.Single();

    /// <summary>The ID token of the account.</summary>
    public string IdToken { get; set; } = "";

    /// <summary>The error code of every answer; null for none.</summary>
    public string? Error { get; set; }

    /// <summary>Answers in place of the API; null for the API.</summary>
    public RequestDelegate? Fault { get; set; }

    /// <summary>The state of the account in look-ups, in JSON; null if it is deleted.</summary>
    public string? State { get; set; } = """{"validSince":"1700000000"}""";

    /// <summary>The e-mails that were asked for: the type and the address, or the ID token.</summary>
    public List<string> Messages { get; } = [];

    /// <summary>The number of requests for the state of the account.</summary>
    public int LookUps { get; private set; }

    /// <summary>The requests, with their queries, except those for the state of the account.</summary>
    public List<string> Requests { get; } = [];

    public static async Task<IdentityPlatformServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new IdentityPlatformServer(builder.Build());
        server.app.MapPost("/{method}", server.AnswerAsync);
        server.app.MapPost("/accounts:sendOobCode", server.SendAsync);
        server.app.MapPost("/projects/test/accounts:lookup", server.LookUpAsync);
        server.app.MapPost("/projects/test/accounts:delete", server.DeleteAsync);
        await server.app.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task LookUpAsync(HttpContext context)
    {
        LookUps++;
        if (Fault is { } fault)
        {
            await fault(context);
            return;
        }

        var body = await JsonDocument.ParseAsync(context.Request.Body);
        Assert.Equal(UserId, body.RootElement.GetProperty("localId")[0].GetString());
        await context.Response.WriteAsync(State is null ? "{}" : $$"""{"users":[{{State}}]}""");
    }

    private async Task SendAsync(HttpContext context)
    {
        var body = (await JsonDocument.ParseAsync(context.Request.Body)).RootElement;
        var isReset = body.TryGetProperty("email", out var target);
        if (!isReset) target = body.GetProperty("idToken");
        Messages.Add($"{body.GetProperty("requestType")} {target}");
        var isKnown = !isReset || target.GetString() == Email;
        context.Response.StatusCode = isKnown ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest;
        await context.Response.WriteAsync(isKnown ? "{}" : """{"error":{"code":400,"message":"EMAIL_NOT_FOUND"}}""");
    }

    private async Task DeleteAsync(HttpContext context)
    {
        var body = await JsonDocument.ParseAsync(context.Request.Body);
        var user = body.RootElement.GetProperty("localId").GetString();
        Requests.Add($"delete {user}");
        var code = Error ?? (user == UserId && Requests.Count(request => request == $"delete {user}") <= 2 ? null : "USER_NOT_FOUND");
        context.Response.StatusCode = code is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest;
        await context.Response.WriteAsync(code is null
            ? JsonSerializer.Serialize(new { kind = "identitytoolkit#DeleteAccountResponse" })
            : JsonSerializer.Serialize(new { error = new { code = 400, message = code } }));
    }

    private async Task AnswerAsync(HttpContext context)
    {
        Requests.Add(context.Request.Path + context.Request.QueryString);
        if (Fault is { } fault)
        {
            await fault(context);
            return;
        }

        var body = await JsonDocument.ParseAsync(context.Request.Body);
        var (email, password) = (body.RootElement.GetProperty("email").GetString(), body.RootElement.GetProperty("password").GetString());
        Assert.True(body.RootElement.GetProperty("returnSecureToken").GetBoolean());
        var isNew = context.Request.Path == "/accounts:signUp";
        var code = Error ?? (isNew, email == Email, password == Password) switch
        {
            (true, true, _) => "EMAIL_EXISTS",
            (false, false, _) or (false, _, false) => "INVALID_LOGIN_CREDENTIALS",
            _ => null,
        };
        context.Response.StatusCode = code is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest;
        await context.Response.WriteAsync(code is null
            ? JsonSerializer.Serialize(new { localId = UserId, email, idToken = IdToken, refreshToken = "r", expiresIn = "3600" })
            : JsonSerializer.Serialize(new { error = new { code = 400, message = code, errors = Array.Empty<object>() } }));
    }
}
