using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Spotify.Domain.Data;
using Spotify.Domain.Users;
using Spotify.Fixtures;
using Spotify.Functions.Licenses.Devices;
using Spotify.Functions.Licenses.Issuing;
using Spotify.Licensing;

namespace Spotify.Functions.Tests.Licenses.Issuing;

/// <summary>A user with a device and a track, and a model of what the service must do with them.</summary>
internal sealed class LicenseStory : IDisposable
{
    private static readonly TimeSpan ClockError = TimeSpan.FromDays(20);

    private readonly LicenseServer offline;
    private readonly DeviceModel device;
    private readonly string user;
    private readonly string track;
    private readonly List<DeviceModel> others = [];
    private bool isRegistered = true;
    private bool isPremium = true;
    private bool isSuspended;
    private bool isWithdrawn;
    private bool isKept;
    private bool isClockLate;
    // The times at which the service answered, and at which it issued licenses.
    private readonly List<DateTimeOffset> answers = [];
    private readonly List<DateTimeOffset> issues = [];
    private (DateTimeOffset IssuedAt, AuthenticationHeaderValue Value)? token;

    private LicenseStory(LicenseServer offline, DeviceModel device, string track) =>
        (this.offline, this.device, this.track, user) = (offline, device, track, device.UserId);

    /// <summary>The steps of a story.</summary>
    public enum Step
    {
        /// <summary>The device asks for the track.</summary>
        Issue,

        /// <summary>The device asks for a renewal of the track.</summary>
        Renew,

        /// <summary>The device asks for all renewals that are due.</summary>
        RenewAll,

        /// <summary>The listener removes the track from the device, which keeps its license as a hostile app would.</summary>
        Revoke,

        /// <summary>The paid plan ends.</summary>
        EndPremium,

        /// <summary>The paid plan begins again.</summary>
        ResumePremium,

        /// <summary>The rights of the track end.</summary>
        WithdrawRights,

        /// <summary>The rights of the track begin again.</summary>
        ReturnRights,

        /// <summary>The plays of two devices have overlapped.</summary>
        Suspend,

        /// <summary>The listener chooses this device.</summary>
        Choose,

        /// <summary>The listener chooses another device, if there is one.</summary>
        ChooseOther,

        /// <summary>The device is removed.</summary>
        Remove,

        /// <summary>The device registers with the same keys.</summary>
        Register,

        /// <summary>Other devices are registered up to the limit.</summary>
        FillDevices,

        /// <summary>The other devices are removed.</summary>
        RemoveOthers,

        /// <summary>More than half of the lifetime of a license passes.</summary>
        HalfLife,

        /// <summary>More than the lifetime of a license passes.</summary>
        Life,

        /// <summary>The listener sets the clock of the device back.</summary>
        SetClockBack,

        /// <summary>The listener sets the clock of the device right.</summary>
        SetClockRight,
    }

    private bool MayGetLicenses => isRegistered && isPremium && !isSuspended;

    /// <summary>When the newest license expires.</summary>
    private DateTimeOffset Expiry => issues.Count == 0 ? DateTimeOffset.UnixEpoch : issues.Max().AddDays(30);

    private DateTimeOffset DeviceClock => offline.Clock.Now - (isClockLate ? ClockError : TimeSpan.Zero);

    /// <summary>Adds users, each with a device and a track.</summary>
    public static async Task<IReadOnlyList<LicenseStory>> StartAsync(LicenseServer offline, string name, int count)
    {
        string[] users = [.. Enumerable.Range(0, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"{name}-{i}"))];
        LicenseStory[] stories = [.. users.Zip(await offline.AddTracksAsync(name, count), Story)];
        await offline.Server.WriteAsync(
        [
            .. users.Select(id => new User(id, id, null, "SE", Product.Premium, false, false, null, DateTimeOffset.UnixEpoch).Insert()),
            .. stories.Select(story => story.device.Insert(offline.Clock.Now)),
        ]);
        return stories;

