using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Spotify.Local.Commands;

namespace Spotify.Local.Https;

/// <summary>The certificate of the host's HTTPS addresses.</summary>
internal abstract class ServerCertificate
{
    /// <summary>The certificate, with its private key.</summary>
    public abstract X509Certificate2 Current { get; }

    /// <summary>Makes a server use the certificate.</summary>
    public abstract void Configure(HttpsConnectionAdapterOptions https);

    /// <summary>Returns whether another certificate is this one.</summary>
    public bool IsSame(X509Certificate? other) => other is not null && other.GetRawCertData().AsSpan().SequenceEqual(Current.RawData);
}

/// <summary>A certificate from a file: PEM with certificates and key, the server's certificate first, or PFX.</summary>
internal sealed class CertificateFile : ServerCertificate
{
    private readonly X509Certificate2Collection chain = [];

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="password">The password of a PFX file; null for none.</param>
    /// <exception cref="CommandFailedException">The file has no certificate with a private key, or the password is wrong.</exception>
    public CertificateFile(string path, string? password)
    {
        if (!File.Exists(path)) throw new CommandFailedException($"--certificate: there is no file {path}.");
        try
        {
            var isPem = X509Certificate2.GetCertContentType(path) == X509ContentType.Cert;
            Current = isPem ? Portable(X509Certificate2.CreateFromPemFile(path)) : X509CertificateLoader.LoadPkcs12FromFile(path, password);
            if (isPem) chain.ImportFromPemFile(path);
        }
        catch (CryptographicException e)
        {
            throw new CommandFailedException($"--certificate: {path} cannot be used: {e.Message}");
        }

        if (!Current.HasPrivateKey) throw new CommandFailedException($"--certificate: {path} has no private key.");
    }

    /// <inheritdoc/>
    public override X509Certificate2 Current { get; }

    /// <summary>Returns a certificate whose key the TLS implementation of every operating system can use.</summary>
    public static X509Certificate2 Portable(X509Certificate2 certificate)
    {
        using (certificate) return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
    }

    /// <inheritdoc/>
    public override void Configure(HttpsConnectionAdapterOptions https) =>
        (https.ServerCertificate, https.ServerCertificateChain) = (Current, chain);
}
