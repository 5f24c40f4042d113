using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Functions.AccountRemovals;
using Spotify.Functions.Accounts.SignIn;
using Spotify.Functions.Player.Live;
using Spotify.Functions.Tests.Accounts;
using Spotify.Web.Identity;
using Spotify.Web.PersonalData;

namespace Spotify.Functions.Tests.AccountRemovals;

/// <summary>The removal of an account whose listener has data in every table, beside another listener with the same.</summary>
public sealed class AccountRemovalTests : IAsyncLifetime
{
    private const string Removed = "grace.hopper.1906";
    private const string Other = "edsger.dijkstra.1930";

    private AccountsServer accounts = null!;
    private Listener removed = null!;
    private Listener other = null!;

    private LocalServer Server => accounts.Server;

    private AccountRemovalService Removals => Server.Services.GetRequiredService<AccountRemovalService>();

    public async Task InitializeAsync()
    {
        accounts = await AccountsServer.StartAsync();
        await Server.WriteAsync(TestCatalog.Mutations);
        (removed, other) = (await Listener.StartAsync(accounts, Removed), await Listener.StartAsync(accounts, Other));
        await removed.FillAsync();
        await other.FillAsync();
        await removed.JoinAsync(other);
        await other.JoinAsync(removed);
    }

    public async Task DisposeAsync()
    {
        removed.Dispose();
        other.Dispose();
        await accounts.DisposeAsync();
    }

    [Fact]
    public async Task Every_table_is_filled_so_that_its_erasure_is_tested()
    {
        foreach (var rows in FunctionDefinitions.PersonalData)
            Assert.True(await rows.ReadAsync(Server.Database, Removed, default).AnyAsync(), $"The test fills no row of {rows.Name}.");
    }

    [Fact]
    public async Task The_live_document_is_deleted_and_also_one_that_is_written_during_the_removal()
    {
        Assert.NotNull(await DocumentAsync(Removed));
        await Removals.RequestAsync(Removed, default);
        var document = await DocumentAsync(Removed);
        Assert.Equal(accounts.Clock.Now.ToUnixTimeSeconds(), document!.ValidSince.ToUnixTimeSeconds());
        Assert.Equal([RevokedTokens.All], RevokedTokens.Parse(document.Revocations).Entries.Select(entry => entry.Id));

        await Removals.SweepAsync(default);
        Assert.Null(await DocumentAsync(Removed));
        Assert.NotNull(await DocumentAsync(Other));

        await removed.PlayAsync();
        await PassAsync(AccountRemovalService.Retention);
        await Removals.SweepAsync(default);
        Assert.Null(await DocumentAsync(Removed));
        Assert.NotNull(await DocumentAsync(Other));

        Task<PlayerDocument?> DocumentAsync(string user) => Server.Services.GetRequiredService<IPlayerStates>().ReadAsync(user, default);
    }

