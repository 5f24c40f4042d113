using System.Net;
using Spotify.Domain.Data;
using Spotify.Domain.Users;
using Spotify.Fixtures;

namespace Spotify.Functions.Tests.Library;

public sealed class ProfileTests : LibraryTestBase
{
    [Fact]
    public async Task Users_see_themselves()
    {
        var me = await Ada.GetJsonAsync("/v1/me");
        Assert.Equal(("ada", "ada", "SE", "premium"), (me.At("id"), me.At("display_name"), me.At("country"), me.At("product")));
        Assert.Equal(("user", "spotify:user:ada", "0"), (me.At("type"), me.At("uri"), me.At("followers", "total")));
        Assert.Equal(("false", "false"), (me.At("explicit_content", "filter_enabled"), me.At("explicit_content", "filter_locked")));
        Assert.Equal(
            ($"{Server.Http.BaseAddress}v1/users/ada", $"{Server.Http.BaseAddress}user/ada"),
            (me.At("href"), me.At("external_urls", "spotify")));
        Assert.False(me.AsObject().ContainsKey("email"));
        Assert.Empty(me["images"]!.AsArray());
    }

    [Theory]
    [InlineData("free", "free")]
    [InlineData("family", "premium")]
    [InlineData("student", "premium")]
    public async Task Every_paid_plan_is_reported_as_premium(string product, string shown) =>
        Assert.Equal(shown, (await (await Server.SignInAsync("carol", product)).GetJsonAsync("/v1/me")).At("product"));

    [Fact]
    public async Task Others_see_a_public_profile_only()
    {
        await Server.WriteAsync(Mutation.Update(User.Table, ("UserId", "ada"), ("Email", "ada@example.org")));
        var bob = await Server.SignInAsync("bob");
        var ada = (await bob.GetJsonAsync("/v1/users/ada")).AsObject();
        Assert.Equal(
            ["display_name", "external_urls", "followers", "href", "id", "images", "type", "uri"],
            ada.Select(member => member.Key).Order(StringComparer.Ordinal));
        Assert.Equal("ada@example.org", (await Ada.GetJsonAsync("/v1/me")).At("email"));
    }

    [Fact]
    public async Task Reading_the_profile_inserts_the_row_of_a_new_user()
    {
        await Server.WriteAsync(Mutation.Delete(User.Table, new Key("ada")));
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Ada.GetJsonAsync("/v1/me")));
        Assert.All(answers, me => Assert.Equal(("ada", "SE", "premium"), (me.At("id"), me.At("country"), me.At("product"))));
        Assert.NotNull(await Server.Database.ReadAsync(User.Table, new Key("ada"), null, default));
    }

    [Fact]
    public async Task Names_that_need_escaping_are_found_by_the_links()
    {
        var friend = await Server.SignInAsync("Zoë O'Hara+1/2?");
        var href = (await friend.GetJsonAsync("/v1/me")).At("href")!;
        Assert.Equal("Zoë O'Hara+1/2?", (await Ada.GetJsonAsync(href)).At("id"));
    }

    [Theory]
    [InlineData("nobody", HttpStatusCode.NotFound)]
    [InlineData("%01", HttpStatusCode.BadRequest)]
    public async Task Unknown_users_are_not_found(string id, HttpStatusCode status) => await Ada.GetErrorAsync($"/v1/users/{id}", status);
}
