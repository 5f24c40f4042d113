using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Functions.Accounts.SignIn;
using Spotify.Web;
using Spotify.Web.Identity;

namespace Spotify.Google.SignIn;

/// <summary>
/// The accounts of Identity Platform, by its REST API. A user has the same id in Identity Platform and in the database. The API itself
/// limits attempts for an account, refuses disabled accounts, and gives the same error for unknown e-mail addresses and wrong passwords.
/// </summary>
/// <seealso href="https://cloud.google.com/identity-platform/docs/reference/rest/v1/accounts"/>
internal sealed partial class IdentityPlatformSignIn : ISignIn, ISignUp, IDisposable
{
    private const int MaxResponseBytes = 64 << 10;
    private const int MaxEmailLength = 255;
    private const int MaxPasswordLength = 4096;
    private const int MaxNameLength = 256;

    private static readonly string[] WrongCredentials =
    [
        "INVALID_LOGIN_CREDENTIALS", "EMAIL_NOT_FOUND", "INVALID_PASSWORD", "INVALID_EMAIL", "MISSING_EMAIL", "MISSING_PASSWORD",
        "USER_DISABLED",
    ];

    private readonly IdentityPlatformOptions options;
    private readonly IdTokenVerifier tokens;
    private readonly IDatabase database;
    private readonly TimeProvider time;
    private readonly ILogger<IdentityPlatformSignIn> logger;
    private readonly HttpClient http;

    /// <summary>Creates the adapter.</summary>
    public IdentityPlatformSignIn(
        IOptions<IdentityPlatformOptions> options,
        IKeySetSource keys,
        IDatabase database,
        TimeProvider time,
        ILogger<IdentityPlatformSignIn> logger,
        ILogger<KeySet> keyLogger)
    {
        (this.options, this.database, this.time, this.logger) = (options.Value, database, time, logger);
        tokens = new IdTokenVerifier(this.options, time, new KeySet(this.options.JwksUrl, keys, time, keyLogger));
        http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
        {
            Timeout = this.options.Deadline, MaxResponseContentBufferSize = MaxResponseBytes,
        };
    }

    /// <inheritdoc/>
    public string NameLabel => "E-mail address";

    /// <inheritdoc/>
    public ISignUp? SignUp => options.OpenRegistration ? this : null;

    /// <summary>Downloads the keys of ID tokens, so that the first sign-in does not wait for them. A failure is logged only.</summary>
    public Task WarmUpAsync(CancellationToken ct) => tokens.WarmUpAsync(ct);

    /// <inheritdoc/>
    public async Task<string?> VerifyAsync(string name, string password, string country, CancellationToken ct)
    {
        if (!IsPossible(name, password)) return null;
        var answer = await CallAsync("signInWithPassword", name, password, ct);
        return WrongCredentials.Contains(answer.ErrorCode) ? null : await AcceptAsync(answer, country, ct);
    }

    /// <inheritdoc/>
    public async Task<string> RegisterAsync(string name, string password, string country, CancellationToken ct)
    {
        if (!IsPossible(name, password)) throw ApiException.BadRequest("The e-mail address or the password is missing or too long");
        var answer = await CallAsync("signUp", name, password, ct);
        return answer.ErrorCode switch
        {
            "EMAIL_EXISTS" => throw ApiException.BadRequest("There is an account with this e-mail address already; sign in"),
            "INVALID_EMAIL" => throw ApiException.BadRequest("This is not an e-mail address"),
            "WEAK_PASSWORD" or "PASSWORD_DOES_NOT_MEET_REQUIREMENTS" => throw ApiException.BadRequest("The password is too weak"),
            "ADMIN_ONLY_OPERATION" or "OPERATION_NOT_ALLOWED" => throw new ApiException(
                StatusCodes.Status403Forbidden, "Nobody can sign up here; ask the operator for an account"),
            _ => await AcceptAsync(answer, country, ct),
        };
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private static bool IsPossible(string name, string password) =>
        name.Length is > 0 and <= MaxEmailLength && password.Length is > 0 and <= MaxPasswordLength;

    private async Task<Answer> CallAsync(string method, string email, string password, CancellationToken ct)
    {
        try
        {
            using var response = await http.PostAsJsonAsync(
                $"{options.Url}/accounts:{method}?key={Uri.EscapeDataString(options.ApiKey)}",
                new Account(email, password, ReturnSecureToken: true), IdentityPlatformJson.Default.Account, ct);
            return JsonSerializer.Deserialize(await response.Content.ReadAsByteArrayAsync(ct), IdentityPlatformJson.Default.Answer)
                ?? new Answer();
        }
        catch (Exception e) when (!ct.IsCancellationRequested && e is HttpRequestException or JsonException or OperationCanceledException)
        {
            LogUnreachable(e);
            throw Unavailable();
        }
    }

    // The codes of wrong credentials have been handled before.
    private async Task<string> AcceptAsync(Answer answer, string country, CancellationToken ct)
    {
        if (answer.ErrorCode == "TOO_MANY_ATTEMPTS_TRY_LATER")
            throw new ApiException(StatusCodes.Status429TooManyRequests, "There were too many attempts. Try again later.");
        if (answer.IdToken is not { } token)
        {
            LogUnexpected(answer.ErrorCode ?? "no ID token");
            throw Unavailable();
        }

        if (await tokens.VerifyAsync(token, ct) is not { } claims)
        {
            LogUnexpected("an invalid ID token");
            throw Unavailable();
        }

        await AddUserAsync(claims, country, ct);
        return claims.Sub;
    }

    private async Task AddUserAsync(IdTokenClaims claims, string country, CancellationToken ct)
    {
        if (await database.ReadAsync(User.Table, new Key(claims.Sub), null, ct) is not null) return;
        var user = new User(
            claims.Sub, Name(claims), claims.Email, country, Product.Free, ExplicitFilter: false, ExplicitFilterLocked: false,
            ImageId: null, Instant.Truncate(time.GetUtcNow()));
        try
        {
            await database.CommitAsync([user.Insert()], ct);
        }
        catch (RowExistsException)
        {
            // Another sign-in at the same time has added it.
        }
    }

    // Profiles are public, so the e-mail address is no display name.
    private static string Name(IdTokenClaims claims) =>
        claims.Name?.Trim() is { Length: > 0 and <= MaxNameLength } name ? name : claims.Sub;

    private static ApiException Unavailable() =>
        new(StatusCodes.Status503ServiceUnavailable, "Signing in is not possible at the moment. Try again in a minute.");

    [LoggerMessage(LogLevel.Error, "Identity Platform could not be reached.")]
    private partial void LogUnreachable(Exception exception);

    [LoggerMessage(LogLevel.Error, "Identity Platform answered with {Answer}.")]
    private partial void LogUnexpected(string answer);
}

/// <summary>The account in a request.</summary>
internal sealed record Account(string Email, string Password, bool ReturnSecureToken);

/// <summary>A response: an ID token or an error.</summary>
internal sealed record Answer(string? IdToken = null, AnswerError? Error = null)
{
    /// <summary>
    /// The code of the error; null if there is none. A text may follow it: <c>WEAK_PASSWORD : Password should be at least 6 characters</c>.
    /// </summary>
    public string? ErrorCode => Error?.Message?.Split(' ')[0];
}

/// <summary>The error of a response.</summary>
internal sealed record AnswerError(string? Message = null);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Account))]
[JsonSerializable(typeof(Answer))]
internal sealed partial class IdentityPlatformJson : JsonSerializerContext;