    [Fact]
    public async Task No_table_contains_the_removed_user_and_the_other_user_keeps_everything()
    {
        var before = await LibraryAsync();
        await Removals.RequestAsync(Removed, default);
        await Removals.SweepAsync(default);

        // The removal itself is all that is left, until the last access token has expired.
        Assert.Equal(["AccountRemovals"], await TablesWithAsync(Removed));
        await PassAsync(AccountRemovalService.Retention);
        await Removals.SweepAsync(default);
        Assert.Empty(await TablesWithAsync(Removed));

        Assert.Equal(before, await LibraryAsync());
        await other.Api.GetErrorAsync($"/v1/users/{Removed}", HttpStatusCode.NotFound);
        await other.Api.GetErrorAsync($"/v1/playlists/{removed.Public}", HttpStatusCode.NotFound);
        var shared = (await other.Api.GetJsonAsync($"/v1/playlists/{other.Collaborative}"))["items"]!["items"]!.AsArray();
        Assert.Equal([Other, Other, null, null], shared.Select(item => item!.At("added_by", "id")));
        Assert.Equal("0", (await other.Api.GetJsonAsync($"/v1/playlists/{other.Public}")).At("followers", "total"));
        Assert.Equal("0", (await other.Api.GetJsonAsync($"/v1/users/{Other}")).At("followers", "total"));
        Assert.Equal("0", (await other.Api.GetJsonAsync("/v1/me/blends")).At("total"));
        Assert.Equal(HttpStatusCode.OK, await other.RenewAsync());
        var page = await other.Browser.GetStringAsync("/account");
        Assert.Single(Regex.Matches(page, "/account/withdraw"));
        Assert.DoesNotContain(removed.App.Id, page, StringComparison.Ordinal);
        Assert.DoesNotContain((await other.Api.GetJsonAsync("/v1/search?q=open&type=playlist"))["playlists"]!["items"]!.AsArray(), found =>
            found?.At("id") == removed.Public);

        // The name is free, and the new account has nothing of the old one.
        using var successor = await Listener.StartAsync(accounts, Removed);
        Assert.Equal("0", (await successor.Api.GetJsonAsync("/v1/me/tracks")).At("total"));
        Assert.Equal("0", (await successor.Api.GetJsonAsync("/v1/me")).At("followers", "total"));
        Assert.Equal("[false]", (await other.Api.GetJsonAsync($"/v1/me/following/contains?type=user&ids={Removed}")).ToJsonString());

        async Task<string> LibraryAsync() => string.Concat(
            (await other.Api.GetJsonAsync("/v1/me/tracks")).ToJsonString(),
            (await other.Api.GetJsonAsync("/v1/me/albums")).ToJsonString(),
            (await other.Api.GetJsonAsync("/v1/me/following?type=artist")).At("artists", "items", 0, "id"),
            (await other.Api.GetJsonAsync($"/v1/playlists/{other.Public}/items")).ToJsonString());
    }

