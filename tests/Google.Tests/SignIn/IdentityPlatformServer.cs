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

    /// <summary>The requests, with their queries.</summary>
    public List<string> Requests { get; } = [];

    public static async Task<IdentityPlatformServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new IdentityPlatformServer(builder.Build());
        server.app.MapPost("/{method}", server.AnswerAsync);
        await server.app.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

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
