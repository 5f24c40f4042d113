using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Web;

namespace Spotify.Functions.Accounts.Apps;

/// <summary>The registered apps, and the web player, which is always registered.</summary>
internal sealed class AppRegistry(IDatabase database, IOptions<PublicUrlOptions> urls, TimeProvider time)
{
    /// <summary>The client id of the web player.</summary>
    public const string WebPlayer = "web-player";

    /// <summary>The maximum number of apps of a user.</summary>
    public const int MaxApps = 25;

    /// <summary>The maximum number of redirect URIs of an app.</summary>
    public const int MaxRedirectUris = 20;

    /// <summary>How long the previous secret is accepted after a rotation.</summary>
    public static readonly TimeSpan SecretOverlap = TimeSpan.FromDays(1);

    private static readonly Statement ByOwner = new(
        "SELECT * FROM Apps WHERE OwnerId = @owner ORDER BY CreatedAt, AppId LIMIT @limit",
        ("owner", ColumnType.String), ("limit", ColumnType.Int64));

    /// <summary>Returns the app with a client id; null if there is none.</summary>
    public async Task<App?> FindAsync(string id, HttpRequest request, CancellationToken ct)
    {
        if (id == WebPlayer) return WebPlayerAt(urls.Value.PublicUrl ?? $"{request.Scheme}://{request.Host}");
        return id.Length <= 32 && await database.ReadRecentAsync(App.Table, new Key(id), ct) is { } row ? App.FromRow(row) : null;
    }

    /// <summary>
    /// Returns whether an app may receive answers at a URI. The web player has no other port, because it needs no consent: another program
    /// on the machine must not get its codes.
    /// </summary>
    public static bool IsRegistered(App app, string uri) =>
        app.Id == WebPlayer ? app.RedirectUris.Contains(uri) : RedirectUri.IsRegistered(app.RedirectUris, uri);

    /// <summary>Returns the apps of a user, the oldest first.</summary>
    public async Task<IReadOnlyList<App>> OfAsync(string ownerId, CancellationToken ct) =>
        await database.QueryAsync(ByOwner, new Parameters { { "owner", ownerId }, { "limit", MaxApps } }, null, ct)
            .Select(App.FromRow).ToListAsync(ct);

    /// <summary>Registers an app. Returns it with its secret, which is not stored.</summary>
    /// <exception cref="ApiException">400: the name or a redirect URI is invalid, or the user has too many apps.</exception>
    public async Task<(App App, string Secret)> RegisterAsync(
        string ownerId, string name, IReadOnlyList<string> redirectUris, CancellationToken ct)
    {
        Check(name, redirectUris);
        var secret = Secret.New();
        var app = new App(
            Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), ownerId, name, redirectUris, Secret.Hash(secret),
            PreviousSecretHash: null, PreviousSecretUntil: null, Instant.Truncate(time.GetUtcNow()));
        await database.TransactAsync(
            async transaction =>
            {
                var parameters = new Parameters { { "owner", ownerId }, { "limit", MaxApps } };
                if (await transaction.QueryAsync(ByOwner, parameters).CountAsync() == MaxApps)
                    throw ApiException.BadRequest($"You have {MaxApps} apps, which is the maximum");
                transaction.Add(app.Write());
                return true;
            },
            ct);
        return (app, secret);
    }

    /// <summary>Changes the name and redirect URIs of a user's app.</summary>
    /// <exception cref="ApiException">400: the name or a redirect URI is invalid. 404: the user has no such app.</exception>
    public Task<App> ChangeAsync(string ownerId, string id, string name, IReadOnlyList<string> redirectUris, CancellationToken ct)
    {
        Check(name, redirectUris);
        return ChangeAsync(ownerId, id, app => app with { Name = name, RedirectUris = redirectUris }, ct);
    }

    /// <summary>Gives a user's app another secret. The previous one is accepted for a day. Returns the new secret.</summary>
    /// <exception cref="ApiException">404: the user has no such app.</exception>
    public async Task<string> RotateSecretAsync(string ownerId, string id, CancellationToken ct)
    {
        var secret = Secret.New();
        await ChangeAsync(
            ownerId,
            id,
            app => app with
            {
                SecretHash = Secret.Hash(secret),
                PreviousSecretHash = app.SecretHash,
                PreviousSecretUntil = Instant.Truncate(time.GetUtcNow() + SecretOverlap),
            },
            ct);
        return secret;
    }

    /// <summary>Deletes a user's app. Its tokens cannot be renewed any more.</summary>
    /// <exception cref="ApiException">404: the user has no such app.</exception>
    public Task DeleteAsync(string ownerId, string id, CancellationToken ct) => database.TransactAsync(
        async transaction =>
        {
            await ReadAsync(transaction, ownerId, id);
            transaction.Add(Mutation.Delete(App.Table, new Key(id)));
            return true;
        },
        ct);

    private static App WebPlayerAt(string origin) => new(
        WebPlayer, OwnerId: "", "Web player", [origin + "/"], SecretHash: "", PreviousSecretHash: null, PreviousSecretUntil: null, default);

    private Task<App> ChangeAsync(string ownerId, string id, Func<App, App> change, CancellationToken ct) => database.TransactAsync(
        async transaction =>
        {
            var app = change(await ReadAsync(transaction, ownerId, id));
            transaction.Add(app.Write());
            return app;
        },
        ct);

    private static async Task<App> ReadAsync(ITransaction transaction, string ownerId, string id) =>
        await transaction.ReadAsync(App.Table, new Key(id)) is { } row && App.FromRow(row) is var app && app.OwnerId == ownerId
            ? app
            : throw ApiException.NotFound("You have no such app");

    private static void Check(string name, IReadOnlyList<string> redirectUris)
    {
        if (name.Trim() != name || name.Length is 0 or > App.MaxNameLength || name.Any(char.IsControl))
            throw ApiException.BadRequest($"The name must have 1 to {App.MaxNameLength} printable characters");
        if (redirectUris.Count > MaxRedirectUris) throw ApiException.BadRequest($"An app can have at most {MaxRedirectUris} redirect URIs");
        foreach (var uri in redirectUris)
            if (RedirectUri.Problem(uri) is { } problem) throw ApiException.BadRequest($"The redirect URI {uri} {problem}");
    }
}
