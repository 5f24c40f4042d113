using System.Security.Cryptography;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Functions.Licenses.Devices;
using Spotify.Licensing;

namespace Spotify.Functions.Tests.Licenses.Issuing;

/// <summary>
/// A device that verifies licenses and enforces them as an app does: an item plays from its newest license until it expires, and never
/// while the clock is earlier than the greatest server time that the device has seen.
/// </summary>
public sealed class DeviceModel(string userId, string issuer, IReadOnlyList<P256PublicKey> keys) : IDisposable
{
    private readonly ECDiffieHellman agreementKey = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
    private readonly Lock gate = new();
    private readonly Dictionary<string, (License License, LicenseItem Item)> newest = new(StringComparer.Ordinal);
    private DateTimeOffset greatestTime = DateTimeOffset.MinValue;

    public string UserId => userId;

    public string Id { get; } = SpotifyId.New();

    public string Path => $"/v1/me/devices/{Id}";

    /// <summary>The licenses received.</summary>
    public List<License> Licenses { get; } = [];

    /// <summary>The items with a license, playable or not.</summary>
    public IReadOnlyDictionary<string, (License License, LicenseItem Item)> Items => newest;

    /// <summary>Returns the mutation that registers the device.</summary>
    public Mutation Insert(DateTimeOffset now, long tracks = 0, long collections = 0, long members = 0)
    {
        var key = P256PublicKey.Of(agreementKey).ToJson();
        return new Device(
            userId, Id, "Phone", "smartphone", key, key, tracks, collections, members, Revision: 0, Serial: 0,
            SuspendedAt: null, ChosenAt: null, RemovedAt: null, now, now).Insert();
    }

    /// <summary>Returns the mutation that sets a column of the device's row.</summary>
    public Mutation Update(string column, object? value) =>
        Mutation.Update(Device.Table, ("UserId", userId), ("DeviceId", Id), (column, value));

    /// <summary>Verifies and stores a license. Licenses may arrive in another order than they were issued in.</summary>
    public void Receive(string jws)
    {
        Assert.True(LicenseReader.TryRead(jws, keys, agreementKey, out var license, out var contentKeys));
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

    /// <summary>Stores a server time.</summary>
    public void See(DateTimeOffset serverTime)
    {
        lock (gate)
            if (serverTime > greatestTime) greatestTime = serverTime;
    }

    /// <summary>Returns whether an item plays when the clock of the device shows a time.</summary>
    public bool CanPlay(string uri, DateTimeOffset clock) =>
        clock >= greatestTime && newest.TryGetValue(uri, out var known) && clock < (known.Item.ExpiresAt ?? known.License.ExpiresAt);

    public void Dispose() => agreementKey.Dispose();
}
