using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
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

    [Fact]
    public async Task The_time_zone_follows_from_the_country_until_it_is_set()
    {
        Assert.Equal("Europe/Stockholm", (await Ada.GetJsonAsync("/v1/me")).At("time_zone"));
        await Server.WriteAsync(ActiveListeners.Upsert("ada", "Europe/Stockholm", DateTimeOffset.UnixEpoch));
        await ChangeAsync(new { country = "JP" }, "JP", "Asia/Tokyo");
        await ChangeAsync(new { time_zone = "Asia/Calcutta" }, "JP", "Asia/Kolkata");
        await ChangeAsync(new { country = "SE" }, "SE", "Asia/Kolkata");
        await ChangeAsync(new { country = "NO", time_zone = "Africa/Lagos" }, "NO", "Africa/Lagos");
        using var invalid = await Ada.PutAsJsonAsync("/v1/me", new { country = "SE", time_zone = "Nowhere" });
        Assert.Equal(HttpStatusCode.BadRequest, invalid.StatusCode);
        Assert.Equal("NO", (await Ada.GetJsonAsync("/v1/me")).At("country"));

        async Task ChangeAsync(object change, string country, string timeZone)
        {
            using var response = await Ada.PutAsJsonAsync("/v1/me", change);
            var me = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
            Assert.Equal((HttpStatusCode.OK, country, timeZone), (response.StatusCode, me.At("country"), me.At("time_zone")));
            Assert.Equal(timeZone, (await ActiveAsync()).String("TimeZone"));
        }
    }

    [Fact]
    public async Task A_change_inserts_the_row_of_a_new_user()
    {
        await Server.WriteAsync(Mutation.Delete(User.Table, new Key("ada")));
        using var response = await Ada.PutAsJsonAsync("/v1/me", new { time_zone = "America/Denver" });
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("America/Denver", (await Ada.GetJsonAsync("/v1/me")).At("time_zone"));
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"time_zone":"W. Europe Standard Time"}""")]
    [InlineData("""{"time_zone":""}""")]
    [InlineData("""{"time_zone":1}""")]
    [InlineData("""{"country":"ZZ"}""")]
    public async Task Invalid_changes_are_refused(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await Ada.PutAsync("/v1/me", content);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Theory]
    [InlineData("nobody", HttpStatusCode.NotFound)]
    [InlineData("%01", HttpStatusCode.BadRequest)]
    public async Task Unknown_users_are_not_found(string id, HttpStatusCode status) => await Ada.GetErrorAsync($"/v1/users/{id}", status);

    private async Task<Row> ActiveAsync() => (await Server.Database.ReadAsync(ActiveListeners.Table, new Key("ada"), null, default))!;
}
