using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Spotify.Audio;
using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Fixtures;
using Spotify.Functions.Tests.Playlists;
using static Spotify.Functions.Tests.Licenses.Issuing.LicenseServer;

namespace Spotify.Functions.Tests.Licenses.Issuing;

/// <summary>Tests of the issue of licenses for items.</summary>
public sealed class LicenseTests(LicenseServer offline) : IClassFixture<LicenseServer>
{
    [Fact]
    public async Task A_license_has_the_items_their_keys_and_an_expiry_after_30_days()
    {
        var (user, device) = await offline.RegisterAsync("first");
        var uris = Uris(await offline.AddTracksAsync("first", 2));
        var page = await PostAsync(user, device, new { uris, quality = "very_high", codecs = new[] { "vorbis" } });
        var license = Assert.Single(device.Licenses);
        Assert.Equal(
            (device.Id, 1L, offline.Clock.Now, offline.Clock.Now.AddDays(30), "very_high", "SE", 1),
            (
                license.DeviceId, license.Serial, license.IssuedAt, license.ExpiresAt, license.Quality, license.Constraints.Market,
                license.Constraints.OfflineStreams));
        Assert.Equal(uris, license.Items.Select(item => item.Uri));
        Assert.All(license.Items, item => Assert.Equal(
            ("vorbis", "very_high", 320, 100_000L, 200_000L, -6.5, null),
            (item.Codec, item.Quality, item.BitrateKbps, item.Size, item.DurationMs, item.GainDb, item.ExpiresAt)));
        AssertNothing(page, "refused", "pending", "next", "retry_after_s");
        Assert.Equal(2, await offline.TracksAsync(device));
    }

    [Fact]
    public async Task Items_are_refused_with_a_reason_and_not_kept_unless_they_are_released_later()
    {
        var (user, device) = await offline.RegisterAsync("refused");
        using var us = await offline.Server.SignInAsync("refused", "premium", "US");
        await offline.Server.WriteAsync(
            Mutation.Update(Domain.Users.User.Table, ("UserId", "refused"), ("Country", "US"), ("ExplicitFilter", true)));
        var ids = await offline.AddTracksAsync("refused", 1);
        await offline.Server.WriteAsync(
            from playable in new[] { TestCatalog.Swedish, TestCatalog.Future, TestCatalog.Explicit }
            select CatalogWriter.WriteAudio(playable.Id, SpotifyId.FromName("revision"), EncodingList.Format(Ladder), 0, null));
        var missing = SpotifyId.New();
        string[] uris =
        [
            $"spotify:track:{missing}", $"spotify:episode:{ids[0]}", TestCatalog.Swedish.Uri(), TestCatalog.Future.Uri(),
            TestCatalog.Explicit.Uri(), TestCatalog.Duet.Uri(), $"spotify:album:{SpotifyId.New()}", $"spotify:playlist:{SpotifyId.New()}",
        ];
        var page = await PostAsync(user, device, new { uris });
        Assert.Equal(
            ["NOT_FOUND", "NOT_FOUND", "MARKET_RESTRICTED", "NOT_RELEASED", "EXPLICIT_BLOCKED", "NO_AUDIO", "NOT_FOUND", "NOT_FOUND"],
            uris.Select(uri => Reasons(page)[uri]));
        AssertNothing(page, "licenses", "pending", "next");
        Assert.Equal(TestCatalog.Future.Id, Assert.Single(await offline.RowsAsync(OfflineTracksOf, device)).String("PlayableId"));
        Assert.Equal("NOT_RELEASED", Assert.Single(Reasons(await PostAsync(user, device, new { }, "/renewals"))).Value);

        page = await PostAsync(user, device, new { uris = Uris(ids), codecs = new[] { "flac_native", "aac" } });
        Assert.Equal("NO_AUDIO", Assert.Single(Reasons(page)).Value);
    }

