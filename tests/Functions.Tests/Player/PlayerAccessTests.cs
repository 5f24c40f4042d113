using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Fixtures;
using Spotify.Functions.Accounts.SignIn;
using Spotify.Functions.Player.Live;
using Spotify.Functions.Tests.Accounts;
using Spotify.Player;
using Spotify.Web.Identity;

namespace Spotify.Functions.Tests.Player;

/// <summary>The live document after a sign-out: which tokens it refuses.</summary>
public sealed class PlayerAccessTests : IAsyncLifetime
{
    private readonly UnreliableStates states = new();
    private AccountsServer accounts = null!;

    public async Task InitializeAsync()
    {
        accounts = await AccountsServer.StartAsync(services =>
        {
            var adapter = services.Last(service => service.ServiceType == typeof(IPlayerStates));
            services.AddSingleton<IPlayerStates>(provider =>
            {
                states.Inner = (IPlayerStates)adapter.ImplementationFactory!(provider);
                return states;
            });
        });
        using var signedIn = await accounts.SignInAsync();
    }

    public async Task DisposeAsync() => await accounts.DisposeAsync();

    [Fact]
    public async Task The_web_player_loses_the_sign_in_of_its_browser_and_live_tokens_are_refused()
    {
        var (tokens, others) = (await accounts.SignPlayerInAsync(), await accounts.SignPlayerInAsync());
        using var response = await accounts.SignPlayerOutAsync(tokens.At("refresh_token")!);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);

        var document = await DocumentAsync();
        Assert.Equal((1L, Now), (document!.Revision, document.ValidSince));
        Assert.True(RevokedTokens.Include(document, await CallerAsync(tokens.At("access_token")!)));
        Assert.False(RevokedTokens.Include(document, await CallerAsync(others.At("access_token")!)));

