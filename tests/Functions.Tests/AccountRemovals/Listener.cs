using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Events.Taste;
using Spotify.Fixtures;
using Spotify.Functions.Accounts.SignIn;
using Spotify.Functions.Tests.Accounts;
using Spotify.Functions.Tests.Playlists;
using Spotify.Player;

namespace Spotify.Functions.Tests.AccountRemovals;

/// <summary>A listener with an account, a browser and a token of all scopes.</summary>
internal sealed class Listener : IDisposable
{
    private static readonly string[] Tracks = [$"spotify:track:{TestCatalog.Dawn.Id}", $"spotify:track:{TestCatalog.Duet.Id}"];

    private Listener(AccountsServer accounts, string id, HttpClient api) => (Accounts, Id, Api) = (accounts, id, api);

    public string Id { get; }

    /// <summary>The browser, in which the listener is signed in.</summary>
    public HttpClient Browser => Accounts.Browser;

    /// <summary>A client with a token of all scopes.</summary>
    public HttpClient Api { get; }

    public string Public { get; private set; } = "";

    public string Collaborative { get; private set; } = "";

    public (string Id, string Secret) App { get; private set; }

    public string RefreshToken { get; private set; } = "";

    private AccountsServer Accounts { get; }

    public static async Task<Listener> StartAsync(AccountsServer accounts, string id, bool isOwner = false) =>
        new(await accounts.InviteAsync(id, isOwner), id, await accounts.Server.SignInAsync(id));

    public void Dispose()
    {
        Browser.Dispose();
        Api.Dispose();
    }