    [Fact]
    public async Task An_item_without_an_encrypted_copy_is_pending_and_renewed_later()
    {
        var (user, device) = await offline.RegisterAsync("pending");
        var ids = await offline.AddTracksAsync("pending", 2, encrypted: false);
        await offline.EncryptAsync([ids[0]], "high.ogg");
        var page = await PostAsync(user, device, new { uris = Uris(ids) });
        Assert.Equal((1, Uris(ids)[1], "5"), (device.Items.Count, page.At("pending", 0), page.At("retry_after_s")));
        Assert.Contains(offline.Tasks.Waiting, task => task.Name!.StartsWith(ids[1], StringComparison.Ordinal));
        Assert.Equal(2, await offline.TracksAsync(device));

        page = await PostAsync(user, device, new { uris = new[] { Uris(ids)[1] } }, "/renewals");
        Assert.Equal((Uris(ids)[1], 1), (page.At("pending", 0), device.Licenses.Count));
        await offline.EncryptAsync([ids[1]], "high.ogg");
        await PostAsync(user, device, new { }, "/renewals");
        Assert.Equal(Uris(ids).Order(), device.Items.Keys.Order());
        Assert.Equal(2, device.Licenses.Count);
    }

    [Fact]
    public async Task An_outdated_copy_is_encrypted_again_while_its_license_lasts()
    {
        var (user, device) = await offline.RegisterAsync("outdated");
        var ids = await offline.AddTracksAsync("outdated", 1);
        await PostAsync(user, device, new { uris = Uris(ids) });
        await offline.Server.WriteAsync(
            CatalogWriter.WriteAudio(ids[0], SpotifyId.FromName("later"), EncodingList.Format(Ladder), 0, null));
        var page = await PostAsync(user, device, new { uris = Uris(ids) }, "/renewals");
        Assert.Equal((Uris(ids)[0], 1), (page.At("pending", 0), device.Licenses.Count));
        Assert.True(device.CanPlay(Uris(ids)[0], offline.Clock.Now.AddDays(29)));
        Assert.Equal("licensed", Assert.Single(await offline.RowsAsync(OfflineTracksOf, device)).String("State"));
    }

    [Fact]
    public async Task A_copy_whose_master_key_was_removed_is_encrypted_again_and_the_others_are_licensed()
    {
        var (user, device) = await offline.RegisterAsync("removed-key");
        var ids = await offline.AddTracksAsync("removed-key", 2);
        await offline.Server.WriteAsync(Mutation.Update(
            Schema.Current.Table("EncryptedObjects"), ("PlayableId", ids[0]), ("Encoding", "high.ogg"), ("MasterKeyId", "removed")));
        var page = await PostAsync(user, device, new { uris = Uris(ids) });
        Assert.Equal((Uris(ids)[0], Uris(ids)[1]), (page.At("pending", 0), Assert.Single(device.Items.Keys)));
        Assert.Contains(offline.Tasks.Waiting, task => task.Name!.StartsWith(ids[0], StringComparison.Ordinal));

        await offline.EncryptAsync([ids[0]], "high.ogg");
        await PostAsync(user, device, new { }, "/renewals");
        Assert.Equal(Uris(ids).Order(), device.Items.Keys.Order());
    }

    [Fact]
    public async Task A_lost_response_can_be_asked_for_again()
    {
        var (user, device) = await offline.RegisterAsync("lost");
        var uris = Uris(await offline.AddTracksAsync("lost", 3));
        using var lost = await user.PostAsJsonAsync($"{device.Path}/licenses", new { uris });
        await PostAsync(user, device, new { uris });
        await PostAsync(user, device, new { uris }, "/renewals");
        Assert.Equal([2L, 3L], device.Licenses.Select(license => license.Serial));
        Assert.Equal(3, await offline.TracksAsync(device));
    }

