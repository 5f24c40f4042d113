using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Spotify.Domain.Data;

namespace Spotify.Local.Https;

/// <summary>
/// A certificate for the names and addresses of this machine, in the file <c>keys/https.pem</c> of the data directory. Valid for a year,
/// and replaced a month before it expires, or at the start if the machine has another name or IPv4 address.
/// </summary>
internal sealed class SelfSignedCertificate : ServerCertificate
{
    /// <summary>How long a certificate is valid. Some devices refuse longer periods.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(365);

    /// <summary>How long before its end a certificate is replaced.</summary>
    public static readonly TimeSpan RenewedBefore = TimeSpan.FromDays(30);

    private const string FileName = "https.pem";

    private readonly DataDirectory data;
    private readonly TimeProvider time;
    private readonly Lock renewal = new();
    private volatile X509Certificate2 current;

    /// <summary>Reads the certificate. Creates it if there is none for this machine.</summary>
    public SelfSignedCertificate(DataDirectory data, TimeProvider time)
    {
        (this.data, this.time) = (data, time);
        current = Read();
        var names = Names().Concat(Addresses(AddressFamily.InterNetwork).Select(address => address.ToString()));
        if (!names.All(name => current.MatchesHostname(name, allowWildcards: false, allowCommonName: false))) current = Renew();
    }

    /// <inheritdoc/>
    public override X509Certificate2 Current
    {
        get
        {
            if (!IsExpiring(current)) return current;
            lock (renewal) return IsExpiring(current) ? current = Renew() : current;
        }
    }

    /// <summary>The SHA-256 of the certificate, as browsers show it.</summary>
    public string Fingerprint => BitConverter.ToString(Current.GetCertHash(HashAlgorithmName.SHA256)).Replace('-', ':');

    /// <inheritdoc/>
    public override void Configure(HttpsConnectionAdapterOptions https) => https.ServerCertificateSelector = (_, _) => Current;

    private bool IsExpiring(X509Certificate2 certificate) => time.GetUtcNow() >= certificate.NotAfter.ToUniversalTime() - RenewedBefore;

    private X509Certificate2 Renew()
    {
        File.Delete(Path.Combine(data.Keys, FileName));
        return Read();
    }

    private X509Certificate2 Read()
    {
        var pem = data.Secret(FileName, Create);
        return CertificateFile.Portable(X509Certificate2.CreateFromPem(pem, pem));
    }

    private string Create()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={Environment.MachineName}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var name in Names()) names.AddDnsName(name);
        IPAddress[] addresses =
        [
            IPAddress.Loopback, IPAddress.IPv6Loopback,
            .. Addresses(AddressFamily.InterNetwork), .. Addresses(AddressFamily.InterNetworkV6),
        ];
        foreach (var address in addresses) names.AddIpAddress(address);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        var now = Instant.Truncate(time.GetUtcNow());
        // Devices whose clock is slow must accept it, too.
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now + Lifetime);
        return $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n";
    }

    private static bool IsName(string name) => Uri.CheckHostName(name) == UriHostNameType.Dns;

    private static IEnumerable<string> Names()
    {
        var machine = Environment.MachineName.ToLowerInvariant();
        return new[] { "localhost", machine, $"{machine}.local" }.Where(IsName).Distinct();
    }

    private static IEnumerable<IPAddress> Addresses(AddressFamily family) => NetworkInterface.GetAllNetworkInterfaces()
        .Where(network => network.OperationalStatus == OperationalStatus.Up)
        .SelectMany(network => network.GetIPProperties().UnicastAddresses)
        .Select(unicast => unicast.Address)
        .Where(address => address.AddressFamily == family && !address.IsIPv6LinkLocal && !IPAddress.IsLoopback(address));
}
