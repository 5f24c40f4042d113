using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Spotify.Domain;
using Spotify.Domain.Ports;
using Spotify.Licensing;
using Spotify.Licensing.Jose;

namespace Spotify.Benchmarks.Licenses;

/// <summary>
/// A comparison of signing licenses with the operations on curves that none can do without: a new ephemeral key, its agreement with the
/// device's key, and a signature. In alternating runs of one thread, so that other load on the machine affects all of them.
/// </summary>
internal static class LicensesBenchmark
{
    public static int Run(string[] args)
    {
        var arguments = new Arguments(args, "--rounds", "--milliseconds");
        var (rounds, milliseconds) = (arguments.Number("--rounds", 15), arguments.Number("--milliseconds", 500));
        using var server = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var device = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        using var devicePublicKey = device.PublicKey;
        var masterKeys = new MasterKeyRing("benchmark", [new("benchmark", RandomNumberGenerator.GetBytes(MasterKeyRing.KeyLength))]);
        var (one, hundred) = (License(1, masterKeys), License(Licensing.License.MaxItems, masterKeys));
        var text = new byte[400];
        // The device's key is in memory here; a license parses and checks the stored one.
        var bare = new Load("bare agreement and signature", () =>
        {
            using var ephemeral = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
            CryptographicOperations.ZeroMemory(ephemeral.DeriveRawSecretAgreement(devicePublicKey));
            server.SignData(text, HashAlgorithmName.SHA256);
        });
        var stored = P256PublicKey.Of(device).ToJson();
        Load[] loads =
        [
            bare,
            new("the same with import of the device's key", () =>
            {
                using var imported = P256PublicKey.Parse(stored).ToECDiffieHellman();
                using var importedPublicKey = imported.PublicKey;
                using var ephemeral = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
                CryptographicOperations.ZeroMemory(ephemeral.DeriveRawSecretAgreement(importedPublicKey));
                server.SignData(text, HashAlgorithmName.SHA256);
            }),
            new("license of 1 track", () => Sign(one)),
            new("license of 100 tracks", () => Sign(hundred)),
        ];
        var size = Sign(hundred).ToString().Length;
        Console.WriteLine($"{rounds} rounds of {milliseconds} ms each; a license of 100 tracks has {size} bytes");
        // The first round is a warm-up and is not counted.
        for (var round = 0; round <= rounds; round++)
        {
            foreach (var load in loads)
            {
                var cost = Microseconds(load.Action, milliseconds);
                if (round > 0) load.Costs.Add(cost);
            }
        }

        foreach (var load in loads)
        {
            var cost = Statistics.Of(load.Costs).Median;
            var ratio = Statistics.Of(bare.Costs.Zip(load.Costs, (part, whole) => part / whole));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{load.Name}: {1e6 / cost:0}/s, {cost:0} µs, {ratio.Median:0.00} of bare ({ratio.Minimum:0.00} to {ratio.Maximum:0.00})"));
        }

        return 0;

        CompactText Sign((License License, List<WrappedKey> Keys) license) =>
            LicenseSigner.Sign(license.License, license.Keys, masterKeys, P256PublicKey.Parse(stored), JwsKey.Of(server));
    }

    private static (License License, List<WrappedKey> Keys) License(int tracks, MasterKeyRing masterKeys)
    {
        var items = Enumerable.Range(0, tracks).Select(_ =>
        {
            var (id, keyId) = (SpotifyId.New(), SpotifyId.New());
            var name = EncryptedAudio.ObjectName($"tracks/{id}/{SpotifyId.New()}/high.ogg", keyId);
            return new LicenseItem($"spotify:track:{id}", name, keyId, 4_000_000, "vorbis", "high", 160, 200_000, -7.25);
        }).ToList();
        var now = TimeProvider.System.GetUtcNow();
        return (
            new("https://issuer.example", SpotifyId.New(), 1, now, now + Licensing.License.Lifetime, "high", new("SE", 1), items),
            [.. items.Select(item => ContentKey.Wrap(ContentKey.New(), item.Object, masterKeys))]);
    }

    // Processor time, with that of the garbage collector: other processes take the wall clock's.
    private static double Microseconds(Action action, int milliseconds)
    {
        var (count, start, before) = (0, Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        for (; Stopwatch.GetElapsedTime(start).TotalMilliseconds < milliseconds; count++) action();
        return (Environment.CpuUsage.TotalTime - before).TotalMicroseconds / count;
    }

    private sealed record Load(string Name, Action Action)
    {
        public List<double> Costs { get; } = [];
    }
}