        accounts.Clock.Advance(TimeSpan.FromSeconds(1));
        using var signedIn = await accounts.SignInAsync();
        Assert.False(RevokedTokens.Include(document, await CallerAsync((await accounts.SignPlayerInAsync()).At("access_token")!)));
    }

    [Fact]
    public async Task Signing_out_everywhere_ends_every_web_player_and_no_other_app()
    {
        var app = await AppTokenAsync();
        var (tokens, others) = (await accounts.SignPlayerInAsync(), await accounts.SignPlayerInAsync());
        using var response = await accounts.SignPlayerOutAsync(tokens.At("refresh_token")!, everywhere: true);

        Assert.Equal(["web-player"], await RevokedAsync());
        var document = await DocumentAsync();
        Assert.True(RevokedTokens.Include(document, await CallerAsync(others.At("access_token")!)));
        Assert.False(RevokedTokens.Include(document, await CallerAsync(app.Access)));
    }

    [Fact]
    public async Task A_browser_without_the_web_player_ends_live_tokens_only()
    {
        await LogOutAsync();
        Assert.Null(await DocumentAsync());

        using var again = await accounts.SignInAsync();
        await PlayAsync();
        await LogOutAsync();
        var document = await DocumentAsync();
        Assert.Equal((2L, Now, null), (document!.Revision, document.ValidSince, document.Revocations));
        Assert.Contains("\"revision\":2,", document.State, StringComparison.Ordinal);

        using var everywhere = await accounts.SignInAsync();
        await LogOutAsync(("everywhere", "true"));
        Assert.Equal(["web-player"], await RevokedAsync());
    }

    [Fact]
    public async Task A_token_that_has_ended_before_ends_live_tokens_of_the_browser()
    {
        await PlayAsync();
        using var response = await accounts.SignPlayerOutAsync("ended");
        Assert.Equal((Now, null), ((await DocumentAsync())!.ValidSince, (await DocumentAsync())!.Revocations));
    }

    [Fact]
    public async Task An_app_revokes_its_own_sign_in()
    {
        var app = await AppTokenAsync();
        using var unknown = await RevokeAsync(app, "unknown");
        Assert.Null(await DocumentAsync());

        using var response = await RevokeAsync(app, app.Refresh);
        Assert.Equal([app.Refresh[..22]], await RevokedAsync());
    }

    [Fact]
    public async Task An_app_whose_access_is_withdrawn_is_refused()
    {
        var app = await AppTokenAsync();
        var page = await accounts.Browser.GetStringAsync("/account");
        using var response = await accounts.Browser.PostAsync("/account/withdraw", AccountsServer.Form(page, ("app", app.Id)));

        Assert.Equal([app.Id], await RevokedAsync());
        Assert.True(RevokedTokens.Include(await DocumentAsync(), await CallerAsync(app.Access)));
    }

    [Fact]
    public async Task The_devices_of_an_app_whose_access_is_withdrawn_leave_and_pause()
    {
        var app = await AppTokenAsync();
        await PlayAsync(app.Id);
        accounts.Clock.Advance(TimeSpan.FromSeconds(10));
        var page = await accounts.Browser.GetStringAsync("/account");
        using var response = await accounts.Browser.PostAsync("/account/withdraw", AccountsServer.Form(page, ("app", app.Id)));

        var state = PlayerStateJson.Parse((await DocumentAsync())!.State);
        Assert.Equal("web-player", Assert.Single(state.Devices).ClientId);
        Assert.Equal((null, false, 10_000), (state.ActiveDeviceId, state.Position.IsPlaying, state.Position.Ms));
    }

    [Fact]
    public async Task A_sign_out_everywhere_ends_the_devices_of_web_players_and_one_of_a_browser_does_not()
    {
        await PlayAsync("other");
        var (tokens, others) = (await accounts.SignPlayerInAsync(), await accounts.SignPlayerInAsync());
        using var one = await accounts.SignPlayerOutAsync(tokens.At("refresh_token")!);
        Assert.Equal(2, PlayerStateJson.Parse((await DocumentAsync())!.State).Devices.Count);

        using var all = await accounts.SignPlayerOutAsync(others.At("refresh_token")!, everywhere: true);
        var state = PlayerStateJson.Parse((await DocumentAsync())!.State);
        Assert.Equal(("other", true), (Assert.Single(state.Devices).ClientId, state.Position.IsPlaying));
    }

    [Fact]
    public async Task A_stolen_refresh_token_or_code_ends_the_sign_in()
    {
        var tokens = await accounts.SignPlayerInAsync();
        await RenewAsync();
        accounts.Clock.Advance(TimeSpan.FromSeconds(31));
        await RenewAsync();
        Assert.Equal([tokens.At("refresh_token")![..22]], await RevokedAsync());

        var app = await AppTokenAsync();
        await accounts.TokenAsync(
            (app.Id, app.Secret), ("grant_type", "authorization_code"), ("code", app.Code), ("redirect_uri", AccountsServer.RedirectUri));
        Assert.Contains(app.Refresh[..22], await RevokedAsync());

        Task RenewAsync() => accounts.TokenAsync(
            null, ("grant_type", "refresh_token"), ("refresh_token", tokens.At("refresh_token")!), ("client_id", "web-player"));
    }

    [Fact]
    public async Task A_new_password_ends_every_sign_in()
    {
        var local = accounts.Server.Services.GetRequiredService<LocalAccounts>();
        var token = await local.InviteAsync(new Invitation(AccountsServer.Name, IsOwner: false, Product.Free, "SE"), default);
        await PlayAsync("other");
        using var browser = AccountsServer.NewBrowser(accounts.Server);
        var page = await browser.GetStringAsync("/login");
        using var response = await browser.PostAsync(
            "/invitation", AccountsServer.Form(page, ("token", token), ("password", "another password")));

        Assert.Equal(HttpStatusCode.SeeOther, response.StatusCode);
        Assert.Equal([RevokedTokens.All], await RevokedAsync());
        Assert.Empty(PlayerStateJson.Parse((await DocumentAsync())!.State).Devices);
    }

    [Fact]
    public async Task A_sign_out_repeats_its_write_when_a_player_writes_at_the_same_time()
    {
        var tokens = await accounts.SignPlayerInAsync();
        await PlayAsync();
        states.Conflicts = 5;
        using var response = await accounts.SignPlayerOutAsync(tokens.At("refresh_token")!);
        Assert.Equal([tokens.At("refresh_token")![..22]], await RevokedAsync());
    }

    [Fact]
    public async Task A_sign_out_succeeds_when_the_live_documents_are_down_or_do_not_answer()
    {
        var (tokens, others) = (await accounts.SignPlayerInAsync(), await accounts.SignPlayerInAsync());
        states.Failure = Task.FromException<PlayerDocument?>(new IOException("Down"));
        using var response = await accounts.SignPlayerOutAsync(tokens.At("refresh_token")!);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);

        using var signedIn = await accounts.SignInAsync();
        states.Failure = new TaskCompletionSource<PlayerDocument?>().Task;
        var waiting = accounts.SignPlayerOutAsync(others.At("refresh_token")!);
        await states.Reading.Task;
        Assert.False(waiting.IsCompleted);
        accounts.Clock.Advance(PlayerAccess.Budget);
        using var late = await waiting;
        Assert.Equal(HttpStatusCode.OK, late.StatusCode);
    }

    private DateTimeOffset Now => DateTimeOffset.FromUnixTimeSeconds(accounts.Clock.Now.ToUnixTimeSeconds());

    private Task<PlayerDocument?> DocumentAsync() => states.Inner!.ReadAsync(AccountsServer.Name, default);

    private async Task<IEnumerable<string>> RevokedAsync() =>
        RevokedTokens.Parse((await DocumentAsync())?.Revocations).Entries.Select(entry => entry.Id);

    // Plays on a device of an app, beside one of the web player.
    private async Task PlayAsync(string clientId)
    {
        var now = accounts.Clock.Now;
        PlayerDevice Device(string client) => new(client, client, client, "computer", 50, now, now + TimeSpan.FromMinutes(15));
        var state = PlayerState.Empty.Register(Device(clientId)).Register(Device("web-player")).Activate(clientId, null, now)
            .Start(PlayStart.OfList([new ContextItem("", "spotify:track:0000000000000000000000", 200_000)]), now);
        var document = new PlayerDocument(1, PlayerStateJson.Serialize(state, 1));
        Assert.True(await states.Inner!.TryWriteAsync(AccountsServer.Name, null, document, default));
    }

    private async Task PlayAsync() => Assert.True(await states.Inner!.TryWriteAsync(
        AccountsServer.Name, null, new PlayerDocument(1, PlayerStateJson.Serialize(PlayerState.Empty, 1)), default));

    private async Task<Caller> CallerAsync(string token) =>
        await accounts.Server.Services.GetRequiredService<AccessTokenVerifier>().VerifyAsync(token, default);

    private async Task LogOutAsync(params (string, string)[] fields)
    {
        var page = await accounts.Browser.GetStringAsync("/account");
        using var response = await accounts.Browser.PostAsync("/logout", AccountsServer.Form(page, fields));
        Assert.Equal(HttpStatusCode.SeeOther, response.StatusCode);
    }

    private async Task<(string Id, string Secret, string Code, string Access, string Refresh)> AppTokenAsync()
    {
        var (id, secret) = await accounts.RegisterAsync();
        var code = (await accounts.AuthorizeAsync(id))["code"]!;
        var (_, tokens) = await accounts.TokenAsync(
            (id, secret), ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", AccountsServer.RedirectUri));
        return (id, secret, code, tokens.At("access_token")!, tokens.At("refresh_token")!);
    }

    private Task<HttpResponseMessage> RevokeAsync(
        (string Id, string Secret, string Code, string Access, string Refresh) app, string token) => accounts.Server.Http.PostAsync(
            "/api/revoke",
            new FormUrlEncodedContent([new("token", token), new("client_id", app.Id), new("client_secret", app.Secret)]));

    /// <summary>Live documents that fail when a test wants it.</summary>
    private sealed class UnreliableStates : IPlayerStates
    {
        public IPlayerStates? Inner { get; set; }

        public Task<PlayerDocument?>? Failure { get; set; }

        public int Conflicts { get; set; }

        public TaskCompletionSource Reading { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<PlayerDocument?> ReadAsync(string userId, CancellationToken ct)
        {
            if (Failure is null) return Inner!.ReadAsync(userId, ct);
            if (!Failure.IsCompleted) Reading.TrySetResult();
            return Failure;
        }

        public Task<bool> TryWriteAsync(string userId, PlayerDocument? basedOn, PlayerDocument document, CancellationToken ct) =>
            Conflicts-- > 0 ? Task.FromResult(false) : Inner!.TryWriteAsync(userId, basedOn, document, ct);

        public Task DeleteAsync(string userId, CancellationToken ct) => Inner!.DeleteAsync(userId, ct);
    }
}