    [Fact]
    public async Task The_cover_of_a_removed_playlist_is_deleted()
    {
        var cover = (await other.Api.GetJsonAsync($"/v1/playlists/{removed.Public}/images")).At(0, "url")!;
        await Removals.RequestAsync(Removed, default);
        await Removals.SweepAsync(default);
        await Server.Services.GetRequiredService<ObjectRemovals.ObjectRemovalService>().SweepAsync(default);

        using var response = await Server.Http.GetAsync(cover);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task A_request_signs_the_user_out_at_once_and_blocks_the_name()
    {
        var address = AccountsServer.AuthorizeAddress(removed.App.Id, "user-read-private", challenge: null);
        using var code = await removed.Browser.GetAsync(address);
        await Removals.RequestAsync(Removed, default);

        using var page = await removed.Browser.GetAsync("/account");
        Assert.StartsWith("/login", page.Headers.Location!.ToString(), StringComparison.Ordinal);
        using var signedIn = await accounts.SignInAsync(Removed);
        Assert.Equal(HttpStatusCode.Forbidden, signedIn.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, await removed.RenewAsync());
        var (redeemed, _) = await accounts.TokenAsync(
            removed.App, ("grant_type", "authorization_code"), ("code", AccountsServer.QueryOf(code)["code"]!),
            ("redirect_uri", AccountsServer.RedirectUri));
        Assert.Equal(HttpStatusCode.BadRequest, redeemed);
        await AssertNameIsBlockedAsync();

        await Removals.SweepAsync(default);
        await AssertNameIsBlockedAsync();
        await PassAsync(AccountRemovalService.Retention - TimeSpan.FromSeconds(1));
        await Removals.SweepAsync(default);
        await AssertNameIsBlockedAsync();
    }

    [Fact]
    public async Task Writes_with_a_token_that_is_still_valid_are_refused_or_erased_by_the_last_sweep()
    {
        await Removals.RequestAsync(Removed, default);
        Assert.Equal(HttpStatusCode.Created, await removed.TryAddAsync(other.Collaborative));
        await Removals.SweepAsync(default);

        Assert.Equal(HttpStatusCode.Unauthorized, (await removed.Api.GetAsync("/v1/me")).StatusCode);
        Assert.Equal(
            HttpStatusCode.Unauthorized, (await removed.Api.PutAsync($"/v1/me/tracks?ids={TestCatalog.Dawn.Id}", null)).StatusCode);
        Assert.Equal(
            HttpStatusCode.Unauthorized, (await removed.Api.PutAsJsonAsync("/v1/me", new { country = "NO" })).StatusCode);
        using var created = await removed.Api.PostAsJsonAsync("/v1/me/playlists", new { name = "Again" });
        Assert.Equal(HttpStatusCode.Unauthorized, created.StatusCode);
        Assert.Contains("invalid_token", created.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        await removed.Api.DeleteAsync($"/v1/me/tracks?ids={TestCatalog.Dawn.Id}");
        using var followed = await removed.Api.PutAsync($"/v1/playlists/{other.Collaborative}/followers", null);
        Assert.Equal(HttpStatusCode.OK, followed.StatusCode);
        Assert.Equal(HttpStatusCode.Created, await removed.TryAddAsync(other.Collaborative));
        Assert.Contains("PlaylistItems", await TablesWithAsync(Removed));

        await PassAsync(AccountRemovalService.Retention);
        await Removals.SweepAsync(default);
        Assert.Empty(await TablesWithAsync(Removed));
    }

    [Fact]
    public async Task Sweeps_that_stop_anywhere_run_at_the_same_time_and_are_repeated_erase_everything_once()
    {
        await Removals.RequestAsync(Removed, default);
        await Removals.RequestAsync(Removed, default);
        var followers = await FollowersAsync();
        var crashes = 0;
        for (var isDone = false; !isDone; crashes++)
        {
            var service = Service(
                new CrashingDatabase(Server.Database, transactions: 2), Server.Services.GetRequiredService<ISignIn>());
            try
            {
                await service.SweepAsync(default);
                isDone = true;
            }
            catch (IOException)
            {
            }

            if (crashes == 2) await removed.TryAddAsync(other.Collaborative);
        }

        Assert.InRange(crashes, 5, 500);
        await PassAsync(AccountRemovalService.Retention);
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Removals.SweepAsync(default)));
        await Removals.SweepAsync(default);
        Assert.Empty(await TablesWithAsync(Removed));
        Assert.Equal(followers - 1, await FollowersAsync());

        async Task<int> FollowersAsync() =>
            (await other.Api.GetJsonAsync($"/v1/artists/{TestCatalog.Beyonce.Id}"))["followers"]!["total"]!.GetValue<int>();
    }