    [Fact]
    public async Task The_quality_can_be_changed()
    {
        var (user, device) = await offline.RegisterAsync("quality");
        var ids = await offline.AddTracksAsync("quality", 1, encrypted: false);
        await offline.EncryptAsync(ids, "normal.ogg");
        await PostAsync(user, device, new { uris = Uris(ids), quality = "normal" });
        var page = await PostAsync(user, device, new { uris = Uris(ids), quality = "very_high" });
        Assert.Equal(Uris(ids)[0], page.At("pending", 0));
        await offline.EncryptAsync(ids, "very_high.ogg");
        await PostAsync(user, device, new { }, "/renewals");
        Assert.Equal(["normal", "very_high"], device.Licenses.Select(license => license.Items[0].Quality));
        Assert.Equal(1, await offline.TracksAsync(device));
    }

    [Fact]
    public async Task An_item_expires_with_its_rights()
    {
        var (user, device) = await offline.RegisterAsync("rights");
        var ids = await offline.AddTracksAsync("rights", 2);
        var end = offline.Clock.Now.AddDays(3).AddMilliseconds(500);
        await offline.Server.WriteAsync(
            Mutation.Update(Schema.Current.Table("Playables"), ("PlayableId", ids[0]), ("AvailableUntil", end)));
        await PostAsync(user, device, new { uris = Uris(ids) });
        Assert.Equal([end.AddMilliseconds(-500), null], device.Licenses[0].Items.Select(item => item.ExpiresAt));

        // Nothing could be longer than before.
        var page = await PostAsync(user, device, new { }, "/renewals");
        AssertNothing(page, "licenses", "refused", "pending");
        offline.Clock.Now = end;
        using var later = offline.SignIn("rights");
        page = await PostAsync(later, device, new { }, "/renewals");
        Assert.Equal("MARKET_RESTRICTED", Reasons(page)[Uris(ids)[0]]);
    }

    [Fact]
    public async Task Licenses_are_renewed_when_they_end_in_ten_days()
    {
        var (user, device) = await offline.RegisterAsync("renewed");
        var ids = await offline.AddTracksAsync("renewed", 250);
        foreach (var chunk in ids.Chunk(50)) await PostAsync(user, device, new { uris = Uris(chunk) });
        Assert.Null((await PostAsync(user, device, new { }, "/renewals"))["next"]);
        Assert.Equal(5, device.Licenses.Count);

        offline.Clock.Advance(TimeSpan.FromDays(21));
        using var later = offline.SignIn("renewed");
        var sizes = new List<int>();
        string? cursor = null;
        do
        {
            cursor = (await PostAsync(later, device, new { cursor }, "/renewals")).At("next");
            sizes.Add(device.Licenses[^1].Items.Count);
        }
        while (cursor is not null);
        Assert.Equal([100, 100, 50], sizes);
        Assert.All(Uris(ids), uri => Assert.True(device.CanPlay(uri, offline.Clock.Now.AddDays(29))));
        AssertNothing(await PostAsync(later, device, new { }, "/renewals"), "licenses", "next");
    }

