using Spotify.Domain.Data;
using Spotify.Fixtures;
using Spotify.Functions.Licenses.Devices;
using Spotify.Licensing;

namespace Spotify.Functions.Tests.Licenses.Issuing;

/// <summary>
/// A device that verifies licenses and enforces them as an app does, by the "Rules for playing" of the format: an item plays from its
/// newest license until it expires, and never while the clock is more than a minute before the greatest server time that the device has
/// seen.
/// </summary>
/// <param name="userId">The user.</param>
/// <param name="issuer">The issuer of licenses.</param>
/// <param name="keys">Returns the published keys of licenses.</param>
public sealed class DeviceModel(string userId, string issuer, Func<IEnumerable<P256PublicKey>> keys) : IDisposable
{
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(60);

    private readonly OfflineDevice registration = new();
    private readonly Lock gate = new();
    private readonly Dictionary<string, (License License, LicenseItem Item)> newest = new(StringComparer.Ordinal);
    private DateTimeOffset greatestTime = DateTimeOffset.UnixEpoch;

    public string UserId => userId;

    public string Id => registration.Id;

    public string Path => $"{OfflineDevice.Path}/{Id}";

    /// <summary>The key pairs.</summary>
    public OfflineDevice Registration => registration;

    /// <summary>The licenses received.</summary>
    public List<License> Licenses { get; } = [];

    /// <summary>The items with a license, playable or not.</summary>
    public IReadOnlyDictionary<string, (License License, LicenseItem Item)> Items => newest;

    /// <summary>Returns the mutation that registers the device.</summary>
    public Mutation Insert(DateTimeOffset now, long tracks = 0, long collections = 0, long members = 0)
    {
        var (signing, agreement) = (P256PublicKey.Of(registration.SigningKey), P256PublicKey.Of(registration.AgreementKey));
        return new Device(
            userId, Id, "Phone", "smartphone", signing.ToJson(), agreement.ToJson(), tracks, collections, members, Revision: 0, Serial: 0,
            SuspendedAt: null, ChosenAt: null, RemovedAt: null, now, now).Insert();
    }

    /// <summary>Returns the mutation that sets a column of the device's row.</summary>
    public Mutation Update(string column, object? value) =>
        Mutation.Update(Device.Table, ("UserId", userId), ("DeviceId", Id), (column, value));

    /// <summary>Verifies and stores a license. Licenses may arrive in another order than they were issued in.</summary>
    public void Receive(string jws)
    {
        Assert.True(LicenseReader.TryRead(jws, keys(), registration.AgreementKey, out var license, out var contentKeys));
        Assert.Equal((issuer, Id), (license.Issuer, license.DeviceId));
        Assert.InRange(license.Items.Count, 1, License.MaxItems);
        Assert.Equal(license.IssuedAt + License.Lifetime, license.ExpiresAt);
        Assert.Equal(license.Items.Count, license.Items.Select(item => item.Uri).Distinct().Count());
        See(license.IssuedAt);
        lock (gate)
        {
            Assert.DoesNotContain(Licenses, other => other.Serial == license.Serial);
            Licenses.Add(license);
            foreach (var item in license.Items)
            {
                Assert.Equal(ContentKey.Length, contentKeys[item.KeyId].Length);
                Assert.True(item.ExpiresAt is null || (item.ExpiresAt > license.IssuedAt && item.ExpiresAt < license.ExpiresAt));
                if (!newest.TryGetValue(item.Uri, out var known) || known.License.Serial < license.Serial)
                    newest[item.Uri] = (license, item);
            }
        }
    }

    /// <summary>Verifies and stores the server time of a response.</summary>
    public void See(HttpResponseMessage response)
    {
        var header = Assert.Single(response.Headers.GetValues("Server-Time"));
        Assert.True(ServerTime.TryVerify(header, issuer, keys(), out var time));
        See(time);
    }

    private void See(DateTimeOffset serverTime)
    {
        lock (gate)
            if (serverTime > greatestTime) greatestTime = serverTime;
    }

    /// <summary>Returns whether an item plays when the clock of the device shows a time.</summary>
    public bool CanPlay(string uri, DateTimeOffset clock)
    {
        if (clock < greatestTime - ClockTolerance || !newest.TryGetValue(uri, out var known)) return false;
        var now = clock > greatestTime ? clock : greatestTime;
        return now < known.License.ExpiresAt && (known.Item.ExpiresAt is not { } end || now < end);
    }

    public void Dispose() => registration.Dispose();
}
