using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Spotify.Domain.Ports;
using Spotify.Licensing;
using Spotify.Licensing.Jose;

namespace Spotify.Domain.Tests.Licensing;

public sealed class LicenseTests : IDisposable
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
    private static readonly MasterKeyRing MasterKeys =
        new("m2", [new("m1", RandomNumberGenerator.GetBytes(32)), new("m2", RandomNumberGenerator.GetBytes(32))]);

    private readonly ECDiffieHellman device = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa server = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private JwsKey Key => JwsKey.Of(server);

    public void Dispose()
    {
        device.Dispose();
        server.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(100)]
    public void A_device_reads_its_license_and_every_content_key(int count)
    {
        var tracks = Tracks(count);
        var license = Of(tracks);

        var jws = Sign(license, tracks);

        Assert.True(LicenseReader.TryRead(jws, [Key.PublicKey], device, out var read, out var keys));
        Assert.Equal(license with { Items = read.Items }, read);
        Assert.Equal(license.Items, read.Items);
        Assert.Equal(count, keys.Count);
        Assert.All(tracks, track => Assert.Equal(track.Key, keys[track.Item.KeyId]));
    }

    [Fact]
    public void The_document_has_the_documented_members()
    {
        var tracks = Tracks(2);
        tracks[1] = tracks[1] with { Item = tracks[1].Item with { ExpiresAt = Now.AddDays(3) } };
        var parts = Sign(Of(tracks), tracks).Split('.');

        using var header = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[0]));
        using var payload = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1]));
        var keys = payload.RootElement.GetProperty("keys").GetString()!;
        using var keysHeader = JsonDocument.Parse(Base64Url.DecodeFromChars(keys.Split('.')[0]));

        Assert.Equal($$"""{"alg":"ES256","kid":"{{Key.KeyId}}","typ":"license+jwt"}""", header.RootElement.ToString());
        Assert.Equal(
            Json("{'iss':'https://issuer','sub':'device','serial':7,'iat':1800000000,'exp':1802592000,'quality':'high',"
                + "'constraints':{'market':'SE','offline_streams':1},'items':["
                + $"{Document(tracks[0].Item)}}},{Document(tracks[1].Item)},'exp':1800259200}}],'keys':'{keys}'}}"),
            Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[1])));
        Assert.Equal(
            ["alg", "enc", "cty", "kid", "epk"], keysHeader.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.Equal(P256PublicKey.Of(device).Thumbprint, keysHeader.RootElement.GetProperty("kid").GetString());
        Assert.True(CompactJwe.TryDecrypt(keys, "jwk-set+json", device, out var set));
        Assert.Equal(
            Json("{'keys':[" + string.Join(',', tracks.Select(track =>
                $"{{'kty':'oct','kid':'{track.Item.KeyId}','alg':'A256GCM','k':'{Base64Url.EncodeToString(track.Key)}'}}")) + "]}"),
            Encoding.ASCII.GetString(set));
    }

    [Fact]
    public void The_license_is_a_string_in_JSON()
    {
        var tracks = Tracks(2);
        var license = LicenseSigner.Sign(Of(tracks), [.. tracks.Select(track => track.Wrapped)], MasterKeys, P256PublicKey.Of(device), Key);

        Assert.Equal($"\"{license}\"", JsonSerializer.Serialize(license));
        Assert.Equal(license.ToString(), JsonSerializer.Deserialize<CompactText>($"\"{license}\"")!.ToString());
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<CompactText>("1"));
    }

    [Fact]
    public void A_license_is_for_one_device_only()
    {
        using var other = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var tracks = Tracks(1);

        Assert.False(LicenseReader.TryRead(Sign(Of(tracks), tracks), [Key.PublicKey], other, out var license, out var keys));
        Assert.Null(license);
        Assert.Null(keys);
    }

    [Fact]
    public void A_changed_license_is_refused()
    {
        var tracks = Tracks(1);
        var parts = Sign(Of(tracks), tracks).Split('.');
        var bytes = Base64Url.DecodeFromChars(parts[1]);

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(Gen.Choose(0, bytes.Length * 8 - 1).ToArbitrary(), bit =>
        {
            var flipped = bytes.ToArray();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            return !IsRead($"{parts[0]}.{Base64Url.EncodeToString(flipped)}.{parts[2]}");
        }));
    }

    [Fact]
    public void Other_signed_messages_are_not_licenses()
    {
        var tracks = Tracks(1);
        var payload = Base64Url.DecodeFromChars(Sign(Of(tracks), tracks).Split('.')[1]);
        var text = Encoding.UTF8.GetString(payload);

        Assert.True(IsRead(CompactJws.Sign(License.Type, payload, Key)));
        Assert.False(IsRead(CompactJws.Sign(ServerTime.Type, payload, Key)));
        Assert.False(IsRead(CompactJws.Sign(License.Type, "{}"u8, Key)));
        Assert.False(IsReplaced("\"chunks\":2", "\"chunks\":1"));
        Assert.False(IsReplaced("\"exp\":", "\"ex\":"));
        Assert.False(IsReplaced("\"exp\":1802592000", "\"exp\":1802592001"));
        Assert.False(IsReplaced("\"exp\":1802592000", "\"exp\":9223372036854775807"));
        Assert.False(IsReplaced("\"iat\":1800000000", "\"iat\":-9223372036854775808"));
        Assert.False(IsReplaced("\"size\":65537", "\"size\":0"));
        Assert.False(IsReplaced("\"items\":[", "\"items\":[null,"));
        Assert.False(IsReplaced("\"items\":[", "\"items\":[],\"other\":["));
        Assert.False(IsReplaced(".enc", ".ogg"));
        Assert.False(IsReplaced(tracks[0].Item.KeyId, SpotifyId.New()));
        Assert.False(IsReplaced("\"keys\":\"", "\"keys\":\"A"));
        Assert.False(IsReplaced("\"keys\":", "\"keys\":null,\"other\":"));
        Assert.False(IsReplaced("\"keys\":", "\"keys\":1,\"other\":"));

        bool IsReplaced(string old, string changed) =>
            IsRead(CompactJws.Sign(License.Type, Encoding.UTF8.GetBytes(text.Replace(old, changed)), Key));
    }

    [Fact]
    public void A_license_has_one_to_a_hundred_items_with_one_key_each()
    {
        var tracks = Tracks(101);

        Assert.Throws<ArgumentException>(() => Sign(Of(tracks), tracks));
        Assert.Throws<ArgumentException>(() => Sign(Of([]), []));
        Assert.Throws<ArgumentException>(() => Sign(Of(tracks[..2]), tracks[..1]));
    }

    [Fact]
    public void A_license_is_valid_for_at_most_thirty_days()
    {
        var tracks = Tracks(1);

        Assert.Throws<ArgumentException>(() => Sign(Of(tracks) with { ExpiresAt = Now.AddDays(30).AddSeconds(1) }, tracks));
        Assert.Throws<ArgumentException>(() => Sign(Of(tracks) with { ExpiresAt = Now }, tracks));
    }

    [Fact]
    public void The_object_of_an_item_names_its_key()
    {
        var tracks = Tracks(1);
        foreach (var item in new[] { tracks[0].Item with { KeyId = SpotifyId.New() }, tracks[0].Item with { Object = "high.ogg" } })
            Assert.Throws<ArgumentException>(() => Sign(Of([tracks[0] with { Item = item }]), tracks));
    }

    [Fact]
    public void Wrapped_keys_of_other_objects_and_missing_master_keys_are_refused_without_secrets()
    {
        var tracks = Tracks(2);
        var swapped = Assert.Throws<CryptographicException>(() => Sign(Of(tracks), [tracks[1], tracks[0]]));
        var missing = Assert.Throws<MasterKeysUnavailableException>(() => LicenseSigner.Sign(
            Of(tracks), [.. tracks.Select(track => track.Wrapped with { MasterKeyId = "m0" })], MasterKeys, P256PublicKey.Of(device), Key));

        var masters = new[] { MasterKeys.Key("m1").ToArray(), MasterKeys.Key("m2").ToArray() };
        Secrets.AssertAbsent(swapped + " " + missing, [.. tracks.Select(track => track.Key), .. masters]);
    }

    [Fact]
    public async Task Threads_sign_licenses_with_one_key()
    {
        var tracks = Tracks(10);
        var licenses = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => Sign(Of(tracks), tracks))));

        Assert.All(licenses, jws => Assert.True(IsRead(jws)));
    }

    private static string Json(string text) => text.Replace('\'', '"');

    // Without the closing brace.
    private static string Document(LicenseItem item) =>
        $"{{'uri':'{item.Uri}','object':'{item.Object}','kid':'{item.KeyId}','size':{item.Size},'chunks':2,'codec':'vorbis',"
            + "'quality':'high','bitrate_kbps':160,'duration_ms':200000,'gain_db':-7.5";

    private static License Of(IReadOnlyList<Track> tracks) => new(
        "https://issuer", "device", 7, Now, Now + License.Lifetime, "high", new("SE", 1), [.. tracks.Select(track => track.Item)]);

    private static List<Track> Tracks(int count) => [.. Enumerable.Range(0, count).Select(i =>
    {
        var (id, keyId, key) = (SpotifyId.New(), SpotifyId.New(), ContentKey.New());
        var name = EncryptedAudio.ObjectName($"tracks/{id}/{SpotifyId.New()}/high.ogg", keyId);
        return new Track(
            new($"spotify:track:{id}", name, keyId, EncryptedAudio.ChunkSize + 1 + i, "vorbis", "high", 160, 200_000, -7.5), key,
            ContentKey.Wrap(key, name, i % 2 == 0 ? MasterKeys : new("m1", [new("m1", MasterKeys.Key("m1").ToArray())])));
    })];

    private string Sign(License license, IReadOnlyList<Track> tracks) => LicenseSigner
        .Sign(license, [.. tracks.Select(track => track.Wrapped)], MasterKeys, P256PublicKey.Of(device), Key)
        .ToString();

    private bool IsRead(string jws) => LicenseReader.TryRead(jws, [Key.PublicKey], device, out _, out _);

    private sealed record Track(LicenseItem Item, byte[] Key, WrappedKey Wrapped);
}