        LicenseStory Story(string user, string track) => new(offline, offline.NewDevice(user), track);
    }

    /// <summary>Takes a step, compares the response with the model, and asserts what the device plays.</summary>
    public async Task TakeAsync(Step step)
    {
        switch (step)
        {
            case Step.Issue:
                await RequestAsync("", new { uris = Uris }, isWithdrawn ? "MARKET_RESTRICTED" : null, isIssued: !isWithdrawn);
                isKept |= MayGetLicenses && !isWithdrawn;
                break;
            case Step.Renew:
                await RequestAsync(
                    "/renewals", new { uris = Uris }, !isKept ? "NOT_ON_DEVICE" : isWithdrawn ? "MARKET_RESTRICTED" : null,
                    isIssued: isKept && !isWithdrawn);
                break;
            case Step.RenewAll:
                var isDue = isKept && Expiry < offline.Clock.Now + RenewalReader.DueBefore;
                await RequestAsync(
                    "/renewals", new { }, isDue && isWithdrawn ? "MARKET_RESTRICTED" : null, isIssued: isDue && !isWithdrawn);
                break;
            case Step.Revoke:
                var revoked = Registered(HttpStatusCode.NoContent);
                using (await SendAsync(HttpMethod.Delete, $"{device.Path}/licenses", new { uris = Uris }, revoked)) isKept = false;
                break;
            case Step.EndPremium:
            case Step.ResumePremium:
                isPremium = step == Step.ResumePremium;
                var product = isPremium ? Product.Family : Product.Free;
                await offline.Server.WriteAsync(Mutation.Update(User.Table, ("UserId", user), ("Product", product.WireName())));
                break;
            case Step.WithdrawRights:
            case Step.ReturnRights:
                isWithdrawn = step == Step.WithdrawRights;
                await offline.Server.WriteAsync(Mutation.Update(
                    Schema.Current.Table("Playables"),
                    ("PlayableId", track), ("AvailableUntil", isWithdrawn ? offline.Clock.Now : null)));
                break;
            case Step.Suspend:
                if (!isRegistered) break;
                isSuspended = true;
                await offline.Server.WriteAsync(device.Update("SuspendedAt", offline.Clock.Now));
                break;
            case Step.Choose:
                using (await SendAsync(HttpMethod.Put, $"{device.Path}/chosen", null, Registered(HttpStatusCode.NoContent)))
                    isSuspended = false;
                break;
            case Step.ChooseOther:
                if (others.Count == 0) break;
                using (await SendAsync(HttpMethod.Put, $"{others[0].Path}/chosen", null, HttpStatusCode.NoContent))
                    (isKept, isSuspended) = (isKept && !isSuspended, false);
                break;
            case Step.Remove:
                using (await SendAsync(HttpMethod.Delete, device.Path, null, HttpStatusCode.NoContent))
                    isRegistered = isSuspended = isKept = false;
                break;
            case Step.Register:
                await RegisterAsync();
                break;
            case Step.FillDevices:
                while (others.Count + (isRegistered ? 1 : 0) < DeviceStore.MaxDevices) others.Add(await offline.AddDeviceAsync(user));
                break;
            case Step.RemoveOthers:
                await offline.Server.WriteAsync(others.Select(other => Mutation.Delete(Device.Table, new Key(user, other.Id))));
                others.Clear();
                break;
            case Step.HalfLife:
                offline.Clock.Advance(TimeSpan.FromDays(16));
                break;
            case Step.Life:
                offline.Clock.Advance(TimeSpan.FromDays(31));
                break;
            case Step.SetClockBack:
            case Step.SetClockRight:
                isClockLate = step == Step.SetClockBack;
                break;
        }

        AssertPlays();
    }

    /// <summary>Asserts that nothing plays after the lifetime of a license, and that the counters of the device are true.</summary>
    public async Task EndAsync()
    {
        if (isRegistered) Assert.Equal(isKept ? 1 : 0, await offline.TracksAsync(device));
        Assert.False(device.CanPlay(Uris[0], offline.Clock.Now + License.Lifetime));
    }

    public void Dispose() => device.Dispose();

    private void AssertPlays()
    {
        var (greatest, second) = (answers.DefaultIfEmpty(DateTimeOffset.UnixEpoch).Max(), TimeSpan.FromSeconds(1));
        var plays = greatest < Expiry;
        Assert.Equal(
            DeviceClock >= greatest.AddMinutes(-1) && DeviceClock < Expiry && plays, device.CanPlay(Uris[0], DeviceClock));
        Assert.Equal(plays, device.CanPlay(Uris[0], Expiry - second));
        Assert.False(device.CanPlay(Uris[0], Expiry));
        if (answers.Count == 0) return;
        // The tolerance of the clock does not lengthen a license.
        Assert.Equal(plays, device.CanPlay(Uris[0], greatest.AddMinutes(-1)));
        Assert.False(device.CanPlay(Uris[0], greatest.AddMinutes(-1) - second));
    }

    private string[] Uris => [$"spotify:track:{track}"];

    private HttpStatusCode Registered(HttpStatusCode status) => isRegistered ? status : HttpStatusCode.NotFound;

    private async Task RequestAsync(string path, object body, string? refusal, bool isIssued)
    {
        var status = Registered(MayGetLicenses ? HttpStatusCode.OK : HttpStatusCode.Forbidden);
        using var response = await SendAsync(HttpMethod.Post, $"{device.Path}/licenses{path}", body, status);
        if (!MayGetLicenses) return;
        var page = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        Assert.Equal(refusal, page["refused"]!.AsArray().SingleOrDefault()?.At("reason"));
        Assert.Equal(isIssued ? 1 : 0, page["licenses"]!.AsArray().Count);
        if (!isIssued) return;
        var before = device.Licenses.Count == 0 ? 0 : device.Licenses[^1].Serial;
        device.Receive(page.At("licenses", 0)!);
        Assert.True(device.Licenses[^1].Serial > before, "The serial number does not grow.");
        issues.Add(offline.Clock.Now);
    }

    private async Task RegisterAsync()
    {
        using var challenged = await SendAsync(HttpMethod.Post, $"{OfflineDevice.Path}/challenges", null, HttpStatusCode.OK);
        var challenge = (await challenged.Content.ReadFromJsonAsync<JsonObject>())!.At("challenge")!;
        var status = isRegistered ? HttpStatusCode.OK
            : others.Count < DeviceStore.MaxDevices ? HttpStatusCode.Created
            : HttpStatusCode.Forbidden;
        using var registered = await SendAsync(
            HttpMethod.Post, OfflineDevice.Path, device.Registration.Registration("Phone", challenge), status);
        isRegistered |= status == HttpStatusCode.Created;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        if (token?.IssuedAt != offline.Clock.Now) token = (offline.Clock.Now, offline.TokenOf(user));
        request.Headers.Authorization = token.Value.Value;
        var response = await offline.Server.Http.SendAsync(request);
        Assert.True(response.StatusCode == status, $"{response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
        device.See(response);
        answers.Add(offline.Clock.Now);
        return response;
    }
}
