using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Google.Apis.Auth.OAuth2;
using Microsoft.Extensions.Options;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Functions.Accounts.SignIn;
using Spotify.Web;
using Spotify.Web.Identity;
using Spotify.Web.PersonalData;

namespace Spotify.Google.SignIn;

/// <summary>
/// The accounts of Identity Platform, by its REST API. A user has the same id in Identity Platform and in the database. The API itself
/// limits attempts for an account, refuses disabled accounts, and gives the same error for unknown e-mail addresses and wrong passwords.
/// Where anyone may sign up, an account needs a confirmed e-mail address, so that signing up says nothing about existing accounts.
/// </summary>
/// <seealso href="https://cloud.google.com/identity-platform/docs/reference/rest/v1/accounts"/>
internal sealed partial class IdentityPlatformSignIn : ISignIn, ISignUp, IPasswordReset, IAccountStates, IDisposable
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
    private readonly Credentials credentials;
    private readonly HttpClient http;

    /// <summary>Creates the adapter.</summary>
    public IdentityPlatformSignIn(
        IOptions<IdentityPlatformOptions> options,
        IKeySetSource keys,
        Credentials credentials,
        IDatabase database,
        TimeProvider time,
        ILogger<IdentityPlatformSignIn> logger,
        ILogger<KeySet> keyLogger)
    {
        (this.options, this.credentials, this.database, this.time, this.logger) = (options.Value, credentials, database, time, logger);
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

    /// <inheritdoc/>
    public IPasswordReset PasswordReset => this;

    /// <inheritdoc/>
    public IAccountStates States => this;

    /// <inheritdoc/>
    public TimeSpan CheckInterval => options.CheckInterval;

    /// <summary>Downloads the keys of ID tokens, so that the first sign-in does not wait for them. A failure is logged only.</summary>
    public Task WarmUpAsync(CancellationToken ct) => tokens.WarmUpAsync(ct);

    /// <inheritdoc/>
    public async Task<string?> VerifyAsync(string name, string password, string country, CancellationToken ct)
    {
        if (!IsPossible(name, password)) return null;
        var answer = await CallAsync(
            "signInWithPassword", new Account(name, password, ReturnSecureToken: true), IdentityPlatformJson.Default.Account, ct);
        return WrongCredentials.Contains(answer.ErrorCode) ? null : await AcceptAsync(answer, country, ct);
    }

    /// <inheritdoc/>
    public async Task RegisterAsync(string email, string password, CancellationToken ct)
    {
        if (!IsPossible(email, password)) throw ApiException.BadRequest("The e-mail address or the password is missing or too long");
        var answer = await CallAsync(
            "signUp", new Account(email, password, ReturnSecureToken: true), IdentityPlatformJson.Default.Account, ct);
        switch (answer.ErrorCode)
        {
            case "EMAIL_EXISTS":
                await SendAsync(email, ct);
                return;
            case "INVALID_EMAIL":
                throw ApiException.BadRequest("This is not an e-mail address");
            case "WEAK_PASSWORD" or "PASSWORD_DOES_NOT_MEET_REQUIREMENTS":
                throw ApiException.BadRequest("The password is too weak");
            case "ADMIN_ONLY_OPERATION" or "OPERATION_NOT_ALLOWED":
                throw new ApiException(StatusCodes.Status403Forbidden, "Nobody can sign up here; ask the operator for an account");
            default:
                await SendAsync(new Message("VERIFY_EMAIL", IdToken: TokenOf(answer)), ct);
                return;
        }
    }

    /// <inheritdoc/>
    public Task SendAsync(string email, CancellationToken ct) =>
        email.Length is > 0 and <= MaxEmailLength ? SendAsync(new Message("PASSWORD_RESET", Email: email), ct) : Task.CompletedTask;

    /// <inheritdoc/>
    public async Task<DateTimeOffset?> ValidSinceAsync(string userId, CancellationToken ct)
    {
        var answer = await ManageAsync("lookup", new AccountIds([userId]), IdentityPlatformJson.Default.AccountIds, ct);
        if (answer.ErrorCode is { } error)
        {
            LogUnexpected(error);
            throw Unavailable();
        }

        return answer.Users is [{ Disabled: false } user]
            ? DateTimeOffset.FromUnixTimeSeconds(long.TryParse(user.ValidSince, CultureInfo.InvariantCulture, out var time) ? time : 0)
            : null;
    }

    /// <inheritdoc/>
    public async Task RemoveAsync(string userId, CancellationToken ct)
    {
        var answer = await ManageAsync("delete", new AccountId(userId), IdentityPlatformJson.Default.AccountId, ct);
        if (answer.ErrorCode is not { } error || error == "USER_NOT_FOUND") return;
        LogUnexpected(error);
        throw Unavailable();
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private static bool IsPossible(string name, string password) =>
        name.Length is > 0 and <= MaxEmailLength && password.Length is > 0 and <= MaxPasswordLength;

    private Task<Answer> CallAsync<T>(string method, T body, JsonTypeInfo<T> type, CancellationToken ct) =>
        PostAsync($"accounts:{method}?key={Uri.EscapeDataString(options.ApiKey)}", body, type, access: null, ct);

    // As the service account of the function.
    private Task<Answer> ManageAsync<T>(string method, T body, JsonTypeInfo<T> type, CancellationToken ct) => PostAsync(
        $"projects/{options.Project}/accounts:{method}",
        body,
        type,
        credentials.For(new Uri(options.Url).IsLoopback ? options.Url : null),
        ct);

    private async Task<Answer> PostAsync<T>(string path, T body, JsonTypeInfo<T> type, ITokenAccess? access, CancellationToken ct)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"{options.Url}/{path}")
            {
                Content = JsonContent.Create(body, type),
            };
            if (access is not null)
                request.Headers.Authorization = new("Bearer", await access.GetAccessTokenForRequestAsync(cancellationToken: ct));
            using var response = await http.SendAsync(request, ct);
            var answer = JsonSerializer.Deserialize(await response.Content.ReadAsByteArrayAsync(ct), IdentityPlatformJson.Default.Answer)
                ?? new Answer();
            // An error without a code must not look like a user who does not exist.
            return response.IsSuccessStatusCode || answer.ErrorCode is not null
                ? answer
                : answer with { Error = new AnswerError($"HTTP_{(int)response.StatusCode}") };
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            LogUnreachable(e);
            throw Unavailable();
        }
    }

    // Errors depend on whether there is an account, so that they are logged only.
    private async Task SendAsync(Message message, CancellationToken ct)
    {
        var answer = await CallAsync("sendOobCode", message, IdentityPlatformJson.Default.Message, ct);
        if (answer.ErrorCode is { } error and not ("EMAIL_NOT_FOUND" or "INVALID_EMAIL" or "USER_DISABLED")) LogUnexpected(error);
    }

    // The codes of wrong credentials have been handled before.
    private async Task<string?> AcceptAsync(Answer answer, string country, CancellationToken ct)
    {
        if (await tokens.VerifyAsync(TokenOf(answer), ct) is not { } claims)
        {
            LogUnexpected("an invalid ID token");
            throw Unavailable();
        }

        if (options.OpenRegistration && !claims.EmailVerified) return null;
        await AddUserAsync(claims, country, ct);
        return claims.Sub;
    }

    private string TokenOf(Answer answer)
    {
        if (answer.ErrorCode == "TOO_MANY_ATTEMPTS_TRY_LATER")
            throw new ApiException(StatusCodes.Status429TooManyRequests, "There were too many attempts. Try again later.");
        if (answer.IdToken is { } token) return token;
        LogUnexpected(answer.ErrorCode ?? "no ID token");
        throw Unavailable();
    }

    private async Task AddUserAsync(IdTokenClaims claims, string country, CancellationToken ct)
    {
        if (await database.ReadAsync(User.Table, new Key(claims.Sub), null, ct) is not null) return;
        var user = new User(
            claims.Sub, Name(claims), claims.Email, country, Product.Free, ExplicitFilter: false, ExplicitFilterLocked: false,
            ImageId: null, Instant.Truncate(time.GetUtcNow()));
        try
        {
            await database.TransactAsync(
                async transaction =>
                {
                    await transaction.InsertAsync(user);
                    return true;
                },
                ct);
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

/// <summary>The e-mail to send, to an address or to the account of an ID token.</summary>
internal sealed record Message(string RequestType, string? Email = null, string? IdToken = null);

/// <summary>The account to delete.</summary>
internal sealed record AccountId(string LocalId);

/// <summary>The accounts to look up.</summary>
internal sealed record AccountIds(IReadOnlyList<string> LocalId);

/// <summary>The state of an account.</summary>
/// <param name="Disabled">Whether the account is disabled.</param>
/// <param name="ValidSince">The time in seconds of the last change that ends earlier sign-ins, such as a new password.</param>
internal sealed record AccountState(bool Disabled = false, string? ValidSince = null);

/// <summary>A response: an ID token, accounts, or an error.</summary>
internal sealed record Answer(string? IdToken = null, IReadOnlyList<AccountState>? Users = null, AnswerError? Error = null)
{
    /// <summary>
    /// The code of the error; null if there is none. A text may follow it: <c>WEAK_PASSWORD : Password should be at least 6 characters</c>.
    /// </summary>
    public string? ErrorCode => Error?.Message?.Split(' ')[0];
}

/// <summary>The error of a response.</summary>
internal sealed record AnswerError(string? Message = null);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Account))]
[JsonSerializable(typeof(Message))]
[JsonSerializable(typeof(AccountId))]
[JsonSerializable(typeof(AccountIds))]
[JsonSerializable(typeof(Answer))]
internal sealed partial class IdentityPlatformJson : JsonSerializerContext;