    [Fact]
    public async Task A_user_who_writes_during_the_removal_is_erased_at_the_latest_when_the_tokens_have_expired()
    {
        await Removals.RequestAsync(Removed, default);
        var statuses = new HashSet<HttpStatusCode>();
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < 20; i++)
            {
                foreach (var path in new[] { $"/v1/me/tracks?ids={TestCatalog.Swedish.Id}", $"/v1/me/following?type=user&ids={Other}" })
                {
                    using var response = await removed.Api.PutAsync(path, null);
                    statuses.Add(response.StatusCode);
                }

                statuses.Add(await removed.TryAddAsync(other.Collaborative));
            }
        });
        while (!writing.IsCompleted) await Removals.SweepAsync(default);
        await writing;
        Assert.Subset(
            new HashSet<HttpStatusCode>
            {
                HttpStatusCode.OK, HttpStatusCode.NoContent, HttpStatusCode.Created, HttpStatusCode.Unauthorized, HttpStatusCode.NotFound,
            },
            statuses);

        await PassAsync(AccountRemovalService.Retention);
        await Removals.SweepAsync(default);
        Assert.Empty(await TablesWithAsync(Removed));
        Assert.Equal("0", (await other.Api.GetJsonAsync($"/v1/users/{Other}")).At("followers", "total"));
    }

    [Fact]
    public async Task A_failure_is_reported_and_does_not_stop_other_removals()
    {
        await Removals.RequestAsync(Removed, default);
        await Removals.RequestAsync(Other, default);
        var service = Service(Server.Database, new FailingSignIn(Other));

        var failure = await Assert.ThrowsAsync<AccountRemovalException>(() => service.SweepAsync(default));

        Assert.Equal("1 accounts could not be erased and will be retried; 1 accounts were erased.", failure.Message);
        Assert.DoesNotContain(Other, failure.ToString(), StringComparison.Ordinal);
        Assert.Equal(["AccountRemovals"], await TablesWithAsync(Removed));
        var dueAt = (await Server.Database.ReadAsync(RemovedAccounts.Table, new Key(Other), null, default))!.Timestamp("DueAt");
        Assert.InRange(dueAt - accounts.Clock.GetUtcNow(), TimeSpan.FromMinutes(9), TimeSpan.FromMinutes(10));
        await Server.WriteAsync(Mutation.Update(
            RemovedAccounts.Table, ("UserId", Other), ("DueAt", Instant.Truncate(accounts.Clock.GetUtcNow()))));
        await Removals.SweepAsync(default);
        Assert.Equal(["AccountRemovals"], await TablesWithAsync(Other));
    }

    private AccountRemovalService Service(IDatabase database, ISignIn signIn) =>
        new(database, signIn, Server.Services.GetRequiredService<PlayerAccess>(), Server.Services, accounts.Clock);

    private async Task AssertNameIsBlockedAsync()
    {
        var local = Server.Services.GetRequiredService<LocalAccounts>();
        var token = await local.InviteAsync(new Invitation(null, IsOwner: false, Domain.Users.Product.Free, "SE"), default);
        var refused = await Assert.ThrowsAsync<Web.ApiException>(
            () => local.AcceptAsync(token, Removed, AccountsServer.Password, default));
        Assert.Equal(400, refused.Status);
        var (status, error) = await accounts.TokenAsync(null, ("grant_type", "client_credentials"), ("user", Removed));
        Assert.Equal((HttpStatusCode.Forbidden, "access_denied"), (status, error.At("error")));
    }

    // Moves the removal to the past instead of the clock to the future, because tokens would end.
    private async Task PassAsync(TimeSpan time)
    {
        var now = Instant.Truncate(accounts.Clock.GetUtcNow());
        await Server.WriteAsync(Mutation.Update(
            RemovedAccounts.Table, ("UserId", Removed), ("RequestedAt", now - time), ("DueAt", now)));
    }

    /// <summary>Returns the tables with a value that contains a text.</summary>
    private async Task<IReadOnlyList<string>> TablesWithAsync(string text)
    {
        var found = new List<string>();
        foreach (var table in Schema.Current.Tables)
        {
            var columns = table.Columns.Where(column => column.Type == ColumnType.String).ToList();
            var all = new Statement($"SELECT {string.Join(", ", columns.Select(column => column.Name).DefaultIfEmpty("1"))} FROM {table}");
            var contains = await Server.Database.QueryAsync(all, [], null, default).AnyAsync(row =>
                columns.Any(column => row.StringOrNull(column.Name)?.Contains(text, StringComparison.OrdinalIgnoreCase) == true));
            if (contains) found.Add(table.Name);
        }

        return [.. found.Order(StringComparer.Ordinal)];
    }

    private sealed class FailingSignIn(string failing) : ISignIn
    {
        public Task<string?> VerifyAsync(string name, string password, string country, CancellationToken ct) =>
            Task.FromResult<string?>(null);

        public Task RemoveAsync(string userId, CancellationToken ct) =>
            userId == failing ? throw new IOException("Down") : Task.CompletedTask;
    }
}