    [Fact]
    public async Task Only_items_of_the_device_are_renewed()
    {
        var (user, device) = await offline.RegisterAsync("unknown");
        var ids = await offline.AddTracksAsync("unknown", 2);
        await PostAsync(user, device, new { uris = Uris(ids) });
        await RevokeAsync(user, device, Uris(ids)[0]);
        var page = await PostAsync(user, device, new { uris = Uris(ids).Append($"spotify:track:{SpotifyId.New()}") }, "/renewals");
        Assert.Equal(["NOT_ON_DEVICE", "NOT_ON_DEVICE"], Reasons(page).Values);
        Assert.Equal(Uris(ids)[1], Assert.Single(device.Licenses[^1].Items).Uri);
        Assert.Equal(1, await offline.TracksAsync(device));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/renewals")]
    public async Task Nothing_is_issued_after_a_lapse(string path)
    {
        var name = "lapse" + path.Length;
        var (user, device) = await offline.RegisterAsync(name);
        var uris = Uris(await offline.AddTracksAsync(name, 1));
        await PostAsync(user, device, new { uris });

        await offline.Server.WriteAsync(Mutation.Update(Domain.Users.User.Table, ("UserId", name), ("Product", "free")));
        await AssertRefusedAsync(HttpStatusCode.Forbidden, "PREMIUM_REQUIRED");
        await offline.Server.WriteAsync(
            Mutation.Update(Domain.Users.User.Table, ("UserId", name), ("Product", "student")),
            device.Update("SuspendedAt", offline.Clock.Now));
        await AssertRefusedAsync(HttpStatusCode.Forbidden, "DEVICE_CONFLICT");
        await offline.Server.WriteAsync(device.Update("SuspendedAt", null));
        await PostAsync(user, device, new { uris }, path);

        await offline.Server.WriteAsync(Mutation.Insert(
            Schema.Current.Table("AccountRemovals"),
            ("UserId", name), ("RequestedAt", offline.Clock.Now), ("DueAt", offline.Clock.Now.AddDays(1))));
        await AssertRefusedAsync(HttpStatusCode.Unauthorized, null);
        await offline.Server.WriteAsync(
            Mutation.Delete(Schema.Current.Table("AccountRemovals"), new Key(name)), device.Update("RemovedAt", offline.Clock.Now));
        await AssertRefusedAsync(HttpStatusCode.NotFound, null);
        Assert.Equal(2, device.Licenses.Count);

        async Task AssertRefusedAsync(HttpStatusCode status, string? reason)
        {
            using var response = await user.PostAsJsonAsync($"{device.Path}/licenses{path}", new { uris });
            await response.ErrorAsync(status);
            Assert.Equal(reason, JsonNode.Parse(await response.Content.ReadAsStringAsync())!.At("error", "reason"));
        }
    }

    [Fact]
    public async Task A_device_of_another_user_is_not_found()
    {
        var (_, device) = await offline.RegisterAsync("owner");
        var (other, _) = await offline.RegisterAsync("other");
        var uris = new[] { TestCatalog.Dawn.Uri() };
        using var issued = await other.PostAsJsonAsync($"{device.Path}/licenses", new { uris });
        await issued.ErrorAsync(HttpStatusCode.NotFound);
        using var renewed = await other.PostAsJsonAsync($"{device.Path}/licenses/renewals", new { uris });
        await renewed.ErrorAsync(HttpStatusCode.NotFound);
        using var request = new HttpRequestMessage(HttpMethod.Delete, $"{device.Path}/licenses");
        request.Content = JsonContent.Create(new { uris });
        using var revoked = await other.SendAsync(request);
        await revoked.ErrorAsync(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("", "{}")]
    [InlineData("", """{"uris":[]}""")]
    [InlineData("", """{"uris":[null]}""")]
    [InlineData("", """{"uris":["spotify:artist:0123456789012345678901"]}""")]
    [InlineData("", """{"uris":["spotify:track:short"]}""")]
    [InlineData("", """{"uris":["spotify:track:0123456789012345678901"],"quality":"best"}""")]
    [InlineData("", """{"uris":["spotify:track:0123456789012345678901"],"codecs":["mp3"]}""")]
    [InlineData("", """{"uris":["spotify:track:0123456789012345678901"],"codecs":[null]}""")]
    [InlineData("", """{"uris":["spotify:track:0123456789012345678901"],"cursor":"AAAA"}""")]
    [InlineData("", """{"uris":["spotify:album:0123456789012345678901"],"cursor":"!"}""")]
    [InlineData("", "[1]")]
    [InlineData("/renewals", """{"uris":["spotify:album:0123456789012345678901"]}""")]
    [InlineData("/renewals", """{"uris":["spotify:track:0123456789012345678901"],"cursor":"IA"}""")]
    [InlineData("/renewals", """{"cursor":"AAAA"}""")]
    [InlineData("/renewals", """{"cursor":"OTk5OTk5OTk5OTk5OTk5OTk5IA"}""")]
    public async Task Bad_requests_are_refused(string path, string body)
    {
        using var user = await offline.Server.SignInAsync("bad");
        using var device = await offline.AddDeviceAsync("bad");
        using var response = await user.PostAsync($"{device.Path}/licenses{path}", new StringContent(body));
        await response.ErrorAsync(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_device_that_registers_again_gets_greater_serial_numbers()
    {
        var (user, _) = await offline.RegisterAsync("again");
        using var device = offline.NewDevice("again");
        var uris = Uris(await offline.AddTracksAsync("again", 1));
        await RegisterAsync();
        for (var i = 0; i < 5; i++) await PostAsync(user, device, new { uris });
        using var removed = await user.DeleteAsync(device.Path);
        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);

        offline.Clock.Advance(TimeSpan.FromSeconds(1));
        await RegisterAsync();
        await PostAsync(user, device, new { uris });
        Assert.True(device.Licenses[^1].Serial > device.Licenses[^2].Serial);
        Assert.InRange(device.Licenses[^1].Serial, offline.Clock.Now.ToUnixTimeMilliseconds(), 1L << 53);

        async Task RegisterAsync()
        {
            using var registered = await device.Registration.TryRegisterAsync(user);
            Assert.Equal(HttpStatusCode.Created, registered.StatusCode);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("/renewals")]
    public async Task Nothing_is_issued_to_a_device_that_registers_again_meanwhile(string path)
    {
        var name = "meanwhile" + path.Length;
        var (user, device) = await offline.RegisterAsync(name);
        var uris = Uris(await offline.AddTracksAsync(name, 1));
        await PostAsync(user, device, new { uris });
        offline.Database.BeforeTransaction = () =>
        {
            offline.Database.BeforeTransaction = null;
            return offline.Server.WriteAsync(device.Update("RegisteredAt", offline.Clock.Now.AddMilliseconds(1)));
        };
        using var response = await user.PostAsJsonAsync($"{device.Path}/licenses{path}", new { uris });
        await response.ErrorAsync(HttpStatusCode.NotFound);
        Assert.Null(offline.Database.BeforeTransaction);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/renewals")]
    public async Task A_license_is_for_the_keys_and_the_market_of_the_transaction(string path)
    {
        var name = "moved" + path.Length;
        var (user, device) = await offline.RegisterAsync(name);
        var ids = await offline.AddTracksAsync(name, 2);
        await PostAsync(user, device, new { uris = Uris(ids) });
        await offline.Server.WriteAsync(Mutation.Update(Schema.Current.Table("Playables"), ("PlayableId", ids[0]), ("Markets", "SE")));
        offline.Database.BeforeTransaction = () =>
        {
            offline.Database.BeforeTransaction = null;
            return offline.Server.WriteAsync(Mutation.Update(Domain.Users.User.Table, ("UserId", name), ("Country", "US")));
        };
        var page = await PostAsync(user, device, new { uris = Uris(ids) }, path);
        Assert.Equal("MARKET_RESTRICTED", Reasons(page)[Uris(ids)[0]]);
        Assert.Equal(("US", Uris(ids)[1]), (device.Licenses[^1].Constraints.Market, Assert.Single(device.Licenses[^1].Items).Uri));
    }

    [Fact]
    public async Task More_than_50_uris_are_refused()
    {
        var (user, device) = await offline.RegisterAsync("many");
        var uris = Enumerable.Range(0, 51).Select(_ => $"spotify:track:{SpotifyId.New()}");
        using var response = await user.PostAsJsonAsync($"{device.Path}/licenses", new { uris });
        await response.ErrorAsync(HttpStatusCode.BadRequest);
    }
}