    /// <summary>Creates rows in every table: an app with access, a library, and playlists with items and a cover.</summary>
    public async Task FillAsync()
    {
        App = await Accounts.RegisterAsync();
        var code = (await Accounts.AuthorizeAsync(App.Id, "user-read-private"))["code"]!;
        var (_, tokens) = await Accounts.TokenAsync(
            App, ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", AccountsServer.RedirectUri));
        RefreshToken = tokens.At("refresh_token")!;
        await Accounts.Server.Services.GetRequiredService<LocalAccounts>()
            .InviteAsync(new Invitation(Id, IsOwner: false, Product.Free, "SE"), default);

        await Accounts.Server.WriteAsync(Mutation.Insert(
            Schema.Current.Table("Passkeys"),
            ("UserId", Id), ("CredentialId", $"key of {Id.Length}"), ("UserHandle", "handle"), ("Name", "Phone"), ("Host", "localhost"),
            ("PublicKey", new byte[] { 1 }), ("SignCount", 0L), ("IsBackupEligible", false), ("CreatedAt", DateTimeOffset.UnixEpoch)));

        // Written in the cloud only.
        await Accounts.Server.WriteAsync(Mutation.Insert(
            Schema.Current.Table("AccountChecks"),
            ("UserId", Id), ("CheckedAt", DateTimeOffset.UnixEpoch), ("ValidSince", DateTimeOffset.UnixEpoch)));

        await Accounts.Server.WriteAsync(
            Mutation.Insert(Schema.Current.Table("Listeners"), ("UserId", Id), ("ListenerId", SpotifyId.FromName(Id))),
            Mutation.Insert(
                Schema.Current.Table("PlayHistory"),
                ("UserId", Id), ("EventId", "play"), ("PlayedAt", DateTimeOffset.UnixEpoch), ("Type", "track"),
                ("PlayableId", TestCatalog.Dawn.Id), ("PlayedMs", 1L), ("EndReason", "error"), ("Engagement", 0L), ("IsListed", false)),
            Mutation.Insert(
                Schema.Current.Table("AdHistory"), ("UserId", Id), ("EventId", "ad"), ("HappenedAt", DateTimeOffset.UnixEpoch)));

        await Accounts.Server.WriteAsync(Mutation.Insert(
            Schema.Current.Table("Tastes"),
            ("UserId", Id), ("State", new TasteState().Encode()), ("UpdatedAt", DateTimeOffset.UnixEpoch)));

        await Accounts.Server.WriteAsync(
            Mutation.Insert(
                Schema.Current.Table("ActiveListeners"),
                ("UserId", Id), ("TimeZone", "Europe/Stockholm"), ("Shard", 1L), ("ActiveAt", DateTimeOffset.UnixEpoch)),
            Mutation.Insert(
                Schema.Current.Table("GeneratedPlaylists"),
                ("UserId", Id), ("Surface", "on-repeat"), ("PlaylistId", SpotifyId.FromName(Id)), ("Period", "2026-11-23"),
                ("Variant", ""), ("GeneratedAt", DateTimeOffset.UnixEpoch)),
            Mutation.Insert(
                Schema.Current.Table("ResumePoints"),
                ("UserId", Id), ("PlayableId", TestCatalog.Dawn.Id), ("PositionMs", 1L), ("FullyPlayed", false),
                ("UpdatedAt", DateTimeOffset.UnixEpoch)),
            Mutation.Insert(
                Schema.Current.Table("NotInterested"),
                ("UserId", Id), ("Uri", $"spotify:track:{TestCatalog.Dawn.Id}"), ("AddedAt", DateTimeOffset.UnixEpoch)));

        var device = ("DeviceId", (object)SpotifyId.FromName($"device of {Id}"));
        var collection = ("ItemId", (object)TestCatalog.Sunrise.Id);
        await Accounts.Server.WriteAsync(
            Mutation.Insert(
                Schema.Current.Table("Devices"),
                ("UserId", Id), device, ("Name", "Phone"), ("Type", "smartphone"), ("SigningKey", "{}"), ("AgreementKey", "{}"),
                ("Tracks", 1L), ("Collections", 1L), ("Members", 1L), ("Revision", 1L), ("Serial", 0L),
                ("RegisteredAt", DateTimeOffset.UnixEpoch), ("SeenAt", DateTimeOffset.UnixEpoch)),
            Mutation.Insert(
                Schema.Current.Table("OfflineCollections"),
                ("UserId", Id), device, ("Type", "album"), collection, ("Quality", "high"), ("Codecs", "vorbis"), ("Version", 0L),
                ("AddedAt", DateTimeOffset.UnixEpoch)),
            Mutation.Insert(
                Schema.Current.Table("OfflineMembers"),
                ("UserId", Id), device, ("Type", "album"), collection, ("PlayableId", TestCatalog.Dawn.Id), ("Position", 0L)),
            Mutation.Insert(
                Schema.Current.Table("OfflineTracks"),
                ("UserId", Id), device, ("PlayableId", TestCatalog.Dawn.Id), ("Type", "track"), ("State", "wanted"),
                ("IsRequested", false), ("Quality", "high"), ("Codecs", "vorbis"), ("Change", 1L),
                ("AddedAt", DateTimeOffset.UnixEpoch)),
            Mutation.Insert(
                Schema.Current.Table("OfflinePlays"),
                ("UserId", Id), ("EventId", "offline play"), device, ("StartedAt", DateTimeOffset.UnixEpoch),
                ("EndedAt", DateTimeOffset.UnixEpoch), ("IsChecked", true)));

        await PlayAsync();
        await PutAsync($"/v1/me/taste/exclusions?uris=spotify:track:{TestCatalog.Duet.Id}");
        await PutAsync("/v1/me/private-session");
        await PutAsync($"/v1/me/tracks?ids={TestCatalog.Dawn.Id},{TestCatalog.Duet.Id}");
        await PutAsync($"/v1/me/albums?ids={TestCatalog.Sunrise.Id}");
        await PutAsync($"/v1/me/following?type=artist&ids={TestCatalog.Beyonce.Id}");
        Public = await CreateAsync(new JsonObject { ["name"] = "Open" });
        Collaborative = await CreateAsync(new JsonObject { ["name"] = "Ours", ["public"] = false, ["collaborative"] = true });
        await AddAsync(Public);
        await AddAsync(Collaborative);
        var cover = new StringContent(Convert.ToBase64String(PlaylistCoverTests.Jpeg(64, 64)), Encoding.ASCII, "image/jpeg");
        using var uploaded = await Api.PutAsync($"/v1/playlists/{Public}/images", cover);
        Assert.Equal(HttpStatusCode.Accepted, uploaded.StatusCode);
    }

    /// <summary>
    /// Allows a listener's app, follows the listener and the playlists, adds items to the collaborative one, and accepts an invitation to a
    /// blend.
    /// </summary>
    public async Task JoinAsync(Listener other)
    {
        await Accounts.AuthorizeAsync(other.App.Id, "user-read-private");
        await PutAsync($"/v1/me/following?type=user&ids={other.Id}");
        await PutAsync($"/v1/playlists/{other.Public}/followers");
        await PutAsync($"/v1/playlists/{other.Collaborative}/followers");
        await AddAsync(other.Collaborative);
        using var invited = await other.Api.PostAsync("/v1/me/blends", null);
        await PutAsync($"/v1/me/blends/{(await invited.JsonAsync(HttpStatusCode.Created)).At("token")}");
    }

    /// <summary>Asks for the renewal of the access token.</summary>
    public async Task<HttpStatusCode> RenewAsync() =>
        (await Accounts.TokenAsync(App, ("grant_type", "refresh_token"), ("refresh_token", RefreshToken))).Status;

    /// <summary>Adds items to a playlist. Returns the status.</summary>
    public async Task<HttpStatusCode> TryAddAsync(string playlist)
    {
        using var added = await Api.PostAsJsonAsync($"/v1/playlists/{playlist}/items", new { uris = Tracks });
        return added.StatusCode;
    }

    /// <summary>Writes the first live document, as a player does.</summary>
    public async Task PlayAsync() => Assert.True(await Accounts.Server.Services.GetRequiredService<IPlayerStates>().TryWriteAsync(
        Id, null, new PlayerDocument(1, PlayerStateJson.Serialize(PlayerState.Empty, 1)), default));

    private async Task AddAsync(string playlist) => Assert.Equal(HttpStatusCode.Created, await TryAddAsync(playlist));

    private async Task<string> CreateAsync(JsonObject details)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/me/playlists") { Content = JsonContent.Create(details) };
        request.Headers.Add("Idempotency-Key", $"create {details["name"]}");
        using var created = await Api.SendAsync(request);
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        return (await created.Content.ReadFromJsonAsync<JsonObject>())!.At("id")!;
    }

    private async Task PutAsync(string path)
    {
        using var response = await Api.PutAsync(path, JsonContent.Create(new JsonObject()));
        Assert.True(response.IsSuccessStatusCode, $"{path}: {response.StatusCode} {await response.Content.ReadAsStringAsync()}");
    }
}
